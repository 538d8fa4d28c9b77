"""Acts as groups of statements: one body, two drivers.

A hot act is a generator. It yields a `Group` of statements, which travel together (one round trip), and is sent the rows of each;
its last group is marked `last`, so that the COMMIT travels with it. It returns its answer. It never touches a connection:

    def body():
        clock, rows = yield Group([Statement("SELECT yx_now()"), Statement("SELECT … WHERE id = ANY(%s::bigint[])", [ids])])
        …decide…
        yield Group([Statement("UPDATE … FROM unnest(%s::bigint[], %s::int[]) …", [ids, seconds])], events=[happened(…)], last=True)
        return answer

`run(body)` drives it over Django's connection, inside any transaction there is, and then runs the reactions of its events.
`Line.run(body)` drives it over a connection of its own without the ORM (the gate); reactions are deferred as a job in the same transaction.
A body may be run again from the start: after a lost connection (its outcome is unknown; idempotency keys make the repeat exact) and
after a race that a unique index has decided. So everything it decides on is read in its own first group, after its lock.

Rows come as plain tuples: cast json to text in SQL (`data::text`), for the two connections load it differently.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import orjson
import psycopg
from django.db import IntegrityError, connection, transaction
from django.db.utils import OperationalError, ProgrammingError
from psycopg import errors

from yanxiu.events.pipeline import Pipeline
from yanxiu.lib.arrays import bound

T = TypeVar("T")
Rows = list[tuple[Any, ...]]
TRIES = 6
REACT_TASK = "yanxiu.events.jobs.react_to"


class Away(Exception):
    """The database is not there, or its disk is full. What is stored is found by its key: come back later with the same."""


class Statement(NamedTuple):
    sql: str
    params: Sequence[Any] | Mapping[str, Any] = ()


@dataclass(slots=True)
class Group:
    """Statements of one round trip. `events` are inserted after them by one statement more; their rows are not sent back."""

    statements: Sequence[Statement]
    events: Sequence["Happened"] = ()
    last: bool = False


Body = Generator[Group, list[Rows], T]


@dataclass(slots=True)
class Trips:
    """How many groups were sent; tests hold it."""

    count: int = 0
    sizes: list[int] = field(default_factory=list)


trips = Trips()

# --- events ----------------------------------------------------------------------------------------------------------


class Happened(NamedTuple):
    """An event of a set act; the fields are columns."""

    at: datetime
    kind: str
    actor: int | None
    person: int | None
    unit_path: str
    training_path: str
    batch: int | None
    subject_id: int | None
    data: Mapping[str, Any]
    policy: int | None


_COLUMNS = Happened._fields
_DATA = _COLUMNS.index("data")
_TYPES = ("timestamptz", "text", "bigint", "bigint", "text", "text", "bigint", "bigint", "jsonb", "bigint")
_INSERT = f"""INSERT INTO events_event ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS)} FROM unnest({", ".join(f"%s::{t}[]" for t in _TYPES)}) AS u ({", ".join(_COLUMNS)})"""
_INSERT_TOLD = f"{_INSERT} RETURNING id"
_INSERT_AND_DEFER = f"""WITH stored AS ({_INSERT} RETURNING id, kind),
heard AS (SELECT jsonb_agg(id ORDER BY id) AS ids FROM stored WHERE kind = ANY(%s::text[]))
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', '{REACT_TASK}', 0, NULL, NULL, jsonb_build_object('events', ids), NULL::timestamptz)]::procrastinate_job_to_defer_v1[])
  FROM heard WHERE ids IS NOT NULL"""


def happened(
    kind: str,
    *,
    at: datetime,
    actor: int | None = None,
    person: int | None = None,
    unit_path: str = "",
    training_path: str = "",
    batch: int | None = None,
    subject_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    policy: int | None = None,
) -> Happened:
    """An event of a set act, stored by the driver's own statement. Data: what JSON knows."""
    return Happened(at, kind, actor, person, unit_path, training_path, batch, subject_id, data or {}, policy)


def _event_params(events: Sequence[Happened]) -> list[list[Any]]:
    columns: list[list[Any]] = [list(column) for column in zip(*events, strict=True)]
    columns[_DATA] = [orjson.dumps(data).decode() for data in columns[_DATA]]
    return columns


# Generic plans made while a table is empty (a window opening!) would scan it ever after.
_PLANS = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)"
# The rest of the caller's transaction, pages and reactions, plans as ever.
_PLANS_AS_BEFORE = "SELECT set_config(name, 'on', true) FROM unnest(ARRAY['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_material']) name UNION ALL SELECT set_config('plan_cache_mode', 'auto', true)"

# --- over Django's connection -------------------------------------------------------------------------------------------


def run(make: Callable[[], Body[T]]) -> T:
    """One transaction (or a savepoint of the caller's); then the reactions of its events, in the same transaction."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                answer, events = _drive(make())
                _react(events)
                return answer
        except (IntegrityError, OperationalError, ProgrammingError) as error:
            # A race across locks that a constraint decided: only the next reading knows who won. Or what was prepared is gone.
            if not _again(error.__cause__) or attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def _again(cause: BaseException | None) -> bool:
    return isinstance(
        cause,
        errors.UniqueViolation | errors.DeadlockDetected | errors.SerializationFailure | errors.InvalidSqlStatementName,
    )


def _drive(body: Body[T]) -> tuple[T, list[tuple[int, Happened]]]:
    stored: list[tuple[int, Happened]] = []
    connection.ensure_connection()
    idle = connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    first, after = [*([Statement("BEGIN")] if idle else []), Statement(_PLANS)], [Statement(_PLANS_AS_BEFORE)]
    try:
        group = next(body)
        while True:
            statements = [*first, *group.statements]
            if group.events:
                statements.append(Statement(_INSERT_TOLD, _event_params(group.events)))
            if group.last:
                statements += after
            rows = _send(statements)[len(first) :]
            if group.events:
                told = rows[len(group.statements)]
                stored += [(row[0], event) for row, event in zip(told, group.events, strict=True)]
            first, after = [], [] if group.last else after
            group = body.send(rows[: len(group.statements)])
    except StopIteration as end:
        if after and not first:
            _send(after)
        return end.value, stored


_own = threading.local()


def _send(statements: Sequence[Statement]) -> list[Rows]:
    raw = connection.connection
    trips.count += 1
    trips.sizes.append(len(statements))
    if getattr(_own, "wire", None) is None or _own.wire.raw is not raw:
        _own.wire = Pipeline(raw, prepares=not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"])
    with connection.wrap_database_errors:
        rows: list[Rows] = _own.wire.run_now([(statement.sql, bound(statement.params)) for statement in statements])
    return rows


def _react(stored: Sequence[tuple[int, Happened]]) -> None:
    from yanxiu.events.actions import react
    from yanxiu.events.models import Event

    react([Event(id=number, **event._asdict()) for number, event in stored])


# --- over a connection of its own (no ORM) --------------------------------------------------------------------------------


class Line:
    """One connection, one transaction in flight. Reconnects by itself and runs the body again."""

    def __init__(
        self, conninfo: str, *, heard: Sequence[str] = (), pooled: bool = False, patience: float = 8.0
    ) -> None:
        """`heard`: kinds with reactions. `pooled`: behind a pooler in transaction mode nothing may be prepared. Patience in seconds."""
        self.conninfo, self.heard, self.pooled, self.patience = conninfo, list(heard), pooled, patience
        self._wire: Pipeline[psycopg.AsyncConnection[Any]] | None = None

    async def run(self, make: Callable[[], Body[T]]) -> T:
        """Returns after the commit. Raises what the body raises, and Away when patience is over."""
        loop = asyncio.get_running_loop()
        give_up, races, pause = loop.time() + self.patience, 0, 0.02
        while True:
            try:
                return await self._drive(make())
            except psycopg.OperationalError as error:
                if _again(error) and (races := races + 1) < TRIES:
                    continue
                await self.close()
                if loop.time() > give_up or isinstance(error, errors.DiskFull):
                    raise Away from error
                await asyncio.sleep(pause)
                pause = min(pause * 2, 0.5)
            except psycopg.IntegrityError as error:
                if not _again(error) or (races := races + 1) >= TRIES:
                    raise

    async def close(self) -> None:
        if self._wire is not None:
            with contextlib.suppress(Exception):
                await self._wire.raw.close()
            self._wire = None

    async def _ready(self) -> Pipeline[psycopg.AsyncConnection[Any]]:
        if self._wire is None or self._wire.raw.closed:
            raw = await psycopg.AsyncConnection.connect(
                self.conninfo, autocommit=True, prepare_threshold=None, connect_timeout=5
            )
            self._wire = Pipeline(raw, prepares=not self.pooled)
        return self._wire

    async def _drive(self, body: Body[T]) -> T:
        wire = await self._ready()
        raw = wire.raw
        first = [Statement("BEGIN"), Statement(_PLANS)]
        try:
            group = next(body)
            while True:
                statements = [*first, *group.statements]
                if group.events:
                    statements.append(self._events(group.events))
                if group.last:
                    statements.append(Statement("COMMIT"))
                rows = await self._send(wire, statements)
                rows = rows[len(first) : len(first) + len(group.statements)]
                first = []
                group = body.send(rows)
        except StopIteration as end:
            if raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                await raw.execute("COMMIT")
            return end.value
        except BaseException:
            await self._clear(raw)
            raise

    def _events(self, events: Sequence[Happened]) -> Statement:
        if any(event.kind in self.heard for event in events):
            return Statement(_INSERT_AND_DEFER, [*_event_params(events), self.heard])
        return Statement(_INSERT, _event_params(events))

    @staticmethod
    async def _send(wire: Pipeline[psycopg.AsyncConnection[Any]], statements: Sequence[Statement]) -> list[Rows]:
        trips.count += 1
        trips.sizes.append(len(statements))
        return await wire.run([(statement.sql, bound(statement.params)) for statement in statements])

    async def _clear(self, raw: psycopg.AsyncConnection[Any]) -> None:
        """After an error the next act begins clean, or on a new connection."""
        try:
            if not raw.closed and raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                await raw.execute("ROLLBACK")
        except Exception:
            await self.close()
