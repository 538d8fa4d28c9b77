"""The classes of a batch as they stand to one teacher: what an act would answer, the line, the own subject first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person
from yanxiu.places import standing
from yanxiu.places.models import Choice
from yanxiu.places.rules import values as v
from yanxiu.programme.models import Batch, TrainingClass

OF_CLASS = {"stage_mismatch", "class_not_open"}  # their sentences say "this class"


@dataclass(frozen=True)
class Offer:
    """A class as it stands to this teacher at this moment."""

    row: TrainingClass
    decision: Decision
    lacks: Decision
    waiting: int
    mine: bool
    common: tuple[Reason, ...] = ()

    @property
    def further(self) -> list[Reason]:
        """The reasons that are not said once for all classes."""
        return [reason for reason in self.decision.reasons if reason not in self.common]

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


def with_common(shown: list[Offer]) -> tuple[list[Offer], tuple[Reason, ...]]:
    """The reasons against the person that hold for each of several classes, the own one aside: these are said once, before all of them."""
    others = [offer for offer in shown if not offer.mine]
    if len(others) < 2 or any(offer.decision.ok for offer in others):
        return shown, ()
    first, *rest = (offer.decision.reasons for offer in others)
    common = tuple(r for r in first if r.code not in OF_CLASS and all(r in reasons for reasons in rest))
    return [replace(offer, common=common) for offer in shown], common
