"""The quota sheet of an office: the units right below × the batches, what stands in each cell and what was typed over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yanxiu.access.rules import Scope
from yanxiu.lib import shares
from yanxiu.lib.decision import Decision
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Unit
from yanxiu.places import queries
from yanxiu.places.queries import Below, Cell
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch
from yanxiu.programme.rules import count_day

Typed = Mapping[tuple[int, int], str]  # unit, batch
Refused = Mapping[tuple[int, int], Decision]


@dataclass(slots=True)
class Square:
    """A unit in a batch."""

    unit: Below
    batch: Batch
    cell: Cell
    used: int  # by the schools below, holds and enrolments
    open: bool
    typed: str | None = None
    refused: Decision | None = None
    suggested: int | None = None

    @property
    def value(self) -> Any:
        return self.cell.received if self.typed is None else self.typed

    @property
    def least(self) -> int:
        """Less than this cannot be: it is used or passed on."""
        return self.cell.passed_on + self.cell.used

    @property
    def name(self) -> str:
        return f"{self.unit.pk}-{self.batch.id}"

    @property
    def changed(self) -> bool:
        return self.typed is not None and self.typed != str(self.cell.received)


@dataclass
class Line:
    unit: Below
    teachers: int | None
    squares: list[Square]

    @property
    def received(self) -> int:
        return sum(s.cell.received for s in self.squares)

    @property
    def used(self) -> int:
        return sum(s.used for s in self.squares)


@dataclass
class Head:
    """A batch as a column: what the office itself has; for the province, which holds none, what its offices have together."""

    batch: Batch
    own: Cell
    used: int
    open: bool
    past: bool
    here: bool

    @property
    def below_unused(self) -> int:
        return self.own.passed_on - self.used

    @property
    def unused(self) -> int:
        return self.own.received - self.used

    @property
    def bar(self) -> list[tuple[str, str, str]]:
        """What was received, cut into used, passed on and not used, not passed on: (fill, x, width), % of the whole."""
        whole, at, parts = self.own.received, 0, []
        for fill, n in (("accent", self.used), ("pale", self.below_unused), ("rail", self.own.free)):
            if n > 0:
                parts.append((fill, f"{100 * at / whole:.2f}%", f"{100 * n / whole:.2f}%"))
                at += n
        return parts


@dataclass
class Sheet:
    unit: Unit
    heads: list[Head]
    lines: list[Line] = field(default_factory=list)

    @property
    def here(self) -> Head:
        return next(head for head in self.heads if head.here)

    def at(self, step: int) -> Batch | None:
        place = next(i for i, head in enumerate(self.heads) if head.here) + step
        return self.heads[place].batch if 0 <= place < len(self.heads) else None

    @property
    def before(self) -> Batch | None:
        return self.at(-1)

    @property
    def after(self) -> Batch | None:
        return self.at(1)

    def total(self, name: str) -> int:
        return sum(getattr(head.own, name) for head in self.heads)

    @property
    def sums(self) -> dict[str, int]:
        return {
            "received": self.total("received"),
            "passed_on": self.total("passed_on"),
            "used": sum(head.used for head in self.heads),
            "free": self.total("free"),
        }


def sheet(
    scope: Scope,
    unit: Unit,
    batches: list[Batch],
    here: Batch,
    *,
    now: datetime,
    editable: bool,
    typed: Typed | None = None,
    refused: Refused | None = None,
    suggest: bool = True,
) -> Sheet:
    grid = queries.grid(scope, unit, batches)
    used = used_by(unit, grid)
    day = count_day(programmes.policy(programmes.current_version(here.programme)))
    counts = organisation.counts_of(u.pk for u in grid.units)
    heads = [
        Head(
            batch=b,
            own=grid.own.get(b.pk, Cell()) if unit.parent_id else grid.together(b.pk),
            used=sum(used.get((u.pk, b.pk), 0) for u in grid.units),
            open=editable and now < b.starts,
            past=now >= b.starts,
            here=b.pk == here.pk,
        )
        for b in batches
    ]
    ideas: dict[tuple[int, int], int] = {}
    for head in heads if suggest else []:
        if head.open and head.own.free > 0:
            parts = suggested_split(grid.units, counts, head.own.free)
            ideas |= {(u, head.batch.pk): n for u, n in parts.items()}
    typed, refused, made = typed or {}, refused or {}, Sheet(unit, heads)
    keyed = [(head.batch.pk, head) for head in heads]
    for u in grid.units:
        squares = []
        for batch, head in keyed:
            key = (u.pk, batch)
            squares.append(
                Square(
                    u, head.batch, grid.cell(*key), used.get(key, 0), head.open, typed.get(key), refused.get(key), ideas.get(key)
                )
            )  # fmt: skip
        made.lines.append(Line(u, counts.get(u.pk, {}).get(day), squares))
    return made


def suggested_split(units: Sequence[Below], counts: Mapping[int, Mapping[date, int]], amount: int) -> dict[int, int]:
    """By teacher numbers on the latest count date, largest remainder, sums exactly (T3.2b). Unit → number."""
    if not units:
        return {}
    latest = [[0, *counts.get(unit.pk, {}).values()][-1] for unit in units]
    return dict(zip([unit.pk for unit in units], shares.split(amount, latest), strict=True))


def used_by(unit: Unit, grid: queries.Grid) -> dict[tuple[int, int], int]:
    """(unit right below, batch) → used by the schools of its subtree; a school has only itself."""
    if all(u.level == Unit.Level.SCHOOL for u in grid.units):
        return {key: cell.used for key, cell in grid.cells.items()}
    return queries.used_below(unit, grid.units)
