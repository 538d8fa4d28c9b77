"""Many statements in one write: rows as psycopg reads them, the first error, and a connection that is good for the next list."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import errors
from psycopg.conninfo import make_conninfo

from yanxiu.events.pipeline import Pipeline

pytestmark = pytest.mark.django_db


def on_a_line(act: Callable[[Pipeline], Awaitable[Any]], *, prepares: bool = True) -> Any:
    async def run() -> Any:
        s = connection.settings_dict
        told = make_conninfo(dbname=s["NAME"], user=s["USER"], password=s["PASSWORD"], host=s["HOST"], port=s["PORT"])
        async with await psycopg.AsyncConnection.connect(told, autocommit=True, prepare_threshold=None) as raw:
            return await asyncio.wait_for(act(Pipeline(raw, prepares=prepares)), 30)

    return asyncio.run(run())


@pytest.mark.parametrize("prepares", [True, False])
def test_rows_of_each_statement_in_order(prepares: bool) -> None:
    at = datetime(2023, 9, 2, 20, 14, tzinfo=UTC)
    statements = [
        ("SELECT %s::bigint, %s::text, %s::timestamptz, 7 %% 4", [1 << 40, "李华", at]),
        ("SELECT %(b)s::int, %(a)s::int, %(b)s::int + 1", {"a": 1, "b": 2}),
        ("SET LOCAL work_mem = '4MB'", ()),
        ("SELECT n FROM unnest(%s::int[]) n WHERE n > %s", ["{1,2,3}", 1]),
        ("SELECT NULL::int, %s::text", [None]),
    ]

    async def act(line: Pipeline) -> None:
        for _ in range(2):  # the second time they are prepared
            first, *rest = await line.run([("BEGIN", ()), *statements, ("COMMIT", ())])
            assert first == []
            assert rest == [[(1 << 40, "李华", at, 3)], [(2, 1, 3)], [], [(2,), (3,)], [(None, None)], []]

    on_a_line(act, prepares=prepares)


def test_the_first_error_is_raised_and_the_line_goes_on() -> None:
    async def act(line: Pipeline) -> list[Any]:
        for _ in range(2):
            with pytest.raises(errors.DivisionByZero):
                # The statement behind the error is not prepared, and must not count as if it were.
                await line.run(
                    [("SELECT 1", ()), ("SELECT 1 / %s::int", [0]), ("SELECT 2", ()), ("SELECT nothing", ())]
                )
        with pytest.raises(errors.UndefinedColumn):
            await line.run([("SELECT nothing", ())])
        return await line.run([("SELECT 2", ()), ("SELECT 1", ())])

    assert on_a_line(act) == [[(2,)], [(1,)]]


def test_more_than_both_ends_hold_while_nobody_reads() -> None:
    long = "x" * 8_000_000

    async def act(line: Pipeline) -> list[Any]:
        return await line.run([("SELECT %s::text", [long])] * 4)

    assert on_a_line(act) == [[(long,)]] * 4


def test_a_line_that_was_left_in_the_middle_is_closed() -> None:
    async def act(line: Pipeline) -> bool:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.run([("SELECT pg_sleep(20)", ())]), 0.2)
        return bool(line.raw.closed)

    assert on_a_line(act)
