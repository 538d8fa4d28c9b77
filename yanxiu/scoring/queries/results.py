"""Whose mark one may see. Rows about people follow their present school (silent.md: the old one no longer sees personal data)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When

from yanxiu.access import queries as access
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch
from yanxiu.scoring.models import Objection, Result

from .objections import closes


def _standing() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(state=Enrolment.State.STANDING).select_related(
        "batch", "training_class", "person", "school", "result"
    )


def results(scope: Scope, *, batch: int | None = None) -> QuerySet[Enrolment]:
    """Standing enrolments with their result, if any: an office's people, a tutor's classes."""
    rows = _standing().filter(
        access.within(scope, Capability.READ_ENROLMENTS, units="person__school_path")
        | access.within(scope, Capability.MARK, training="class_path")
    )
    return rows if batch is None else rows.filter(batch_id=batch)


def whole(enrolment: int) -> Enrolment:
    """For who was let in already: with everything that the pages read."""
    return _standing().get(pk=enrolment)


def enrolment_in(scope: Scope, enrolment: int) -> Enrolment | None:
    return results(scope).filter(pk=enrolment).first()


def _running_first(now: Any) -> Case:
    return Case(When(batch__starts__lte=now, batch__ends__gt=now, then=Value(0)), default=Value(1))


_MINE = Ready(lambda person: _standing().filter(person=person).order_by("-batch__starts", "-pk"))
_NOW = Ready(
    lambda person, now: _standing().filter(person=person).order_by(_running_first(now), "-batch__starts", "-pk")[:1]
)


def mine(person: Person) -> list[Enrolment]:
    """The person's own standing enrolments, newest batch first."""
    return _MINE.all(person.pk)


def mine_now(person: Person, now: datetime) -> Enrolment | None:
    """The one that runs, else the latest."""
    return _NOW.first(person.pk, now)


def pending(scope: Scope) -> QuerySet[Result]:
    """待评: marking days over, a work without a mark. The province sees to it that somebody marks it."""
    return (
        Result.objects.filter(state=Result.State.PENDING)
        .filter(access.within(scope, Capability.DECIDE_OBJECTIONS, units="enrolment__school_path"))
        .select_related("enrolment__person", "enrolment__training_class", "enrolment__batch")
        .order_by("evidence_at", "pk")
    )


def batch_counts(batch: Batch) -> dict[str, int]:
    """How many results of a batch are in which state, and how many of the final ones passed."""
    return Result.objects.filter(enrolment__batch=batch, enrolment__state=Enrolment.State.STANDING).aggregate(
        all=Count("pk"),
        pending=Count("pk", filter=Q(state=Result.State.PENDING)),
        marked=Count("pk", filter=Q(state=Result.State.MARKED)),
        final=Count("pk", filter=Q(state=Result.State.FINAL)),
        passed=Count("pk", filter=Q(state=Result.State.FINAL, passed=True)),
    )


def instants(after: datetime, until: datetime) -> Iterator[datetime]:
    """When a sweep has something to do that the batches' own instants do not name: late reports are in, a late mark's days or an answer's days are over."""
    for batch in Batch.objects.filter(ends__lte=until, evidence_frozen_at=None):
        if after < evidence_due(batch) <= until:
            yield evidence_due(batch)
    ends = Result.objects.filter(state=Result.State.MARKED, objections_end__gt=after, objections_end__lte=until)
    yield from (end for end in ends.values_list("objections_end", flat=True).distinct() if end)
    for row in Objection.objects.filter(result__state=Result.State.MARKED, state=Objection.State.ANSWERED):
        if after < closes(row) <= until:
            yield closes(row)


def evidence_due(batch: Batch) -> datetime:
    """The end, and then as long as a report of learning may be late (time.late_minutes): what was played in time counts."""
    return batch.ends + timedelta(minutes=programme.policy(batch.policy_id).time.late_minutes)
