"""Reads of the ledger."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready
from yanxiu.learning.models import ItemTime, LearnerTime, TimeAppeal
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch


def progress(enrolment_ids: Iterable[int]) -> dict[int, int]:
    """Credited seconds by enrolment; who has none is left out."""
    return dict(LearnerTime.objects.filter(enrolment_id__in=list(enrolment_ids)).values_list("enrolment_id", "seconds"))


_TOTAL = Ready(lambda enrolment: LearnerTime.objects.filter(enrolment_id=enrolment))
_ITEM_TIMES = Ready(lambda enrolment: ItemTime.objects.filter(enrolment_id=enrolment).defer("cells"))
_ITEM_TIME = Ready(lambda enrolment, item: ItemTime.objects.filter(enrolment_id=enrolment, item_id=item))
_BEGUN = Ready(lambda enrolment: ItemTime.objects.filter(enrolment_id=enrolment).values_list("item_id")[:1])


def total(enrolment: int) -> LearnerTime | None:
    return _TOTAL.first(enrolment)


def item_times(enrolment: int) -> dict[int, ItemTime]:
    """By item; bitmaps are read only where they are used."""
    return {time.item_id: time for time in _ITEM_TIMES.all(enrolment)}


def item_time(enrolment: int, item: int) -> ItemTime | None:
    return _ITEM_TIME.first(enrolment, item)


def begun(enrolment: int) -> bool:
    """Whether the learner was at any of the material, on whatever device."""
    return _BEGUN.first(enrolment) is not None


def appeals_end(batch: Batch) -> datetime:
    """An appeal about time is possible until then (time.appeal_days after the end)."""
    return programme.dates(batch).time_appeals_end


def appeals_of(enrolment: int, item: int) -> list[TimeAppeal]:
    return _APPEALS_OF.all(enrolment, item)


_APPEALS_OF = Ready(
    lambda enrolment, item: (
        TimeAppeal.objects.filter(enrolment_id=enrolment, item_id=item)
        .select_related("decided_by", "item")
        .order_by("-at")
    )
)


def appeals(scope: Scope) -> QuerySet[TimeAppeal]:
    """Of the classes that the scope teaches."""
    rows = TimeAppeal.objects.filter(within(scope, Capability.MARK, training="enrolment__class_path"))
    return rows.select_related(
        "enrolment__person", "enrolment__school", "enrolment__training_class", "item", "decided_by"
    ).order_by("at")


def _standing(which: Q) -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.filter(which, state=Enrolment.State.STANDING)
        .select_related("training_class__version__course", "batch", "school")
        .order_by("-batch__starts")
    )


_OWN = Ready(lambda person, enrolment: _standing(Q(person=person, pk=enrolment)))


def mine(person: Person) -> QuerySet[Enrolment]:
    """The person's own standing enrolments, the latest batch first."""
    return _standing(Q(person=person))


def own(person: Person, enrolment: int) -> Enrolment | None:
    return _OWN.first(person.pk, enrolment)
