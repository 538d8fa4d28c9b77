"""What waits for a mark, oldest first; what a marker sees and what comes next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When

from yanxiu.access import queries as access
from yanxiu.access.rules import TRAINING, Capability, Scope
from yanxiu.events.ready import any_of
from yanxiu.homework.models import Work, WorkMark
from yanxiu.lib import clock
from yanxiu.places.models import Enrolment

BEFORE, AFTER = 2, 7


def waiting(now: datetime) -> Q:
    """Handed in and without a mark; a revision whose days are over waits again."""
    return Q(state=Work.State.SUBMITTED) | Q(state=Work.State.RETURNED, revise_until__lte=now)


def _base() -> QuerySet[Work]:
    return Work.objects.filter(enrolment__state=Enrolment.State.STANDING, submitted_at__isnull=False).select_related(
        "enrolment__person", "enrolment__training_class", "enrolment__batch", "item", "claimed_by", "marked_by"
    )


def handed_in(scope: Scope, *, now: datetime | None = None) -> QuerySet[Work]:
    """Every work the scope may open: tutors those of their classes, the province all whose marking days are over (it marks what was left, and reads for objections)."""
    now = now or clock.now()
    tutor = access.within(scope, Capability.MARK, training="enrolment__class_path")
    province = access.within(scope, Capability.DECIDE_OBJECTIONS, units="enrolment__school_path")
    return _base().filter(tutor | (province & Q(enrolment__batch__marking_ends__lte=now)))


_CLASSES = "SELECT c.id FROM unnest({prefixes}::text[]) p JOIN programme_trainingclass c ON starts_with(c.path, p)"
_OPEN = " JOIN programme_batch b ON b.id = c.batch_id WHERE b.marking_ends > %s"


class _Classes(Value):
    """`filter(training_class=_Classes(scope))`: those the tutor marks in, found first, then their works by index. `now`: whose marking days are not over."""

    def __init__(self, scope: Scope, *, now: datetime | None = None) -> None:
        super().__init__([list(scope.prefixes(Capability.MARK, TRAINING)), *([now] if now else [])])

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        classes = _CLASSES.format(prefixes="%s") + (_OPEN if len(self.value) == 2 else "")
        return f"ANY(ARRAY({classes}))", self.value


class _Listed(Value):
    """`filter(training_class=_Listed(ids))`."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return any_of(), [self.value]


def queue(
    scope: Scope,
    *,
    me: int,
    now: datetime | None = None,
    batch: int | None = None,
    classes: Collection[int] | None = None,
) -> QuerySet[Work]:
    """A tutor's: waiting, inside the marking days, not the own. `taken`: somebody else has it just now. `classes`: where any wait, if known."""
    now = now or clock.now()
    where = _Classes(scope, now=now) if classes is None else _Listed(sorted(classes))
    rows = _base().filter(waiting(now), training_class=where)
    return _marked_up(rows if batch is None else rows.filter(enrolment__batch_id=batch), me, now)


def unmarked(scope: Scope, *, me: int, now: datetime | None = None, batch: int | None = None) -> QuerySet[Work]:
    """The province's: the marking days are over and nobody has marked it."""
    now = now or clock.now()
    rows = _base().filter(
        access.within(scope, Capability.DECIDE_OBJECTIONS, units="enrolment__school_path"),
        waiting(now),
        enrolment__batch__marking_ends__lte=now,
    )
    return _marked_up(rows if batch is None else rows.filter(enrolment__batch_id=batch), me, now)


def _marked_up(rows: QuerySet[Work], me: int, now: datetime) -> QuerySet[Work]:
    taken = Case(
        When(Q(claimed_until__gt=now) & ~Q(claimed_by_id=me), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return rows.exclude(enrolment__person_id=me).annotate(taken=taken).order_by("submitted_at", "pk")  # type: ignore[no-redef]


def listed(rows: QuerySet[Work], *, named: bool = False) -> QuerySet[Work, dict[str, Any]]:
    """What a list of works shows, as dicts, and no more: objects of six models for each were half of the list. `named`: with who wrote it."""
    names = {"writer": F("enrolment__person__name")} if named else {}
    return rows.select_related(None).values(  # type: ignore[misc]
        "pk", "state", "submitted_at", "late", "revise_until", "points", "excellent", "claimed_by_id", "claimed_until", "taken",
        title=F("item__title"), class_name=F("enrolment__training_class__name"), batch=F("enrolment__batch__number"), **names,
    )  # fmt: skip


@dataclass(frozen=True)
class Pile:
    """The works of one item in one class, and how many stand where."""

    training_class: int
    class_name: str
    item: str
    waiting: int
    returned: int = 0
    marked: int = 0


_PILE = ("enrolment__training_class_id", "enrolment__training_class__name", "item__title")
# What is marked is kept a class and item, what is not is read; less the works of who is gone, and of the tutor.
_WAITS = "count(*) FILTER (WHERE state = 'submitted' OR state = 'returned' AND revise_until <= %(now)s)"
_REVISED = "count(*) FILTER (WHERE state = 'returned' AND revise_until > %(now)s)"
_PILES = f"""
WITH mine AS MATERIALIZED (SELECT ARRAY({_CLASSES.format(prefixes="%(prefixes)s")}) AS classes),
piles AS (
    SELECT training_class_id, item_id, 0::bigint AS waiting, 0::bigint AS returned, n::bigint AS marked
      FROM homework_markedworks WHERE training_class_id = ANY((SELECT classes FROM mine)::bigint[])
    UNION ALL
    SELECT training_class_id, item_id, {_WAITS}, {_REVISED}, 0 FROM homework_work
     WHERE training_class_id = ANY((SELECT classes FROM mine)::bigint[]) AND state IN ('submitted', 'returned') GROUP BY 1, 2
    UNION ALL
    SELECT training_class_id, item_id, -{_WAITS}, -{_REVISED}, -count(*) FILTER (WHERE state = 'marked') FROM homework_work
     WHERE training_class_id = ANY((SELECT classes FROM mine)::bigint[]) AND enrolment_id = ANY(ARRAY(
           SELECT id FROM places_enrolment WHERE training_class_id = ANY((SELECT classes FROM mine)::bigint[]) AND state <> 'standing'
           UNION ALL SELECT id FROM places_enrolment WHERE person_id = %(me)s AND state = 'standing')) GROUP BY 1, 2)
SELECT p.training_class_id, c.name, i.title, CASE WHEN b.marking_ends > %(now)s THEN sum(p.waiting) ELSE 0 END::int,
       sum(p.returned)::int, sum(p.marked)::int
  FROM piles p JOIN programme_trainingclass c ON c.id = p.training_class_id JOIN programme_batch b ON b.id = c.batch_id
  JOIN catalogue_item i ON i.id = p.item_id GROUP BY 1, 2, 3, b.marking_ends"""


def piles(scope: Scope, *, me: int, now: datetime) -> list[Pile]:
    """A tutor's, in one reading: what the tabs count and the filters offer."""
    with connection.cursor() as cursor:
        cursor.execute(_PILES, {"prefixes": list(scope.prefixes(Capability.MARK, TRAINING)), "me": me, "now": now})
        return [Pile(*row) for row in cursor.fetchall()]


def unmarked_piles(scope: Scope, *, me: int) -> list[Pile]:
    """The province's."""
    rows = unmarked(scope, me=me).order_by().values_list(*_PILE)
    return [Pile(*row) for row in rows.annotate(n=Count("pk"))]


def others(scope: Scope, state: str, *, me: int, now: datetime) -> QuerySet[Work]:
    """A tutor's works that do not wait. `state`: returned (being revised), or marked."""
    rows = _base().filter(training_class=_Classes(scope), state=state)
    return _marked_up(rows.filter(revise_until__gt=now) if state == Work.State.RETURNED else rows, me, now)


def excellent_in(training_class: int) -> int:
    """Works of a class marked excellent."""
    return Work.objects.filter(
        enrolment__training_class_id=training_class, state=Work.State.MARKED, excellent=True
    ).count()


def work_for_marking(scope: Scope, work: int, *, now: datetime | None = None) -> Work | None:
    return handed_in(scope, now=now).filter(pk=work).first()


@dataclass(frozen=True)
class MarkingList:
    """Where a work stands among those of its item and batch, oldest first: a few before, itself, a few after."""

    number: int
    total: int
    waiting: int
    rows: list[Work]
    previous: int | None
    next: int | None


def marking_list(scope: Scope, work: Work, *, me: int, now: datetime | None = None) -> MarkingList:
    now = now or clock.now()
    rows = (
        handed_in(scope, now=now)
        .filter(item_id=work.item_id, enrolment__batch_id=work.enrolment.batch_id)
        .exclude(enrolment__person_id=me)
    )
    before = rows.filter(
        Q(submitted_at__lt=work.submitted_at) | Q(submitted_at=work.submitted_at, pk__lt=work.pk)
    ).order_by("-submitted_at", "-pk")
    after = rows.filter(
        Q(submitted_at__gt=work.submitted_at) | Q(submitted_at=work.submitted_at, pk__gt=work.pk)
    ).order_by("submitted_at", "pk")
    earlier, later = list(before[:BEFORE]), list(after[:AFTER])
    shown = [*reversed(earlier), work, *later]
    for row in shown:
        row.waits = row.state == Work.State.SUBMITTED or bool(
            row.state == Work.State.RETURNED and row.revise_until and row.revise_until <= now
        )
        row.taken = bool(row.claimed_until and row.claimed_until > now and row.claimed_by_id != me)
    return MarkingList(
        number=before.count() + 1,
        total=rows.count(),
        waiting=rows.filter(waiting(now)).count(),
        rows=shown,
        previous=earlier[0].pk if earlier else None,
        next=later[0].pk if later else None,
    )


def neighbours(scope: Scope, work: Work, *, me: int, now: datetime | None = None) -> tuple[int | None, int | None]:
    """Previous and next for J and K, over everything handed in for the item."""
    found = marking_list(scope, work, me=me, now=now)
    return found.previous, found.next


def next_waiting(scope: Scope, work: Work, *, me: int, now: datetime | None = None) -> int | None:
    """Where "save and go on" leads: the next that waits and that nobody else has, from here on, then from the beginning; first of the same item."""
    now = now or clock.now()
    rows = (queue(scope, me=me, now=now) | unmarked(scope, me=me, now=now)).filter(taken=False).exclude(pk=work.pk)  # type: ignore[misc]
    after = Q(submitted_at__gt=work.submitted_at) | Q(submitted_at=work.submitted_at, pk__gt=work.pk)
    same = Q(item_id=work.item_id, enrolment__batch_id=work.enrolment.batch_id)
    for narrowed in (rows.filter(same & after), rows.filter(same), rows):
        if (found := narrowed.values_list("pk", flat=True).first()) is not None:
            return found
    return None


def history(work: Work) -> QuerySet[WorkMark]:
    return work.marks.select_related("by", "version").order_by("-pk")
