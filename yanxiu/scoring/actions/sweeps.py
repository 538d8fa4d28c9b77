"""The three freezes. Each sweep may run at any time, again, and twice at once: the batch's row is the lock, what is done is left alone.

evidence   the batch is over (and the minutes for late reports of learning): what every standing learner did, once
marks      the marking days are over: total and result; whose work nobody marked waits (待评), only that learner
final      the days for objections are over and none is open
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.homework.models import Work
from yanxiu.lib import clock
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch
from yanxiu.programme.rules import Policy
from yanxiu.scoring import queries, rules
from yanxiu.scoring.models import Result
from yanxiu.scoring.queries.objections import keep_open

from .storing import CHUNK, put, tell


@contextmanager
def _locked(batch_id: int) -> Iterator[Batch]:
    with transaction.atomic():
        yield (Batch.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(pk=batch_id))


def sweep_evidence(now: datetime | None = None) -> int:
    """How many enrolments were frozen."""
    now = now or clock.now()
    count = 0
    for batch in Batch.objects.filter(evidence_frozen_at=None, ends__lte=now):
        if queries.evidence_due(batch) <= now:
            while (done := _freeze_some(batch.pk, now)) is not None:
                count += done
    return count


def _freeze_some(batch_id: int, now: datetime) -> int | None:
    with _locked(batch_id) as batch:
        if batch.evidence_frozen_at:
            return None
        standing = Enrolment.objects.filter(batch=batch, state=Enrolment.State.STANDING)
        ids = list(standing.filter(result=None).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            Batch.objects.filter(pk=batch_id).update(evidence_frozen_at=now)
            path = f"/{batch.programme.code}/{batch.number}/"
            events.record(
                "scoring.evidence_frozen",
                at=now,
                training_path=path,
                batch=batch_id,
                policy=batch.policy_id,
                data={"enrolments": standing.count()},
            )
            return None
        evidence = queries.facts(ids)
        Result.objects.bulk_create(
            Result(
                enrolment_id=pk,
                state=Result.State.EVIDENCE,
                evidence=evidence[pk].to_json(),
                evidence_at=now,
                policy_id=batch.policy_id,
            )
            for pk in ids
        )
        return len(ids)


def sweep_marks(now: datetime | None = None) -> int:
    """How many learners got their result (待评 not counted)."""
    now = now or clock.now()
    count = 0
    for pk in Batch.objects.filter(
        marks_frozen_at=None, evidence_frozen_at__isnull=False, marking_ends__lte=now
    ).values_list("pk", flat=True):
        while (done := _mark_some(pk, now)) is not None:
            count += done
    unmarked = Work.objects.filter(enrolment__result__state=Result.State.PENDING, submitted_at__isnull=False).exclude(
        state=Work.State.MARKED
    )
    ready = Result.objects.filter(state=Result.State.PENDING).exclude(enrolment_id__in=unmarked.values("enrolment_id"))
    return count + _mark_late(list(ready.values_list("enrolment_id", flat=True)), now)


def _mark_some(batch_id: int, now: datetime) -> int | None:
    with _locked(batch_id) as batch:
        if batch.marks_frozen_at:
            return None
        rows = list(
            Result.objects.filter(enrolment__batch=batch, state=Result.State.EVIDENCE)
            .select_related("enrolment")
            .order_by("pk")[:CHUNK]
        )
        if not rows:
            Batch.objects.filter(pk=batch_id).update(marks_frozen_at=now)
            return None
        for result in rows:
            result.objections_end = batch.objections_end
        return _publish(rows, programme.policy(batch.policy_id), now, late=False)


def _publish(rows: Sequence[Result], policy: Policy, now: datetime, *, late: bool) -> int:
    works = queries.works_now([r.enrolment_id for r in rows])
    found = []
    for result in rows:
        evidence = rules.Evidence.from_json(result.evidence).with_works(works[result.enrolment_id])
        found.append((result, evidence, rules.assess(policy, evidence)))
    put(found, marked_at=now)
    done = [(r, a) for r, _e, a in found if not a.waiting]
    waiting = [(r, e) for r, e, a in found if a.waiting and not late]
    tell(
        "scoring.marked",
        [r for r, _a in done],
        [{"total": str(a.total), "passed": a.passed, "honours": a.honours, "late": late} for _r, a in done],
        at=now,
    )
    tell(
        "scoring.pending",
        [r for r, _e in waiting],
        [{"works": [w.work for w in e.works if w.waiting]} for _r, e in waiting],
        at=now,
    )
    return len(done)


def follow_marks(happened: Sequence[Event]) -> None:
    """Reaction to a mark that came after the marking days: the learner who waited gets the result, with the own days to object."""
    works = [e.subject_id for e in happened]
    waiting = Result.objects.filter(state=Result.State.PENDING, enrolment__works__in=works)
    _mark_late(list(waiting.values_list("enrolment_id", flat=True).distinct()), clock.now())


def _mark_late(enrolments: list[int], now: datetime) -> int:
    if not enrolments:
        return 0
    count = 0
    with transaction.atomic():
        rows = list(
            Result.objects.select_for_update(of=("self",))
            .filter(enrolment_id__in=enrolments, state=Result.State.PENDING)
            .select_related("enrolment__batch")
            .order_by("policy_id", "pk")
        )
        by_policy: dict[int, list[Result]] = {}
        for result in rows:
            by_policy.setdefault(result.policy_id, []).append(result)
        for group in by_policy.values():
            policy = programme.policy(group[0].policy_id)
            for result in group:
                result.objections_end = max(
                    result.enrolment.batch.objections_end, rules.days_after(now, policy.result.objection_days)
                )
            count += _publish(group, policy, now, late=True)
    return count


def sweep_final(now: datetime | None = None) -> int:
    """How many results became final."""
    now = now or clock.now()
    count = 0
    for pk in Batch.objects.filter(final_at=None, marks_frozen_at__isnull=False).values_list("pk", flat=True):
        while (done := _finish_some(pk, now)) is not None:
            count += done
    return count


def _finish_some(batch_id: int, now: datetime) -> int | None:
    with _locked(batch_id):
        rows = list(
            Result.objects.select_for_update(of=("self",))
            .filter(enrolment__batch_id=batch_id, state=Result.State.MARKED, objections_end__lte=now)
            .exclude(pk__in=keep_open(now))
            .select_related("enrolment")
            .order_by("pk")[:CHUNK]
        )
        if not rows:
            if not Result.objects.filter(enrolment__batch_id=batch_id).exclude(state=Result.State.FINAL).exists():
                Batch.objects.filter(pk=batch_id).update(final_at=now)
            return None
        Result.objects.filter(pk__in=[r.pk for r in rows]).update(state=Result.State.FINAL, final_at=now)
        tell(
            "scoring.final",
            rows,
            [{"total": str(r.total), "passed": r.passed, "honours": r.honours} for r in rows],
            at=now,
        )
        return len(rows)
