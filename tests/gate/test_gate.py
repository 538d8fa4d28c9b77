"""The list behind a hot path, without HTTP and database."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from yanxiu.events.groups import Away
from yanxiu.gate.gate import Gate
from yanxiu.lib.hot import Reply


class AtOnce:
    async def run(self, make: Callable[[], Any]) -> Any:
        return make()


def lists(asked: Sequence[float], *, calm: int, pause: float) -> list[int]:
    """How long the lists were, when requests came after these seconds."""
    sizes: list[int] = []

    def act(requests: Sequence[Any]) -> Callable[[], list[Reply]]:
        sizes.append(len(requests))
        return lambda: [Reply(200, {}) for _ in requests]

    async def run() -> None:
        gate = Gate(act, [AtOnce()], calm=calm, pause=pause)
        gate.start()

        async def one(after: float) -> None:
            await asyncio.sleep(after)
            await gate.ask(None)

        await asyncio.gather(*(one(after) for after in asked))
        await gate.drain()

    asyncio.run(asyncio.wait_for(run(), 10))
    return sizes


def test_a_short_list_waits_for_more() -> None:
    assert lists([0, 0.1, 0.2, 1.5], calm=10, pause=0.5) == [3, 1]


def test_a_long_list_does_not_wait() -> None:
    assert lists([0] * 10, calm=10, pause=60) == [10]


def test_a_list_that_has_become_long_waits_no_longer() -> None:
    assert lists([0, 0.1, 0.2], calm=3, pause=60) == [3]


class Held:
    """Its first list stays under way until it is let go."""

    def __init__(self) -> None:
        self.go, self.fails = asyncio.Event(), False

    async def run(self, make: Callable[[], Any]) -> Any:
        await self.go.wait()
        if self.fails:
            self.fails = False
            raise Away
        return make()


def answers(requests: Sequence[Any]) -> Callable[[], list[Reply]]:
    return lambda: [Reply(200, {}) for _ in requests]


def test_two_lines_have_two_lists_under_way() -> None:
    async def run() -> None:
        lines = [Held(), Held()]
        gate = Gate(answers, lines, calm=2, pause=0.01)
        gate.start()
        first = gate.ask("a")
        await asyncio.sleep(0.1)
        second = gate.ask("b")
        await asyncio.sleep(0.1)
        assert gate.waiting == 0  # both are taken, none is answered
        lines[1].go.set()
        assert (await second).status == 200
        assert not first.done()
        lines[0].go.set()
        assert (await first).status == 200
        await gate.drain()

    asyncio.run(asyncio.wait_for(run(), 10))


def test_a_line_outlives_the_other_ones_trouble() -> None:
    """It waits for more when the other finds the database away and answers for everybody; what comes later is served by both."""

    async def run() -> None:
        lines = [Held(), Held()]
        lines[0].fails = True
        gate = Gate(answers, lines, calm=2, pause=0.3)
        gate.start()
        first = [gate.ask("a"), gate.ask("b")]
        await asyncio.sleep(0.05)
        waits = gate.ask("c")
        await asyncio.sleep(0.05)
        lines[0].go.set()
        assert {(await one).status for one in [*first, waits]} == {503}
        await asyncio.sleep(0.5)
        lines[0].go.clear()
        held = [gate.ask("d"), gate.ask("e")]
        await asyncio.sleep(0.05)
        lines[1].go.set()
        later = gate.ask("f")
        lines[0].go.set()
        assert {(await one).status for one in [*held, later]} == {200}
        assert not any(task.done() for task in gate._tasks)
        await gate.drain()

    asyncio.run(asyncio.wait_for(run(), 10))
