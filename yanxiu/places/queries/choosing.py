"""Reads of the teacher's page: the own choice, the classes of a batch, the lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from yanxiu.lib.decision import Decision
from yanxiu.organisation.models import Person
from yanxiu.places.models import Choice, PlaceRequest
from yanxiu.places.queries import standing
from yanxiu.places.rules import values as v
from yanxiu.programme.models import Batch, TrainingClass


def mine(person: Person) -> QuerySet[Choice]:
    """A person's own choices, the latest first."""
    return (
        Choice.objects.filter(person=person)
        .select_related("training_class", "batch", "batch__programme", "school", "complaint")
        .order_by("-number")
    )


def answer_to(person: Person, key: str) -> tuple[v.Answer, Batch] | None:
    """The stored answer to a press of this person's."""
    row = PlaceRequest.objects.filter(presser=person.pk, key=key).select_related("batch", "batch__programme").first()
    return (v.Answer.from_json(row.answer), row.batch) if row else None


@dataclass(frozen=True)
class Line:
    """Where a waiting choice stands: in the class's line when a seat is missing, in the school's when quota is."""

    missing: Decision
    in_class: int
    of_class: int
    in_school: int

    @property
    def lacks_seat(self) -> bool:
        return "no_seat" in self.missing.codes

    @property
    def lacks_quota(self) -> bool:
        return "no_quota" in self.missing.codes


def line_of(choice: Choice, facts: v.BatchFacts) -> Line | None:
    if choice.state != Choice.State.WAITING:
        return None
    waiting = Choice.objects.filter(state=Choice.State.WAITING, batch=choice.batch_id)
    of_class = waiting.filter(training_class=choice.training_class_id)
    quota = standing.quota_of(choice.batch_id, [choice.school_id]).get(choice.school_id)
    return Line(
        standing.missing(facts, choice.training_class, quota),
        of_class.filter(number__lte=choice.number).count(),
        of_class.count(),
        waiting.filter(school=choice.school_id, number__lte=choice.number).count(),
    )


@dataclass(frozen=True)
class Offer:
    """A class as it stands to this teacher at this moment."""

    row: TrainingClass
    decision: Decision
    lacks: Decision
    waiting: int
    mine: bool

    @property
    def left(self) -> int:
        return self.row.seats - self.row.used

    @property
    def holds(self) -> bool:
        """A choice would get its place at once."""
        return not self.lacks.reasons

    @property
    def next(self) -> int:
        """The place in line of whoever joins now."""
        return self.waiting + 1

    @property
    def dialog(self) -> str:
        return f"change-{self.row.pk}"


def classes(batch: Batch, person: Person) -> QuerySet[TrainingClass]:
    """The own subject first, then what is for every subject."""
    order = Case(
        When(subject=person.subject, then=Value(0)),
        When(subject="通识", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        TrainingClass.objects.filter(batch=batch)
        .select_related("version", "version__course", "batch")
        .prefetch_related("staff__person")
        .annotate(nearness=order)
        .order_by("nearness", "subject", "name", "number")
    )


def of_stage(rows: QuerySet[TrainingClass], stage: str) -> QuerySet[TrainingClass]:
    return rows.filter(Q(stages=[]) | Q(stages__contains=[stage]))


def searched(rows: QuerySet[TrainingClass], words: str) -> QuerySet[TrainingClass]:
    """By class, course, subject or a member of its staff."""
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(version__title__icontains=word) | Q(subject__icontains=word)
            | Q(staff__person__name__icontains=word)
        )  # fmt: skip
    return rows.distinct()


def subjects(batch: Batch) -> list[str]:
    return list(
        TrainingClass.objects.filter(batch=batch).values_list("subject", flat=True).distinct().order_by("subject")
    )


def offers(
    rows: Iterable[TrainingClass],
    person: Person,
    facts: v.BatchFacts,
    programme: int,
    mine: Choice | None,
    at: datetime,
) -> list[Offer]:
    rows = list(rows)
    about = standing.person_facts(facts, programme, [person])[person.pk]
    quota = standing.quota_of(facts.id, [person.school_id]).get(person.school_id) if person.school_id else None
    lines = dict(
        Choice.objects.filter(training_class__in=rows, state=Choice.State.WAITING)
        .values_list("training_class")
        .annotate(n=Count("id"))
        .order_by()
    )
    return [
        Offer(
            row,
            standing.would_choose(facts, about, row, mine, at),
            standing.missing(facts, row, quota),
            lines.get(row.pk, 0),
            mine is not None and mine.training_class_id == row.pk,
        )
        for row in rows
    ]
