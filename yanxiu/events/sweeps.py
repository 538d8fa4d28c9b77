"""Periodic jobs as idempotent functions of now. No state depends on one having run: pages derive state from `now`, sweeps only write it down.

config/schedule.py registers them; the worker runs them every minute, and whoever moves the clock runs them at every instant on the way.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from yanxiu.events import actions as events
from yanxiu.lib import clock

Sweep = Callable[[datetime], object]
_sweeps: list[tuple[str, Sweep]] = []
_instants: list[Callable[[datetime, datetime], Iterable[datetime]]] = []
log = logging.getLogger(__name__)


def register(name: str, sweep: Sweep) -> None:
    """In the order in which they are to run."""
    if name not in {known for known, _ in _sweeps}:
        _sweeps.append((name, sweep))


def register_instants(find: Callable[[datetime, datetime], Iterable[datetime]]) -> None:
    """`find(after, until)` gives the instants of (after, until] at which a sweep has something to do."""
    if find not in _instants:
        _instants.append(find)


def run(now: datetime | None = None) -> dict[str, object]:
    """Each sweep by itself: one that fails is logged and does not stop the others. Returns what each did or the error."""
    at = now or clock.now()
    done: dict[str, object] = {}
    for name, sweep in _sweeps:
        try:
            with transaction.atomic():
                done[name] = sweep(at)
        except Exception as error:
            log.exception("sweep %s failed", name)
            done[name] = error
    return done


def instants(after: datetime, until: datetime) -> list[datetime]:
    """All instants of (after, until] at which something falls due."""
    return sorted({moment for find in _instants for moment in find(after, until)})


def advance(to: datetime) -> None:
    """Moves the clock to `to`, stopping at every instant on the way at which something is due, so that all happens in order of its time."""
    start = clock.now()
    for instant in instants(start, to):
        if start < instant < to:
            events.move_clock(instant)
            run(instant)
    events.move_clock(to)
    run(to)
