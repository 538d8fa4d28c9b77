"""`record` is called by every write; what follows from what stands in config/reactions.py."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from yanxiu.events.models import Event, Installation
from yanxiu.lib import clock

Handler = Callable[[Sequence[Event]], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def on(kind: str, handler: Handler) -> None:
    """Registers a reaction: called in the same transaction with all events of the kind recorded together."""
    if handler not in _handlers[kind]:
        _handlers[kind].append(handler)


def heard() -> list[str]:
    """Kinds that have a reaction."""
    return sorted(kind for kind, handlers in _handlers.items() if handlers)


def record(kind: str, **fields: object) -> Event:
    """One event. Fields: see Event; `at` defaults to the domain's now."""
    return record_many([Event(kind=kind, **{"at": clock.now(), **fields})])[0]


def record_many(events: Iterable[Event]) -> list[Event]:
    """Stores the events and runs their reactions, synchronously, in the caller's transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("events.record belongs in the transaction of the act")
    stored = Event.objects.bulk_create(list(events))
    react(stored)
    return stored


def react(events: Sequence[Event]) -> None:
    """Runs the reactions of events already stored (the set acts insert theirs by their own statement)."""
    by_kind: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_kind[event.kind].append(event)
    for kind, group in by_kind.items():
        for handler in _handlers.get(kind, ()):
            handler(group)


# --- the clock -----------------------------------------------------------------------------------------------------


def read_clock() -> tuple[timedelta, datetime | None]:
    """Offset and frozen instant of this installation; what lib.clock is configured with. Includes the skew of this host to the database."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT "offset", frozen_at, clock_timestamp() FROM events_installation WHERE id = 1')
        row = cursor.fetchone()
    if row is None:
        return timedelta(0), None
    return row[0] + (row[2] - clock.real_now()), row[1]


def refresh_clock() -> datetime:
    """Takes over the stored row at once in this process; returns the domain's now."""
    offset, frozen = read_clock()
    clock.set_state(offset=offset, frozen=frozen)
    return clock.now()


def create_installation(*, mode: str, at: datetime | None = None, frozen: bool = False) -> Installation:
    """Once. `at` (demo only): what the clock shows now; `frozen`: it stands still until `move_clock` or `release_clock`."""
    real = clock.real_now()
    installation = Installation.objects.create(
        mode=mode, created_at=real, offset=(at - real) if at else timedelta(0), frozen_at=at if frozen else None
    )
    refresh_clock()
    return installation


def move_clock(to: datetime) -> datetime:
    """Moves the domain's clock forward to `to`, never back, never in production. The sweeps are run by events.sweeps.advance."""
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE events_installation SET "offset" = CASE WHEN frozen_at IS NULL THEN %(to)s - clock_timestamp() ELSE "offset" END, '
            "frozen_at = CASE WHEN frozen_at IS NULL THEN NULL ELSE %(to)s END "
            "WHERE id = 1 AND mode <> 'production' AND yx_now() <= %(to)s",
            {"to": to},
        )
        moved = cursor.rowcount
    if not moved:
        if Installation.objects.get(id=1).mode == Installation.Mode.PRODUCTION:
            raise PermissionError("in production the clock is real")
        raise ValueError("the clock moves forward only")
    refresh_clock()
    return to


@transaction.atomic
def release_clock() -> None:
    """A frozen clock goes on from where it stands."""
    installation = Installation.objects.select_for_update().get(id=1)
    if installation.frozen_at is not None:
        installation.offset = installation.frozen_at - clock.real_now()
        installation.frozen_at = None
        installation.save()
        refresh_clock()


@transaction.atomic
def freeze_clock() -> None:
    """Demo and tests: the clock stands still from now."""
    installation = Installation.objects.select_for_update().get(id=1)
    if installation.mode == Installation.Mode.PRODUCTION:
        raise PermissionError("in production the clock is real")
    if installation.frozen_at is None:
        installation.frozen_at = refresh_clock()
        installation.save()
        refresh_clock()
