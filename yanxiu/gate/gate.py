"""The list behind a hot path. Many connections ask; one task takes what is there, acts once, and answers everybody after the commit."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from yanxiu.events.groups import Away
from yanxiu.lib.hot import Reply

log = logging.getLogger(__name__)

MOST = 500  # requests of one transaction, by their weight; the last one taken may go beyond
BACKLOG = 20_000  # requests waiting; beyond it the honest answer is "later"


class Runner(Protocol):
    async def run(self, make: Callable[[], Any]) -> Any: ...


class Full(Exception):
    """The backlog is used up, or the gate is closing: come back later with the same key."""


def _one_lane(request: Any) -> Hashable:
    return None


def _light(request: Any) -> int:
    return 1


class Gate:
    """`act(requests)` gives a body for a list of one lane (places: a batch, for its lock is the batch's). Oldest lane first.

    A list is under way on each of `lines`: while the database works on one, the next is judged. `weight`, `calm`, `pause` as of an endpoint.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Any]], Callable[[], Any]],
        lines: Sequence[Runner],
        *,
        lane: Callable[[Any], Hashable] = _one_lane,
        weight: Callable[[Any], int] = _light,
        most: int = MOST,
        backlog: int = BACKLOG,
        calm: int = 32,
        pause: float = 0.002,
    ) -> None:
        self.act, self.lines, self.lane, self.weight, self.most, self.backlog = act, lines, lane, weight, most, backlog
        self.calm, self.pause = calm, pause
        self.waiting = 0
        self.closing = False
        self._lanes: dict[Hashable, deque[tuple[Any, asyncio.Future[Reply]]]] = {}
        self._something, self._enough = asyncio.Event(), asyncio.Event()
        self._turn = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._work(line)) for line in self.lines]

    def ask(self, request: Any) -> "asyncio.Future[Reply]":
        if self.closing or self.waiting >= self.backlog:
            raise Full
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._lanes.setdefault(self.lane(request), deque()).append((request, future))
        self.waiting += 1
        self._something.set()
        if self.waiting >= self.calm:
            self._enough.set()
        return future

    async def drain(self) -> None:
        """Takes nothing new, answers what is there, stops."""
        self.closing = True
        self._something.set()
        self._enough.set()
        await asyncio.gather(*self._tasks)

    async def _work(self, line: Runner) -> None:
        while True:
            async with self._turn:
                group = await self._next()
            if not group:
                return
            await self._run(line, group)

    async def _next(self) -> list[tuple[Any, "asyncio.Future[Reply]"]]:
        """The next list; none when the gate is closing and all have been taken."""
        while True:
            if self.closing and not self.waiting:
                return []
            if not self.waiting:
                self._something.clear()
                await self._something.wait()
            if self.waiting < self.calm and not self.closing:
                self._enough.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.pause):
                        await self._enough.wait()
            if group := self._take():
                return group  # Otherwise the other line has found the database away, and answered for all.

    def _take(self) -> list[tuple[Any, "asyncio.Future[Reply]"]]:
        # Lanes take turns: the one served goes to the end of the dict.
        for lane, queue in list(self._lanes.items()):
            group, taken = [], 0
            while queue and taken < self.most:
                group.append(queue.popleft())
                taken += self.weight(group[-1][0])
            del self._lanes[lane]
            if queue:
                self._lanes[lane] = queue
            self.waiting -= len(group)
            return group
        return []

    async def _run(self, line: Runner, group: list[tuple[Any, "asyncio.Future[Reply]"]]) -> None:
        try:
            replies = await line.run(self.act([request for request, _ in group]))
            for (_, future), reply in zip(group, replies, strict=True):
                if not future.done():
                    future.set_result(reply)
        except Away as away:
            # Who waits behind them would only wait in vain as long; each comes back with its key.
            log.warning("the database is away: %s", away.__cause__)
            everybody = [*group, *(one for queue in self._lanes.values() for one in queue)]
            self._lanes.clear()
            self.waiting = 0
            for _, future in everybody:
                if not future.done():
                    future.set_result(Reply(503, {"ok": False, "error": "away"}))
        except Exception as error:
            if len(group) > 1:
                # One that cannot be done must not fail its neighbours; whatever is asked twice has a key.
                log.exception("a list of %d failed; each by itself", len(group))
                for one in group:
                    await self._run(line, [one])
                return
            log.exception("a request failed", exc_info=error)
            if not group[0][1].done():
                group[0][1].set_result(Reply(503, {"ok": False, "error": "failed"}))
