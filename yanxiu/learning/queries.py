"""Reads of the ledger."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.learning.models import ItemTime, LearnerTime, TimeAppeal
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch


def progress(enrolment_ids: Iterable[int]) -> dict[int, int]:
    """Credited seconds by enrolment; who has none is left out."""
    return dict(LearnerTime.objects.filter(enrolment_id__in=list(enrolment_ids)).values_list("enrolment_id", "seconds"))


def total(enrolment: int) -> LearnerTime | None:
    return LearnerTime.objects.filter(enrolment_id=enrolment).first()


def item_times(enrolment: int) -> dict[int, ItemTime]:
    """By item; bitmaps are read only where they are used."""
    return {time.item_id: time for time in ItemTime.objects.filter(enrolment_id=enrolment).defer("cells")}


def item_time(enrolment: int, item: int) -> ItemTime | None:
    return ItemTime.objects.filter(enrolment_id=enrolment, item_id=item).first()


def last_item(enrolment: int) -> ItemTime | None:
    """Where the learner was, on whatever device."""
    return ItemTime.objects.filter(enrolment_id=enrolment).defer("cells").order_by("-changed_at").first()


def appeals_end(batch: Batch) -> datetime:
    """An appeal about time is possible until then (time.appeal_days after the end)."""
    return programme.dates(batch).time_appeals_end


def appeals_of(enrolment: int, item: int | None = None) -> QuerySet[TimeAppeal]:
    rows = TimeAppeal.objects.filter(enrolment_id=enrolment).select_related("decided_by", "item").order_by("-at")
    return rows if item is None else rows.filter(item_id=item)


def appeals(scope: Scope) -> QuerySet[TimeAppeal]:
    """Of the classes that the scope teaches."""
    rows = TimeAppeal.objects.filter(within(scope, Capability.MARK, training="enrolment__class_path"))
    return rows.select_related(
        "enrolment__person", "enrolment__school", "enrolment__training_class", "item", "decided_by"
    ).order_by("at")


def mine(person: Person) -> QuerySet[Enrolment]:
    """The person's own standing enrolments, the latest batch first."""
    return (
        Enrolment.objects.filter(person=person, state=Enrolment.State.STANDING)
        .select_related("training_class__version__course", "batch", "school")
        .order_by("-batch__starts")
    )
