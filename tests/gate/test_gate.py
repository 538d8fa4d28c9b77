"""The list behind a hot path, without HTTP and database."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

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
        gate = Gate(act, AtOnce(), calm=calm, pause=pause)
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
