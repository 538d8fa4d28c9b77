"""The classes of a batch as they stand to one teacher: what an act would answer, the line, the own subject first. Read as values: sixty classes a batch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from yanxiu.events.ready import Ready, of_any
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person
from yanxiu.places import standing
from yanxiu.places.models import Choice
from yanxiu.places.rules import values as v
from yanxiu.programme.models import Batch, ClassStaff, TrainingClass

OF_CLASS = {"stage_mismatch", "class_not_open"}  # their sentences say "this class"


class Row(NamedTuple):
    """A class; `course`: of its version."""

    pk: int
    seats: int
    used: int
    name: str
    path: str
    stages: list[str]
    opened_at: datetime
    subject: str
    batch_id: int
    course: int

    @property
    def known(self) -> v.ClassFacts:
        return v.ClassFacts(self.pk, self.seats, self.used, self.name, self.path, tuple(self.stages), self.opened_at)

    @property
    def left(self) -> int:
        return self.seats - self.used


class Staff(NamedTuple):
    kind: str
    name: str
    title: str


@dataclass(frozen=True)
class Offer:
    """A class as it stands to this teacher at this moment."""

    row: Row
    decision: Decision
    lacks: Decision
    mine: bool
    common: tuple[Reason, ...] = ()

    @property
    def further(self) -> list[Reason]:
        """The reasons that are not said once for all classes."""
        return [reason for reason in self.decision.reasons if reason not in self.common]

    @property
    def holds(self) -> bool:
        """A choice would get its place at once."""
        return not self.lacks.reasons


_CLASSES = Ready(
    lambda batch: (
        TrainingClass.objects.filter(batch=batch)
        .order_by("subject", "name", "number")
        .values_list(*Row._fields[:-1], "version__course_id")
    )
)


def classes(batch: Batch) -> list[Row]:
    """By subject."""
    return [Row(*row) for row in _CLASSES.all(batch.pk)]


def nearest_first(rows: Iterable[Row], person: Person) -> list[Row]:
    """The own subject first, then what is for every subject."""
    return sorted(rows, key=lambda row: 0 if row.subject == person.subject else 1 if row.subject == "通识" else 2)


def of_stage(rows: Iterable[Row], stage: str) -> list[Row]:
    return [row for row in rows if not row.stages or stage in row.stages]


def searched(rows: list[Row], batch: Batch, words: str) -> list[Row]:
    """By class, course, subject or a member of its staff."""
    if not words.split():
        return rows
    found = TrainingClass.objects.filter(batch=batch)
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word) | Q(version__title__icontains=word) | Q(subject__icontains=word)
            | Q(staff__person__name__icontains=word)
        )  # fmt: skip
    kept = set(found.values_list("pk", flat=True))
    return [row for row in rows if row.pk in kept]


def offers(
    rows: Iterable[Row], person: Person, facts: v.BatchFacts, programme: int, mine: Choice | None, at: datetime
) -> list[Offer]:
    about = standing.person_facts(facts, programme, [person])[person.pk]
    quota = standing.quota_of(facts.id, [person.school_id]).get(person.school_id) if person.school_id else None
    found = []
    for row in rows:
        known = row.known
        found.append(
            Offer(
                row,
                standing.would_choose(facts, about, known, mine, at),
                standing.missing(facts, known, quota),
                mine is not None and mine.training_class_id == row.pk,
            )
        )
    return found


_LINES = Ready(
    lambda classes: (
        Choice.objects.filter(training_class=of_any(classes), state=Choice.State.WAITING)
        .order_by()
        .values_list("training_class")
        .annotate(n=Count("*"))
    )
)
_STAFF = Ready(
    lambda classes: (
        ClassStaff.objects.filter(training_class=of_any(classes))
        .order_by("id")
        .values_list("training_class_id", "kind", "person__name", "person__title")
    )
)


def lines(shown: Iterable[Offer]) -> dict[int, int]:
    """How many wait for the full classes that the teacher could join."""
    full = [offer.row.pk for offer in shown if offer.row.left <= 0 and offer.decision.ok and not offer.mine]
    return dict(_LINES.all(full))


def staff(shown: Iterable[Offer]) -> dict[int, list[Staff]]:
    found: dict[int, list[Staff]] = defaultdict(list)
    for training_class, *one in _STAFF.all([offer.row.pk for offer in shown]):
        found[training_class].append(Staff(*one))
    return found


def with_common(shown: list[Offer]) -> tuple[list[Offer], tuple[Reason, ...]]:
    """The reasons against the person that hold for each of several classes, the own one aside: these are said once, before all of them."""
    others = [offer for offer in shown if not offer.mine]
    if len(others) < 2 or any(offer.decision.ok for offer in others):
        return shown, ()
    first, *rest = (offer.decision.reasons for offer in others)
    common = tuple(r for r in first if r.code not in OF_CLASS and all(r in reasons for reasons in rest))
    return [replace(offer, common=common) for offer in shown], common
