"""The batches as bars on one axis of days: what the front page and the calendar draw. Positions are percent of the axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yanxiu.lib import clock
from yanxiu.programme.models import Batch
from yanxiu.programme.queries import phase_of
from yanxiu.programme.rules import Phase
from yanxiu.web import wording


@dataclass(frozen=True)
class Bar:
    batch: Batch
    phase: Phase
    left: float
    width: float
    window_left: float  # enrolment: the days before the start
    window_width: float

    @property
    def cls(self) -> str:
        """is-past, is-run, is-open (can be chosen or enrolled now), is-next."""
        if self.phase is Phase.RUNNING:
            return "is-run"
        if self.phase in (Phase.CHOOSING, Phase.ENROLLING):
            return "is-open"
        return "is-next" if self.phase is Phase.PLANNED else "is-past"


@dataclass(frozen=True)
class Timeline:
    bars: list[Bar]
    months: list[tuple[date, float]]
    today: float | None  # None: outside the axis
    now: datetime

    @property
    def shown(self) -> tuple[Any, ...]:
        """All that its picture depends on: whoever keeps the picture keeps it for this."""
        bars = tuple(
            (b.batch.number, b.batch.first_day, b.batch.last_day, b.batch.choice_opens, b.phase, b.left, b.width, b.window_left, b.window_width,
             wording.left(b.batch.ends, self.now) if b.phase is Phase.RUNNING else "")
            for b in self.bars
        )  # fmt: skip
        return bars, tuple(self.months), self.today, clock.local(self.now).date()


def timeline(batches: Sequence[Batch], now: datetime) -> Timeline | None:
    if not batches:
        return None
    first, last = batches[0].first_day, batches[-1].last_day
    days = (last - first).days + 1

    def at(day: date) -> float:
        return round(100 * (day - first).days / days, 2)

    bars = []
    for batch in batches:
        opens = max(clock.local(batch.enrolment_opens).date(), first)
        bars.append(
            Bar(
                batch=batch,
                phase=phase_of(batch, now),
                left=at(batch.first_day),
                width=round(100 * ((batch.last_day - batch.first_day).days + 1) / days, 2),
                window_left=at(opens),
                window_width=max(0.0, round(at(batch.first_day) - at(opens), 2)),
            )
        )
    months, month = [], (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while month <= last:
        months.append((month, at(month)))
        month = (month + timedelta(days=32)).replace(day=1)
    today = clock.local(now).date()
    return Timeline(bars, months, at(today) if first <= today <= last else None, now)
