"""Enrolments as quizzes and works need them: whose, standing or not, which version of the course, which instants and policy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from yanxiu.catalogue.models import Item
from yanxiu.homework.rules import Window
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch
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


def _batches(ids: Collection[int]) -> dict[int, BatchFacts]:
    return {
        b.pk: BatchFacts(
            b.pk,
            b.number,
            Window(b.starts, b.work_due, b.ends, b.marking_ends),
            programme.policy(b.policy),
            b.policy_id,
        )
        for b in Batch.objects.filter(pk__in=ids).select_related("policy")
    }


def learners(enrolments: Collection[int], *, lock: bool = False) -> dict[int, Learner]:
    """Two statements. `lock`: one act a learner at a time; rows that point at the enrolment may still be written by others."""
    rows = Enrolment.objects.filter(pk__in=set(enrolments)).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = list(
        rows.values_list(
            "pk",
            "person_id",
            "state",
            "training_class_id",
            "training_class__version_id",
            "school_path",
            "class_path",
            "batch_id",
        )
    )
    batches = _batches({row[-1] for row in found})
    return {
        pk: Learner(pk, person, state == Enrolment.State.STANDING, cls, version, school, path, batches[batch])
        for pk, person, state, cls, version, school, path, batch in found
    }


def mine(person: Person, enrolment: int) -> Enrolment | None:
    """The person's own standing enrolment, or nothing."""
    return (
        Enrolment.objects.filter(person=person, pk=enrolment, state=Enrolment.State.STANDING)
        .select_related("batch__policy", "batch__programme", "training_class__version", "person")
        .first()
    )


def item_of(enrolment: Enrolment, item: int, kind: str) -> Item | None:
    """The item of that kind in the version that the class pinned."""
    return Item.objects.filter(pk=item, version_id=enrolment.training_class.version_id, kind=kind).first()


def ended(enrolment: Enrolment, now: datetime) -> bool:
    return now >= enrolment.batch.ends
