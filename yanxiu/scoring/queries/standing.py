"""Where an enrolment's mark stands: live, evidence frozen, marked, final; what it is, what is missing, the way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from yanxiu.lib import clock
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.rules import Policy
from yanxiu.scoring import rules
from yanxiu.scoring.models import Result

from .facts import known, works_now

STILL_MARKING = (Result.State.EVIDENCE, Result.State.PENDING)


@dataclass(frozen=True)
class Standing:
    """Everything the pages say about one enrolment's mark."""

    enrolment: Enrolment
    policy: Policy
    evidence: rules.Evidence
    result: Result | None
    material_left: int
    now: datetime

    @cached_property
    def assessment(self) -> rules.Assessment:
        return rules.assess(self.policy, self.evidence)

    @cached_property
    def remaining(self) -> rules.Remaining:
        batch = self.enrolment.batch
        return rules.remaining_of(
            self.policy,
            self.evidence,
            now=self.now,
            starts=batch.starts,
            due=batch.work_due,
            ends=batch.ends,
            # What was never marked in time is marked later: for who waits the marking has no end.
            marking_ends=batch.marking_ends if self.stage != "pending" else self.now + timedelta(days=1),
            material_left=self.material_left,
        )

    @cached_property
    def way(self) -> rules.Way:
        return rules.missing_to_pass(self.assessment, self.policy, self.remaining)

    @property
    def stage(self) -> str:
        """before, running, marking (batch over, marks open), pending (待评), marked (objections open), final; standing only."""
        batch = self.enrolment.batch
        if self.now < batch.starts:
            return "before"
        if self.now < batch.ends:
            return "running"
        if self.result is None or self.result.state == Result.State.EVIDENCE:
            return "marking"
        return str(self.result.state)


def standings(enrolments: Collection[Enrolment]) -> dict[int, Standing]:
    """Three statements for all of them. The enrolments need `batch` at hand; a `result` that is at hand is not read again (select_related)."""
    now = clock.now()
    ids = [e.pk for e in enrolments]
    stored = _stored(enrolments)
    live_ids = [pk for pk in ids if pk not in stored]
    found = known(live_ids) if live_ids else {}
    evidence = {pk: one.evidence for pk, one in found.items()}
    marking = [pk for pk, r in stored.items() if r.state in STILL_MARKING]
    works = works_now(marking) if marking else {}
    for pk, result in stored.items():
        frozen = rules.Evidence.from_json(result.evidence)
        evidence[pk] = frozen.with_works(works[pk]) if pk in works else frozen
    return {
        e.pk: Standing(
            e,
            programme.policy(e.batch.policy_id),
            evidence[e.pk],
            stored.get(e.pk),
            found[e.pk].left if e.pk in found else 0,
            now,
        )
        for e in enrolments
    }


def _stored(enrolments: Collection[Enrolment]) -> dict[int, Result]:
    results = Enrolment._meta.get_field("result")
    if all(results.is_cached(e) for e in enrolments):
        at_hand: dict[int, Any] = {e.pk: results.get_cached_value(e) for e in enrolments}
        return {pk: result for pk, result in at_hand.items() if result is not None}
    return {r.enrolment_id: r for r in Result.objects.filter(enrolment_id__in=[e.pk for e in enrolments])}


def standing(enrolment: Enrolment) -> Standing:
    return standings([enrolment])[enrolment.pk]


def live(enrolment_ids: Collection[int]) -> dict[int, rules.Assessment]:
    """The marks of these enrolments as they are now, whatever their state."""
    rows = list(Enrolment.objects.filter(pk__in=enrolment_ids))
    return {pk: found.assessment for pk, found in standings(rows).items()}
