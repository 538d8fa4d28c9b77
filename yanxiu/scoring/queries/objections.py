"""Objections: the tutor's queue, the province's, the learner's own."""

from datetime import datetime

from django.db.models import Q, QuerySet

from yanxiu.access import queries as access
from yanxiu.access.rules import Capability, Scope
from yanxiu.programme import queries as programme
from yanxiu.scoring.models import Objection, Result
from yanxiu.scoring.rules import days_after

OPEN = (Objection.State.TUTOR, Objection.State.PROVINCE)


def closes(objection: Objection) -> datetime:
    """Until when the learner may carry it on: 24:00 of the n-th day after the tutor's answer; without one, from when on."""
    days = programme.policy(objection.result.policy_id).result.objection_days
    return days_after(objection.tutor_at or objection.at, days)


def objections(scope: Scope) -> QuerySet[Objection]:
    """A tutor: those of the own classes; the province: those carried on to it, and all others to read."""
    return (
        Objection.objects.filter(
            access.within(scope, Capability.MARK, training="result__enrolment__class_path")
            | access.within(scope, Capability.DECIDE_OBJECTIONS, units="result__enrolment__school_path")
        )
        .select_related(
            "result__policy",
            "result__enrolment__person",
            "result__enrolment__training_class",
            "result__enrolment__batch",
            "tutor",
            "decided_by",
        )
        .order_by("at", "pk")
    )


def visible_objection(scope: Scope, objection: int) -> Objection | None:
    return objections(scope).filter(pk=objection).first()


def mine_open(result: Result) -> list[Objection]:
    """Of one result, all of them, the oldest first: the learner's page shows each one's course."""
    return list(result.objections.select_related("result", "tutor", "decided_by").order_by("at", "pk"))


def keep_open(now: datetime, *, results: Q | None = None) -> set[int]:
    """Results that an objection keeps from being final: not answered, with the province, or answered and still to be carried on."""
    rows = (
        Objection.objects.filter(result__state=Result.State.MARKED)
        .filter(results or Q())
        .exclude(state=Objection.State.DECIDED)
    )
    return {o.result_id for o in rows if o.state in OPEN or now < closes(o)}
