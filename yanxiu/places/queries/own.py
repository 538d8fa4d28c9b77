"""A teacher's own. State follows from `now`: from the start day on a hold or a place in line is over, whether or not the sweep has written it down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from yanxiu.events.ready import Ready
from yanxiu.lib import clock
from yanxiu.organisation.models import Person
from yanxiu.places.models import Choice, PlaceRequest, QuotaBalance
from yanxiu.places.queries.counting import count_of
from yanxiu.places.queries.ledger import FREE
from yanxiu.programme.models import TrainingClass


def mine(person: Any) -> QuerySet[Choice]:
    return (
        Choice.objects.filter(person_id=person).select_related("training_class", "batch", "school").order_by("-number")
    )


_MINE_IN = Ready(lambda person, batch: mine(person).filter(batch_id=batch).select_related("complaint", "enrolment"))


def mine_in(person: int, batch: int) -> list[Choice]:
    """In one batch, with what became of them."""
    return _MINE_IN.all(person, batch)


_LIVE = Ready(lambda person, batch: mine(person).filter(batch_id=batch, state__in=Choice.LIVE)[:1])


def live_choice(person: int, batch: int, now: datetime | None = None) -> Choice | None:
    """The one holding, waiting or enrolled; after the start only an enrolment lives."""
    choice = _LIVE.first(person, batch)
    return choice if choice is not None and shown_state(choice, now) in Choice.LIVE else None


def shown_state(choice: Choice, now: datetime | None = None) -> str:
    over = choice.state in ("holding", "waiting") and (now or clock.now()) >= choice.batch.starts
    return Choice.State.LAPSED.value if over else choice.state


@dataclass(frozen=True)
class InLine:
    """`place`: 1 is first in the class's line. `school_place`: among the school's own waiting, over all classes. Missing: "seat", "quota"."""

    place: int
    waiting: int
    school_place: int
    missing: tuple[str, ...]


def _in_line(choice: Any) -> QuerySet[Choice, tuple[int, int, int, int, int]]:
    """Ahead in the class's line, all in it, ahead in the school's; seats of the class and quota of the school that are free."""
    waiting = Choice.objects.filter(state="waiting")
    line = waiting.filter(training_class=OuterRef("training_class"))
    ours = waiting.filter(batch=OuterRef("batch"), school=OuterRef("school"))
    ahead = Q(number__lt=OuterRef("number"))
    quota = QuotaBalance.objects.filter(batch=OuterRef("batch"), unit=OuterRef("school")).annotate(left=FREE)
    return Choice.objects.filter(pk=choice).values_list(
        count_of(line.filter(ahead), "training_class"),
        count_of(line, "training_class"),
        count_of(ours.filter(ahead), "school"),
        F("training_class__seats") - F("training_class__used"),
        Coalesce(Subquery(quota.values("left")), 0),
    )


_IN_LINE = Ready(_in_line)


def place_in_line(choice: Choice) -> InLine:
    ahead, waiting, ahead_of_school, seats, quota = _IN_LINE.all(choice.pk)[0]
    return InLine(
        place=ahead + 1,
        waiting=waiting,
        school_place=ahead_of_school + 1,
        missing=tuple(name for name, free in (("seat", seats), ("quota", quota)) if free <= 0),
    )


def answer_to(presser: int, key: str) -> dict[str, Any] | list[dict[str, Any]] | None:
    """The stored answer to a press of a button: what the gate said, for the page to put into words. Of a list, the answers of its rows."""
    answer = PlaceRequest.objects.filter(presser=presser, key=key).values_list("answer", flat=True).first()
    return None if answer is None else orjson.loads(answer)  # type: ignore[no-any-return]


def classes_for(person: Person, batch: int) -> QuerySet[TrainingClass]:
    """What a teacher may choose: the own stage, the own subject first; free seats, who waits, the school's quota left."""
    quota = QuotaBalance.objects.filter(batch_id=batch, unit=person.school).annotate(left=FREE).values("left")[:1]
    open_ = TrainingClass.objects.filter(batch_id=batch, opened_at__lte=clock.now())
    return (
        open_.filter(Q(stages=[]) | Q(stages__contains=[person.stage]))
        .select_related("version", "version__course")
        .annotate(
            free=F("seats") - F("used"),
            waiting=count_of(Choice.objects.filter(training_class=OuterRef("pk"), state="waiting"), "training_class"),
            school_quota=Coalesce(Subquery(quota), 0),
            own_subject=Case(
                When(subject=person.subject, then=Value(0)), default=Value(1), output_field=IntegerField()
            ),
        )
        .order_by("own_subject", "subject", "name", "number")
    )
