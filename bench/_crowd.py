"""Visitors who do not give up: choosers with one key a press, learners who play in real time. They send again until they are answered."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bench import _client

AGAIN = (0, 502, 503, 504)  # no answer, or "later"
ASKING = 20.0  # seconds for one try


class Line:
    """A connection that is opened again when it has broken."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes, seconds: float = ASKING) -> tuple[int, dict[str, str], bytes]:
        """Status 0: the line broke, and what became of the request is unknown."""
        try:
            async with asyncio.timeout(seconds):
                if self.writer is None or self.reader is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.writer.write(request)
                head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *rest = head.strip().split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in rest)}
                body = await self.reader.readexactly(int(headers.get("content-length", 0)))
                if headers.get("connection") == "close":
                    self.close()
                return int(first.split()[1]), headers, body
        except (OSError, EOFError, TimeoutError):
            self.close()
            return 0, {}, b""

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


@dataclass
class Heard:
    """What the crowd was told."""

    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict)  # key → outcome, choice
    seconds: list[float] = field(default_factory=list)  # from the press to the answer
    again: int = 0  # tries that had to be repeated
    statuses: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def tried(self, status: int, headers: dict[str, str]) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status in (502, 503, 504) and "retry-after" not in headers:
            self.wrong.append(f"{status} without retry-after")


async def insist(line: Line, request: bytes, heard: Heard, *, patience: float = 90) -> Any:
    """The same request until it is answered 200; None when it never is."""
    until, pause = time.monotonic() + patience, 0.1
    while time.monotonic() < until:
        status, headers, body = await line.ask(request)
        heard.tried(status, headers)
        if status == 200:
            return json.loads(body)
        if status not in AGAIN:
            heard.wrong.append(f"answered {status}: {body[:100]!r}")
            return None
        heard.again += 1
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        pause = min(1.0, pause * 1.5)
    heard.wrong.append("never answered")
    return None


@dataclass
class Press:
    key: str
    request: bytes


async def choosers(port: int, presses: list[Press], heard: Heard, *, rate: float, lines: int) -> None:
    """On schedule. One in five who was answered sends again at the end and must hear the same."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(lines):
        free.put_nowait(Line(port))
    began = time.monotonic()

    async def one(press: Press, due: float) -> None:
        line = await free.get()
        answer = await insist(line, press.request, heard)
        free.put_nowait(line)
        heard.seconds.append(time.monotonic() - due)
        if answer is not None:
            heard.acknowledged[press.key] = (answer["outcome"], answer["choice"])

    async def repeat(press: Press) -> None:
        line = await free.get()
        answer = await insist(line, press.request, heard)
        free.put_nowait(line)
        if answer and (answer["outcome"], answer["choice"]) != heard.acknowledged.get(press.key):
            heard.wrong.append("another answer to the same key")

    tasks = []
    for number, press in enumerate(presses):
        due = began + number / rate
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(press, due)))
    await asyncio.gather(*tasks)
    await asyncio.gather(*(repeat(press) for press in presses[::5]))
    while not free.empty():
        free.get_nowait().close()


@dataclass
class Learner:
    """Plays one film in real time. `cookie` signs; `played`: seconds that were reported and acknowledged."""

    person: int
    enrolment: int
    cookie: str
    item: int
    session: str = ""
    began: float = 0.0
    played: int = 0

    def post(self, port: int, path: str, payload: dict[str, Any]) -> bytes:
        return _client.post(path, json.dumps(payload).encode(), self.cookie, port)

    async def learn(self, port: int, heard: Heard, stop: asyncio.Event, every: float = 1.0) -> None:
        line = Line(port)
        if not self.session:
            self.session = str(UUID(int=random.getrandbits(128), version=4))
            payload = {"enrolment": self.enrolment, "session": self.session, "take_over": True}
            answer = await insist(line, self.post(port, "/hot/session", payload), heard)
            if not (answer and answer.get("ok")):
                heard.wrong.append(f"no session: {answer}")
                return
            self.began = time.monotonic()
        while not stop.is_set():
            await asyncio.sleep(every * random.uniform(0.7, 1.3))
            to = int(time.monotonic() - self.began)
            if to <= self.played:
                continue
            report = {
                "session": self.session,
                "item": self.item,
                "spans": [[self.played, to, to * 1000]],
                "skipped": [],
                "position": to,
                "answers": 0,
            }
            answer = await insist(line, self.post(port, "/hot/report", {"reports": [report]}), heard)
            if answer is not None:
                self.played = to  # Only what was acknowledged must be stored; what was sent in vain was sent again.
        line.close()
