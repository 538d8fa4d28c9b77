"""A stored result changes only here, with what it was, what it is, why and who (A2.4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person
from yanxiu.programme import queries as programme
from yanxiu.scoring import queries, rules
from yanxiu.scoring.models import Result, ResultChange

from .storing import summary, summary_of, tell


def locked(enrolment_id: int) -> Result | None:
    return (
        Result.objects.select_for_update(of=("self",))
        .select_related("enrolment")
        .filter(enrolment_id=enrolment_id)
        .first()
    )


def change(
    *, result: Result, evidence: rules.Evidence, reason: str, by: Person | None, at: datetime, may_lower: bool = False
) -> Decision:
    """The result from new evidence. `result` is locked by the caller. An appeal never lowers: refused, nothing written.

    Before the marks are out only the evidence changes: there is no mark yet that could have been another.
    """
    before, policy = summary_of(result), programme.policy(result.policy_id)
    old = rules.Evidence.from_json(result.evidence)
    assessment = rules.assess(policy, evidence)
    if not may_lower and assessment.exact < rules.assess(policy, old).exact:
        return Decision.no(
            Reason("mark_never_lowered", "A2.4", {"now": rules.assess(policy, old).total, "points": assessment.total})
        )
    if evidence == old:
        return Decision.yes()
    result.evidence = evidence.to_json()
    after = before
    if result.state in (Result.State.MARKED, Result.State.FINAL):
        after = summary(assessment)
        result.parts, result.total, result.passed, result.honours = (
            after["parts"],
            assessment.total,
            assessment.passed,
            assessment.honours,
        )
    result.save(update_fields=["evidence", "parts", "total", "passed", "honours"])
    ResultChange.objects.create(result=result, before=before, after=after, reason=reason, at=at, by=by)
    tell(
        # Only a mark that was out and is another now is news; evidence that changed before is a record.
        "scoring.changed" if after != before else "scoring.recounted",
        [result],
        [{"before": before, "after": after, "reason": reason, "state": str(result.state)}],
        at=at,
        actor=by.pk if by else None,
    )
    return Decision.yes()


PARTS = {
    "time": ("video_seconds", "text_seconds", "other_seconds", "refused_seconds"),
    "objective": ("quizzes",),
    "subjective": ("works",),
    "excellent": ("works",),
    "interaction": ("days", "featured", "uncounted"),
}


def recounted(result: Result, part: str) -> rules.Evidence:
    """The frozen evidence with one part taken anew from the ledgers as they are now."""
    frozen = rules.Evidence.from_json(result.evidence)
    now = queries.facts([result.enrolment_id])[result.enrolment_id]
    return replace(frozen, **{name: getattr(now, name) for name in PARTS[part]})


@transaction.atomic
def follow_time(happened: Sequence[Event]) -> None:
    """Reaction to learning time granted by a decided appeal after the evidence was frozen. The events name the enrolment in data["enrolment"]."""
    for event in happened:
        result = locked(event.data["enrolment"])
        if result is not None:
            evidence = recounted(result, "time")
            if evidence.seconds > rules.Evidence.from_json(result.evidence).seconds:
                change(result=result, evidence=evidence, reason="学习时间申诉", by=None, at=clock.now())


@transaction.atomic
def set_finding(*, enrolment_id: int, confirmed: bool, reason: str, by: Person) -> Decision:
    """A confirmed finding of plagiarism fails the enrolment, its reversal undoes that (T4.2b). The one change that may lower."""
    result = locked(enrolment_id)
    if result is None:
        return Decision.no(Reason("result_not_frozen", "A2.4"))
    if result.enrolment.person_id == by.pk:
        return Decision.no(Reason("self_decision", "S1.0"))
    evidence = replace(rules.Evidence.from_json(result.evidence), finding=confirmed)
    return change(result=result, evidence=evidence, reason=reason, by=by, at=clock.now(), may_lower=True)
