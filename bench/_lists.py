"""Schools enrol by list: many lists at once in the gate's driver, and one after the other as the school's page does it."""

import asyncio
import os
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

from django.db import connection

from bench._oracle import judge
from bench._places import Season
from bench._serve import cpu_of
from config.stream import app
from yanxiu.events.groups import Line
from yanxiu.gate.gate import Gate
from yanxiu.lib import clock
from yanxiu.places import actions
from yanxiu.places.actions import seats
from yanxiu.places.rules import values as v

ROWS, AT_ONCE = 30, 16  # rows of a list; lists of one transaction


def by_school(s: Season, persons: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Who is enrolled in which class: teachers who chose nothing, all of a school in one class."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT school_id, array_agg(id) FROM organisation_person WHERE id = ANY(%s) GROUP BY 1", [list(persons)]
        )
        return {
            school: [(p, s.classes[school % len(s.classes)]) for p in found[:ROWS]]
            for school, found in cursor.fetchall()
        }


def together(s: Season, lists: dict[int, list[tuple[int, int]]], database: int | None) -> dict[str, Any]:
    """The lists of all schools at one instant; the gate takes several for each transaction, and each list has its own answers."""

    def act(taken: Sequence[list[v.Request]]) -> Callable[[], Generator[Any, Any, list[Any]]]:
        inner = seats.act(s.batch, [request for one in taken for request in one])

        def body() -> Generator[Any, Any, list[Any]]:
            answers = iter((yield from inner()))
            return [[next(answers) for _ in one] for one in taken]

        return body

    received = clock.real_now()
    asked: list[list[v.Request]] = [
        [v.Enrol(person=p, school=school, training_class=c, received=received) for p, c in rows]
        for school, rows in lists.items()
    ]

    async def go() -> tuple[list[float], int]:
        gate = Gate(act, Line(app.conninfo, heard=app.heard), most=AT_ONCE)
        gate.start()
        sent, times, done = time.perf_counter(), [], 0
        for answers in [gate.ask(one) for one in asked]:
            done += sum(answer.ok for answer in await answers)  # type: ignore[attr-defined]
            times.append(time.perf_counter() - sent)
        await gate.drain()
        await gate.line.close()  # type: ignore[attr-defined]
        return times, done

    return _measured(s, database, lambda: asyncio.run(go()))


def one_by_one(s: Season, lists: dict[int, list[tuple[int, int]]], database: int | None) -> dict[str, Any]:
    """One transaction a list, with the messages and figures that follow from it."""

    def go() -> tuple[list[float], int]:
        times, done = [], 0
        for school, rows in lists.items():
            sent = time.perf_counter()
            done += sum(a.ok for a in actions.enrol(batch=s.batch, school=school, rows=rows, by=None))
            times.append(time.perf_counter() - sent)
        return times, done

    return _measured(s, database, go)


def _measured(s: Season, database: int | None, go: Callable[[], tuple[list[float], int]]) -> dict[str, Any]:
    watched = [os.getpid(), *([database] if database else [])]
    before, began = cpu_of(watched), time.perf_counter()
    times, done = go()
    wall, spent = time.perf_counter() - began, cpu_of(watched) - before
    times.sort()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM places_enrolment WHERE batch_id = %s AND state = 'standing'", [s.batch])
        stored = cursor.fetchone()[0]
    n = len(times)
    return {
        "ops_s": done / wall, "p50_ms": times[n // 2] * 1000, "p95_ms": times[n * 95 // 100] * 1000, "p99_ms": times[n * 99 // 100] * 1000,
        "cpu_ms_per_op": spent * 1000 / done, "client_cpu_ms_per_op": 0.0, "bound_ops_s": 0.0, "ratio": None,
        "exact": stored == done and not judge(s, {}), "n": done, "wall_s": wall,
    }  # fmt: skip
