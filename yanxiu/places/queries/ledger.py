"""The quota ledger: the grid of units and batches, a suggested split, the movements, requests."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, When

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.lib import shares
from yanxiu.organisation.models import Unit, UnitCount
from yanxiu.places.models import QuotaBalance, QuotaMovement, QuotaRequest
from yanxiu.programme.models import Batch

FREE = F("received") - F("passed_on") - F("used")


def balances(scope: Scope, parent: Unit, batches: Sequence[int]) -> QuerySet[QuotaBalance]:
    """Of the units right below and of the unit itself."""
    covered = within(scope, Capability.READ_QUOTA, units="unit__path")
    rows = QuotaBalance.objects.filter(Q(unit__parent=parent) | Q(unit=parent), covered, batch_id__in=batches)
    return rows.select_related("unit").annotate(free=FREE)


@dataclass(frozen=True)
class Cell:
    received: int = 0
    passed_on: int = 0
    used: int = 0

    @property
    def free(self) -> int:
        return self.received - self.passed_on - self.used


@dataclass(frozen=True)
class Grid:
    """Units right below × batches; `own`: of the unit itself, a batch."""

    units: list[Unit]
    batches: list[Batch]
    cells: dict[tuple[int, int], Cell]  # unit, batch
    own: dict[int, Cell]

    def cell(self, unit: int, batch: int) -> Cell:
        return self.cells.get((unit, batch), Cell())

    def together(self, batch: int) -> Cell:
        """The sum of the units right below."""
        cells = [self.cell(unit.pk, batch) for unit in self.units]
        return Cell(sum(c.received for c in cells), sum(c.passed_on for c in cells), sum(c.used for c in cells))


def grid(scope: Scope, parent: Unit, batches: Sequence[Batch]) -> Grid:
    """Two queries, however many cells."""
    cells: dict[tuple[int, int], Cell] = {}
    own: dict[int, Cell] = {}
    rows = balances(scope, parent, [b.pk for b in batches]).select_related(None)
    for unit, batch, *figures in rows.values_list("unit_id", "batch_id", "received", "passed_on", "used"):
        if unit == parent.pk:
            own[batch] = Cell(*figures)
        else:
            cells[unit, batch] = Cell(*figures)
    return Grid(_below(scope, parent), list(batches), cells, own)


def suggested_split(scope: Scope, parent: Unit, amount: int) -> dict[int, int]:
    """By teacher numbers on the latest count date, largest remainder, sums exactly (T3.2b). Unit → number."""
    below = _below(scope, parent)
    latest = UnitCount.objects.filter(unit__in=below).order_by("unit_id", "-count_date").distinct("unit_id")
    teachers = {row.unit_id: row.teachers for row in latest}
    if not below:
        return {}
    numbers = shares.split(amount, [teachers.get(unit.pk, 0) for unit in below])
    return dict(zip([unit.pk for unit in below], numbers, strict=True))


def _below(scope: Scope, parent: Unit) -> list[Unit]:
    covered = within(scope, Capability.READ_QUOTA, units="path")
    return list(Unit.objects.filter(covered, parent=parent, closed_on=None).order_by("code"))


def movements(scope: Scope, *, unit: Unit | None = None, batch: int | None = None) -> QuerySet[QuotaMovement]:
    """The ledger, newest first: those that a unit in scope gave or took. Of a unit: each says whether it `came` to it.

    The province holds nothing: what it gives are the approved plans, which have no giver.
    """
    rows = QuotaMovement.objects.select_related("giver", "taker", "by", "batch")
    if unit is not None:
        went = Q(giver=unit) if unit.parent_id else Q(giver=None)
        rows = rows.filter(went | Q(taker=unit)).annotate(came=Case(When(taker=unit, then=True), default=False))
    # Whose unit is covered is covered: no join before the newest are found.
    if unit is None or not scope.covers(Capability.READ_QUOTA, unit=unit.path):
        took = within(scope, Capability.READ_QUOTA, units="taker__path")
        gave = within(scope, Capability.READ_QUOTA, units="giver__path")
        rows = rows.filter(took | gave)
    return (rows if batch is None else rows.filter(batch_id=batch)).order_by("-id")


def quota_requests(scope: Scope, *, batch: int | None = None) -> QuerySet[QuotaRequest]:
    """Open ones first."""
    rows = QuotaRequest.objects.filter(within(scope, Capability.READ_QUOTA, units="unit__path"))
    rows = rows.select_related("unit", "batch", "by").order_by(F("answered_at").asc(nulls_first=True), "-id")
    return rows if batch is None else rows.filter(batch_id=batch)
