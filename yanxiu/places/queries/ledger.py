"""The quota ledger: the grid of units and batches, the movements, requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, Func, Q, QuerySet, Sum, Value, When, Window

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready, of_any
from yanxiu.organisation.models import Unit
from yanxiu.places.models import QuotaBalance, QuotaMovement, QuotaRequest
from yanxiu.programme.models import Batch

FREE = F("received") - F("passed_on") - F("used")


class Cell(NamedTuple):
    received: int = 0
    passed_on: int = 0
    used: int = 0

    @property
    def free(self) -> int:
        return self.received - self.passed_on - self.used


_NOTHING = Cell()


class Below(NamedTuple):
    """A unit right below another, as a sheet of quota shows it."""

    pk: int
    code: str
    name: str
    full_name: str
    level: str
    path: str


@dataclass(frozen=True)
class Grid:
    """Units right below × batches; `own`: of the unit itself, a batch."""

    units: list[Below]
    batches: list[Batch]
    cells: dict[tuple[int, int], Cell]  # unit, batch
    own: dict[int, Cell]

    def cell(self, unit: int, batch: int) -> Cell:
        return self.cells.get((unit, batch), _NOTHING)

    def together(self, batch: int) -> Cell:
        """The sum of the units right below."""
        cells = [self.cell(unit.pk, batch) for unit in self.units]
        return Cell(sum(c.received for c in cells), sum(c.passed_on for c in cells), sum(c.used for c in cells))


_BELOW = Ready(
    lambda parent: Unit.objects.filter(parent=parent, closed_on=None).order_by("code").values_list(*Below._fields)
)
_BALANCES = Ready(
    lambda units, batches: QuotaBalance.objects.filter(unit=of_any(units), batch=of_any(batches)).values_list(
        "unit_id", "batch_id", "received", "passed_on", "used"
    )
)


def grid(scope: Scope, parent: Unit, batches: Sequence[Batch]) -> Grid:
    """Two queries, however many cells."""
    below = map(Below._make, _BELOW.all(parent.pk))
    units = [unit for unit in below if scope.covers(Capability.READ_QUOTA, unit=unit.path)]
    wanted = [unit.pk for unit in units]
    if scope.covers(Capability.READ_QUOTA, unit=parent.path):
        wanted.append(parent.pk)
    cells: dict[tuple[int, int], Cell] = {}
    own: dict[int, Cell] = {}
    for unit, batch, *figures in _BALANCES.all(wanted, [b.pk for b in batches]):
        if unit == parent.pk:
            own[batch] = Cell(*figures)
        else:
            cells[unit, batch] = Cell(*figures)
    return Grid(units, list(batches), cells, own)


def own_cells(unit: int, batches: Sequence[Batch]) -> dict[int, Cell]:
    """Of one unit, a batch."""
    return {batch: Cell(*figures) for _unit, batch, *figures in _BALANCES.all([unit], [b.pk for b in batches])}


def used_below(parent: Unit, units: Sequence[Below]) -> dict[tuple[int, int], int]:
    """(unit right below, batch) → used by the schools of its subtree."""
    code = Func(F("unit__path"), Value("/"), Value(parent.path.count("/") + 1), function="split_part", output_field=CharField())  # fmt: skip
    rows = QuotaBalance.objects.filter(unit__path__startswith=parent.path, used__gt=0).values_list(code, "batch_id")
    by_code = {unit.path.split("/")[-2]: unit.pk for unit in units}
    return {
        (by_code[code], batch): n
        for code, batch, n in rows.annotate(n=Sum("used")).order_by()
        if code in by_code
    }  # fmt: skip


def movements(scope: Scope, *, unit: Unit | None = None, batch: int | None = None) -> QuerySet[QuotaMovement]:
    """The ledger, newest first: those that a unit in scope gave or took. Of a unit: each says whether it `came` to it.

    The province holds nothing: what it gives are the approved plans, which have no giver.
    """
    rows = QuotaMovement.objects.all() if unit is None else _came(_of_unit(unit.pk, province=unit.parent_id is None), unit.pk)  # fmt: skip
    # Whose unit is covered is covered: no join before the newest are found.
    if unit is None or not scope.covers(Capability.READ_QUOTA, unit=unit.path):
        took = within(scope, Capability.READ_QUOTA, units="taker__path")
        gave = within(scope, Capability.READ_QUOTA, units="giver__path")
        rows = rows.filter(took | gave)
    return _told(rows if batch is None else rows.filter(batch_id=batch))


def _of_unit(unit: Any, *, province: bool) -> QuerySet[QuotaMovement]:
    return QuotaMovement.objects.filter((Q(giver=None) if province else Q(giver=unit)) | Q(taker=unit))


def _came(rows: QuerySet[QuotaMovement], unit: Any) -> QuerySet[QuotaMovement]:
    return rows.annotate(came=Case(When(taker=unit, then=True), default=False))


def _told(rows: QuerySet[QuotaMovement]) -> QuerySet[QuotaMovement]:
    return rows.select_related("giver", "taker", "by", "batch").order_by("-id")


def _newest(unit: Any, *, province: bool) -> QuerySet[Any, tuple[int, int]]:
    """Without joins: planned each time. Plus nothing: by the key alone the whole ledger would be read backwards until five are met."""
    rows = _of_unit(unit, province=province).order_by((F("pk") + 0).desc())
    return rows.values_list("pk", Window(Count("pk")))[:5]


_NEWEST = {province: Ready(partial(_newest, province=province)) for province in (False, True)}
_SHORT = ("kind", "amount", "at", "note", "giver__name", "taker__name", "by__name", "batch__number")
_TOLD = Ready(lambda rows, unit: _told(_came(QuotaMovement.objects.filter(pk=of_any(rows)), unit)).only(*_SHORT))


def newest_movements(unit: Unit) -> tuple[list[QuotaMovement], int]:
    """The five newest of a unit that is in the reader's scope, and how many there are."""
    found = _NEWEST[unit.parent_id is None].all(unit.pk)
    return _TOLD.all([pk for pk, _n in found], unit.pk), found[0][1] if found else 0


_RECEIVED = Ready(
    lambda unit, batch: (
        QuotaMovement.objects.filter(taker=unit, batch=batch).select_related("giver").order_by("-id")[:1]
    )
)


def last_received(unit: Unit, batch: Batch) -> QuotaMovement | None:
    return _RECEIVED.first(unit.pk, batch.pk)


def quota_requests(scope: Scope) -> QuerySet[QuotaRequest]:
    """Open ones first."""
    rows = QuotaRequest.objects.filter(within(scope, Capability.READ_QUOTA, units="unit__path"))
    return rows.select_related("unit", "batch", "by").order_by(F("answered_at").asc(nulls_first=True), "-id")


_OPEN_BELOW = Ready(
    lambda parent: (
        QuotaRequest.objects.filter(unit__parent=parent, state=QuotaRequest.State.OPEN)
        .select_related("unit", "batch")
        .order_by("-id")
    )
)
_REQUESTS_OF = Ready(lambda unit: QuotaRequest.objects.filter(unit=unit).select_related("batch").order_by("-id")[:5])
_LAST_REQUEST = Ready(lambda unit, batch: QuotaRequest.objects.filter(unit=unit, batch=batch).order_by("-id")[:1])


def requests_below(parent: Unit) -> list[QuotaRequest]:
    """What waits for the answer of this office."""
    return _OPEN_BELOW.all(parent.pk)


def requests_of(unit: Unit) -> list[QuotaRequest]:
    """Its own five newest."""
    return _REQUESTS_OF.all(unit.pk)


def last_request(unit: Unit, batch: Batch) -> QuotaRequest | None:
    return _LAST_REQUEST.first(unit.pk, batch.pk)
