"""A small load client: many connections, one request in flight each, no library between it and the socket."""

import asyncio
import gc
import itertools
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvloop

asyncio.set_event_loop_policy(
    uvloop.EventLoopPolicy()
)  # For every client of a benchmark: theirs are the cores that are measured.


@dataclass(slots=True)
class Took:
    """Seconds a request, statuses, bodies in the order of the requests; CPU seconds of this process."""

    seconds: list[float] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def clocked(took: Took) -> Iterator[float]:
    """Gives the beginning; wall and CPU are of what stands inside.

    The client's collector waits meanwhile: one look at all that a benchmark keeps takes 100 ms, in which each answer that arrives seems late.
    """
    gc.collect()
    gc.disable()
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    try:
        yield began
    finally:
        took.wall = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_SELF)
        took.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        gc.enable()


def post(path: str, body: bytes, cookie: str, port: int) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx-yx: 1\r\ncookie: yx_claim={cookie}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def get(path: str, cookies: str, port: int, *, address: str) -> bytes:
    """As the front hands it on: `address` is whose the request is."""
    head = f"GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\ncookie: {cookies}\r\nx-forwarded-for: {address}\r\naccept: text/html\r\n\r\n"
    return head.encode()


async def run(ports: int | Sequence[int], requests: Iterable[tuple[int, bytes]], total: int, connections: int) -> Took:
    """Each request is (place in the answers, bytes). Of several ports each gets as many of the connections."""
    took = Took([0.0] * total, [(0, b"")] * total)
    source = iter(requests)
    spread = itertools.islice(itertools.cycle([ports] if isinstance(ports, int) else ports), connections)
    lines = [await asyncio.open_connection("127.0.0.1", port, limit=1 << 16) for port in spread]
    with clocked(took):
        await asyncio.gather(*(_one(reader, writer, source, took) for reader, writer in lines))
    for _, writer in lines:
        writer.close()
    return took


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, source: Iterator[tuple[int, bytes]], took: Took
) -> None:
    for place, request in source:
        sent = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        at = head.lower().index(b"content-length:") + 15
        body = await reader.readexactly(int(head[at : head.index(b"\r", at)]))
        took.seconds[place] = time.perf_counter() - sent
        took.answers[place] = (int(head[9:12]), body)


async def on_schedule(
    port: int, requests: list[tuple[int, bytes]], rate: float, connections: int, *, whose: Sequence[int] = ()
) -> Took:
    """Open load: each request at its time, however long the others take; its seconds count from that time.

    `whose` each is: of one person the next is sent after the answer to the one before, as a player does.
    """
    took = Took([0.0] * len(requests), [(0, b"")] * len(requests))
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port, limit=1 << 16))
    latest: dict[int, asyncio.Task[None]] = {}

    async def send(due: float, place: int, request: bytes, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        reader, writer = await free.get()
        inner = Took(took.seconds, took.answers)
        await _one(reader, writer, iter([(place, request)]), inner)
        took.seconds[place] = time.perf_counter() - due
        free.put_nowait((reader, writer))

    with clocked(took) as began:
        for number, (place, request) in enumerate(requests):
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            person = whose[number] if whose else number
            latest[person] = asyncio.create_task(send(due, place, request, latest.get(person)))
        await asyncio.gather(*latest.values())
    return took
