"""Enrolments as quizzes and works need them: whose, standing or not, which version of the course, which instants and policy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from yanxiu.catalogue.models import Item
from yanxiu.events.ready import Ready, of_any
from yanxiu.homework.rules import Window
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.rules import Policy


@dataclass(frozen=True)
class BatchFacts:
    id: int
    number: int
    window: Window
    policy: Policy
    policy_id: int


@dataclass(frozen=True)
class Learner:
    """An enrolment. `version`: of the course, pinned by the class."""

    id: int
    person: int
    standing: bool
    training_class: int
    version: int
    school_path: str
    class_path: str
    batch: BatchFacts


def _facts(which: Q) -> QuerySet[Enrolment, tuple[Any, ...]]:
    return (
        Enrolment.objects.filter(which)
        .order_by("pk")
        .values_list(
            "pk",
            "person_id",
            "state",
            "training_class_id",
            "training_class__version_id",
            "school_path",
            "class_path",
            "batch_id",
            "batch__number",
            "batch__policy_id",
            "batch__starts",
            "batch__work_due",
            "batch__ends",
            "batch__marking_ends",
        )
    )


_LEARNERS = Ready(lambda enrolments: _facts(Q(pk=of_any(enrolments))))
_MINE = Ready(
    lambda person, enrolment: Enrolment.objects.filter(
        person=person, pk=enrolment, state=Enrolment.State.STANDING
    ).select_related("batch", "training_class__version", "person")
)
_ITEM = Ready(lambda item, version, kind: Item.objects.filter(pk=item, version_id=version, kind=kind))


def learners(enrolments: Collection[int], *, lock: bool = False) -> dict[int, Learner]:
    """One statement. `lock`: one act a learner at a time; rows that point at the enrolment may still be written by others."""
    wanted = list(set(enrolments))
    if lock:
        rows = _facts(Q(pk__in=wanted)).select_for_update(of=("self",), no_key=True)
    found = list(rows) if lock else _LEARNERS.all(wanted)
    batches: dict[int, BatchFacts] = {}
    learners = {}
    for pk, person, state, cls, version, school, path, batch, number, policy, *instants in found:
        if batch not in batches:
            batches[batch] = BatchFacts(batch, number, Window(*instants), programme.policy(policy), policy)
        standing = state == Enrolment.State.STANDING
        learners[pk] = Learner(pk, person, standing, cls, version, school, path, batches[batch])
    return learners


def mine(person: Person, enrolment: int) -> Enrolment | None:
    """The person's own standing enrolment, or nothing."""
    return _MINE.first(person.pk, enrolment)


def item_of(enrolment: Enrolment, item: int, kind: str) -> Item | None:
    """The item of that kind in the version that the class pinned."""
    return _ITEM.first(item, enrolment.training_class.version_id, kind)


def ended(enrolment: Enrolment, now: datetime) -> bool:
    return now >= enrolment.batch.ends
