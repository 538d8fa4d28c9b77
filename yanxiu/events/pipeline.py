"""Statements of one round trip in one write: psycopg's own pipeline sends and polls for each by itself, several times the cost."""

import re
from collections.abc import Generator, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

import psycopg
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq.abc import PGresult

_PLACE = re.compile(r"%(?:\((\w+)\))?s|%%")
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
Key = tuple[bytes, tuple[int, ...]]  # statement, types of its parameters
Rows = list[tuple[Any, ...]]
C = TypeVar("C", psycopg.AsyncConnection[Any], psycopg.Connection[Any])


class Pipeline(Generic[C]):
    """Of a connection that nobody else uses. `prepares`: not behind a pooler in transaction mode."""

    def __init__(self, raw: C, *, prepares: bool) -> None:
        self.raw: C = raw
        self.prepares = prepares
        self._names: dict[Key, bytes] = {}
        self._count = 0

    async def run(self, statements: Sequence[tuple[str, Any]]) -> list[Rows]:
        """The rows of each (statement, parameters). Raises the first error; what stood behind it was not done."""
        assert isinstance(self.raw, psycopg.AsyncConnection)
        dumped = [self._dumped(sql, params) for sql, params in statements]
        try:
            told, results = await self.raw.wait(self._exchange(dumped))
        except BaseException:
            self.raw.pgconn.finish()  # Answers that nobody has read are still on their way.
            raise
        return self._rows(told, results)

    def run_now(self, statements: Sequence[tuple[str, Any]]) -> list[Rows]:
        """The same over a connection that blocks."""
        assert isinstance(self.raw, psycopg.Connection)
        dumped = [self._dumped(sql, params) for sql, params in statements]
        try:
            told, results = self.raw.wait(self._exchange(dumped))
        except BaseException:
            self.raw.pgconn.finish()
            raise
        return self._rows(told, results)

    def _dumped(self, sql: str, params: Any) -> tuple[Key, Sequence[Any], Any]:
        query, names = numbered(sql)
        values = [params[name] for name in names] if names else params
        tx = Transformer(self.raw)
        dumped = tx.dump_sequence(values, [PyFormat.TEXT] * len(values)) if values else []
        return (query, tuple(tx.types or ())), dumped, tx.formats

    def _exchange(
        self, dumped: Sequence[tuple[Key, Sequence[Any], Any]]
    ) -> Generator[Any, Any, tuple[list[Any], list[PGresult]]]:
        """`told`: for each result None where it has rows, else what is prepared with it."""
        pgconn = self.raw.pgconn
        told: list[tuple[Key, bytes] | None] = []
        pgconn.enter_pipeline_mode()
        for key, values, formats in dumped:
            if not self.prepares:
                pgconn.send_query_params(key[0], values, key[1], formats)
            else:
                name = self._names.get(key)
                if name is None:
                    self._count += 1
                    name = b"p%d" % self._count
                    pgconn.send_prepare(name, key[0], key[1])
                    told.append((key, name))
                pgconn.send_query_prepared(name, values, formats)
            told.append(None)
        pgconn.pipeline_sync()
        yield from send(pgconn)
        results: list[PGresult] = []
        for _ in range(len(told) + 1):
            results += yield from fetch_many(pgconn)
        pgconn.exit_pipeline_mode()
        return told, results

    def _rows(self, told: list[tuple[Key, bytes] | None], results: list[PGresult]) -> list[Rows]:
        found: list[Rows] = []
        tx = Transformer(self.raw)
        for prepared, result in zip(told, results[:-1], strict=True):
            if result.status not in _DONE:
                error = errors.error_from_result(result, self.raw.info.encoding)
                if isinstance(error, errors.InvalidSqlStatementName):
                    self._names.clear()  # Somebody has dropped what was prepared; psycopg itself does after a rollback.
                raise error
            if prepared is not None:
                self._names[prepared[0]] = prepared[1]
                continue
            tx.set_pgresult(result)
            found.append(tx.load_rows(0, result.ntuples, tuple) if result.nfields else [])
        return found


@lru_cache(maxsize=1000)
def numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """As PostgreSQL wants it: $1, $2 …; and the names of these, empty where they go by place."""
    names: list[str] = []
    places = 0

    def number(found: re.Match[str]) -> str:
        nonlocal places
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            places += 1
            return f"${places}"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return _PLACE.sub(number, sql).encode(), tuple(names)
