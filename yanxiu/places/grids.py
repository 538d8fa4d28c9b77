"""The quota sheet of an office: the units right below × the batches, what stands in each cell and what was typed over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yanxiu.access.rules import Scope
from yanxiu.lib.decision import Decision
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Unit
from yanxiu.places import queries
from yanxiu.places.models import QuotaBalance
from yanxiu.places.queries import Cell
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch
from yanxiu.programme.rules import count_day

Typed = Mapping[tuple[int, int], str]  # unit, batch
Refused = Mapping[tuple[int, int], Decision]


@dataclass
class Square:
    """A unit in a batch."""

    unit: Unit
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
        return f"{self.unit.pk}-{self.batch.pk}"

    @property
    def changed(self) -> bool:
        return self.typed is not None and self.typed != str(self.cell.received)


@dataclass
class Line:
    unit: Unit
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
    used = used_below(unit, grid.units)
    day = count_day(programmes.policy(programmes.current_version(here.programme)))
    teachers = organisation.counts_of([u.pk for u in grid.units], day)
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
            parts = queries.suggested_split(scope, unit, head.own.free)
            ideas |= {(u, head.batch.pk): n for u, n in parts.items()}
    made = Sheet(unit, heads)
    for u in grid.units:
        squares = []
        for head in heads:
            key = (u.pk, head.batch.pk)
            squares.append(
                Square(
                    u, head.batch, grid.cell(*key), used.get(key, 0), head.open, (typed or {}).get(key),
                    (refused or {}).get(key), ideas.get(key),
                )
            )  # fmt: skip
        made.lines.append(Line(u, teachers.get(u.pk), squares))
    return made


def used_below(unit: Unit, children: list[Unit]) -> dict[tuple[int, int], int]:
    """(child, batch) → used by the schools of its subtree."""
    rows = QuotaBalance.objects.filter(unit__path__startswith=unit.path, used__gt=0).values_list(
        "unit__path", "batch_id", "used"
    )
    found: dict[tuple[int, int], int] = {}
    by_path = {child.path: child.pk for child in children}
    depth = unit.path.count("/") + 1
    for path, batch, n in rows:
        child = by_path.get("/".join(path.split("/")[:depth]) + "/")
        if child is not None:
            found[child, batch] = found.get((child, batch), 0) + n
    return found
