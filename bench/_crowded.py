"""Faults that are not a death: no connection left, half a body, bodies of 10 MB, 5,000 idle connections, a full disk. A mixin of Faults."""

import asyncio
import errno
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from django.db import connection

from bench._crowd import Heard, Line, Press, insist
from bench._platform import Platform

BIG = 10_000_000
IDLE = 5_000
AWAY = {"zh": "平台暂时用不了", "en": "away for a moment"}
TOO_BIG = {"zh": "提交的内容太大", "en": "Too much at once"}


class Crowded:
    platform: Platform
    url: str
    under: Callable[..., Awaitable[dict[str, Any]]]
    post: Callable[[str, bytes, int], bytes]
    crowd: list[int]

    async def back(self, press: Press) -> float:
        """Seconds until a page and an act are answered."""
        began = time.monotonic()
        await insist(Line(self.platform.port), press.request, Heard())
        await self.page_of(200)
        return time.monotonic() - began

    async def page_of(self, status: int, *, seconds: float = 60, language: str = "zh") -> str:
        """The front page, asked for until it is answered so; its text."""
        until, line = time.monotonic() + seconds, Line(self.platform.port)
        request = (
            f"GET / HTTP/1.1\r\nhost: localhost:{self.platform.port}\r\naccept-language: {language}\r\n\r\n".encode()
        )
        found, body = 0, b""
        while time.monotonic() < until:
            found, _, body = await line.ask(request)
            if found == status:
                break
            await asyncio.sleep(0.05)
        line.close()
        if found != status:
            raise RuntimeError(f"the front page is answered {found}, not {status}")
        return body.decode()

    async def said(self, heard: Heard) -> None:
        """Away, in the reader's language."""
        for language, words in AWAY.items():
            if words not in await self.page_of(503, language=language):
                heard.wrong.append(f"503 in {language} does not say {words!r}")

    # --- no connection left

    async def connections(self) -> dict[str, Any]:
        """Strangers take every connection of the database, those of the platform too; later they give them back."""

        async def fault(presses: list[Press], heard: Heard) -> float:
            connection.close()
            taken = await asyncio.to_thread(self._take_all)
            await self.said(heard)
            await asyncio.sleep(1)
            for one in taken:
                one.close()
            return await self.back(presses[0])

        return await self.under(fault)

    def _take_all(self) -> list[psycopg.Connection[Any]]:
        taken = [psycopg.connect(self.url, autocommit=True)]
        others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'yanxiu' AND pid <> pg_backend_pid()"
        for _ in range(4):
            taken[0].execute(others)
            try:
                while True:
                    taken.append(psycopg.connect(self.url, autocommit=True))
            except psycopg.OperationalError:
                time.sleep(0.2)
        return taken

    # --- clients that are no use

    async def half_bodies(self) -> dict[str, Any]:
        """A hundred clients send half a body to the gate and to a page, forty half a form or file of some MB, and wait."""
        head = self.post("/hot/choose", b"x" * 500, self.crowd[0]).split(b"\r\n\r\n")[0] + b"\r\n\r\n"
        page = _form(head, "zh")
        large = page.replace(b"content-length: 500", b"content-length: 5000000")
        file = large.replace(b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=b")
        elsewhere = [one.replace(b"/sign-in/", b"/") for one in (large, file)]
        halves = [one + b'{"batch": 1' for one in (head, page)] * 50
        halves += [one + b"x" * 3_000_000 for one in (large, *elsewhere, file)] * 10

        async def send(half: bytes) -> asyncio.StreamWriter:
            _, writer = await asyncio.open_connection("127.0.0.1", self.platform.port)
            writer.write(half)
            return writer

        async def fault(presses: list[Press], heard: Heard) -> float:
            lines = [await send(half) for half in halves]
            await asyncio.sleep(2)
            began = time.monotonic()
            await self.back(presses[0])
            status, _, _ = await Line(self.platform.port).ask(page.replace(b": 500", b": 3") + b"x=1")
            if status != 403:  # Its token is not in the form; the answer comes from where passwords are checked.
                heard.wrong.append(f"a sign-in beside half bodies is answered {status}")
            took = time.monotonic() - began
            for writer in lines:
                writer.close()
            return took

        return await self.under(fault)

    async def big_bodies(self) -> dict[str, Any]:
        """Twenty bodies of 10 MB to the gate and to a page: each is refused in words."""
        head = self.post("/hot/choose", b"", self.crowd[0]).replace(b"content-length: 0", b"content-length: %d" % BIG)

        async def one(request: bytes, words: str, heard: Heard) -> None:
            line = Line(self.platform.port)
            status, _, body = await line.ask(request)
            if status != 413 or words not in body.decode():
                heard.wrong.append(f"10 MB are answered {status} {body[:80]!r}")
            line.close()

        async def fault(presses: list[Press], heard: Heard) -> float:
            for language, words in TOO_BIG.items():
                form = _form(head, language)
                await asyncio.gather(*(one(form + b"x" * BIG, words, heard) for _ in range(5)))
            await asyncio.gather(*(one(head + b"x" * BIG, "too_big", heard) for _ in range(10)))
            return await self.back(presses[0])

        return await self.under(fault)

    async def idle(self) -> dict[str, Any]:
        """Five thousand connections that say nothing."""

        async def fault(presses: list[Press], heard: Heard) -> float:
            lines = []
            for _ in range(IDLE):
                one = socket.socket()
                one.setblocking(False)
                if one.connect_ex(("127.0.0.1", self.platform.port)) not in (0, errno.EINPROGRESS):
                    heard.wrong.append("a connection was refused")
                lines.append(one)
                if len(lines) % 200 == 0:
                    await asyncio.sleep(0.05)
            took = await self.back(presses[0])
            for one in lines:
                one.close()
            return took

        return await self.under(fault)

    # --- no room

    async def disk_full(self) -> dict[str, Any]:
        """Not a byte left for rows, WAL, logs; later there is room again."""
        ballast = self.platform.data.parent / "ballast"

        def fill() -> None:
            with ballast.open("wb") as file:
                size, step = 0, 2**30
                while step >= 4096:
                    try:
                        os.posix_fallocate(file.fileno(), size, step)
                        size += step
                    except OSError:
                        step //= 2
            try:  # The WAL has files in store; this uses them up.
                with psycopg.connect(self.platform.superuser, autocommit=True) as db:
                    for _ in range(40):
                        db.execute(
                            "SELECT pg_logical_emit_message(true, 'full', repeat('x', 4000000)), pg_switch_wal()"
                        )
            except psycopg.Error as error:
                print(f"  {str(error).splitlines()[0]}", file=sys.stderr)

        async def fault(presses: list[Press], heard: Heard) -> float:
            await asyncio.to_thread(fill)
            await self.said(heard)
            await asyncio.sleep(3)
            ballast.unlink()
            return await self.back(presses[0])

        return await self.under(fault)


def _form(head: bytes, language: str) -> bytes:
    """The same for the page of the sign-in; with a token, without which the body would not be read."""
    more = f"\r\naccept-language: {language}\r\ncookie: csrftoken={'c' * 32}\r\n\r\n".encode()
    form = head.replace(b"cookie: yx_claim", b"x-claim: yx_claim").replace(
        b"application/json", b"application/x-www-form-urlencoded"
    )
    return form.replace(b"/hot/choose", b"/sign-in/").replace(b"\r\n\r\n", more, 1)
