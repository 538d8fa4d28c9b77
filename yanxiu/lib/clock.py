"""The domain's only clock.

`now()` is the machine's time, corrected to the database's (skew), plus the installation's offset; or a frozen instant. A process reads
offset and freeze through the reader that `configure` hands in, at most every `every` seconds. Days are local days of Shanghai.
What protects (sessions, lockout, one-time links, claims) runs on `real_now()` and cannot be moved.
"""

import threading
import time as _time
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZERO = timedelta(0)

Reading = tuple[timedelta, datetime | None]


class State(NamedTuple):
    """What moves the clock: the stored offset and freeze, and this machine's skew against the database."""

    offset: timedelta = ZERO
    frozen: datetime | None = None
    skew: timedelta = ZERO


_state = State()
_reader: Callable[[], Reading] | None = None
_every = 1.0
_read_at: float | None = None
_reading = threading.Lock()


def real_now() -> datetime:
    """The machine's own time, never moved."""
    return datetime.now(UTC)


def now() -> datetime:
    """The domain's instant, aware, in UTC."""
    _refresh()
    state = _state
    if state.frozen is not None:
        return state.frozen
    return real_now() + state.skew + state.offset


def today() -> date:
    """The local day in Shanghai."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same instant on Shanghai's wall clock."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(SHANGHAI)


def day_start(day: date) -> datetime:
    """00:00 of that day in Shanghai."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def at(day: date, hour: time) -> datetime:
    """That wall-clock time of that day in Shanghai."""
    return datetime.combine(day, hour, tzinfo=SHANGHAI)


def state() -> State:
    return _state


def set_state(*, offset: timedelta, frozen: datetime | None) -> None:
    """Take over the stored row, at once, in this process."""
    global _state, _read_at
    if frozen is not None:
        if frozen.tzinfo is None:
            raise ValueError("a frozen instant without a time zone")
        frozen = frozen.astimezone(UTC)
    _state = _state._replace(offset=offset, frozen=frozen)
    _read_at = _time.monotonic()


def set_skew(skew: timedelta) -> None:
    """Database time minus machine time, measured by the process."""
    global _state
    _state = _state._replace(skew=skew)


def configure(reader: Callable[[], Reading] | None, every: float = 1.0) -> None:
    """Read offset and freeze through `reader` when what is known is older than `every` seconds. None stops reading."""
    global _reader, _every, _read_at
    _reader, _every, _read_at = reader, every, None


def _refresh() -> None:
    reader = _reader
    if reader is None or (_read_at is not None and _time.monotonic() - _read_at < _every):
        return
    # The reader may itself ask for the time, and other threads need not wait: whoever does not get the lock uses what is known.
    if not _reading.acquire(blocking=False):
        return
    try:
        offset, frozen = reader()
    except Exception:
        # A database that is away must not stop the clock; but before the first reading nothing is known, and guessing decides seats.
        if _read_at is None:
            raise
        _postpone()
    else:
        set_state(offset=offset, frozen=frozen)
    finally:
        _reading.release()


def _postpone() -> None:
    global _read_at
    _read_at = _time.monotonic()
