"""A morning of sign-ins by password through the front, while somebody signed in reads a page."""

import asyncio
import os
import secrets
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection

from bench import _client
from bench._report import figures, times
from bench._serve import Front, Server, cpu_of
from launch.serve import WEB, webs
from yanxiu.access.models import Account
from yanxiu.lib import clock

PASSWORD = "bench-夏天的风-2023"
ACCOUNTS, LINES = 150, 40
EVERY = 0.1  # seconds between two pages


class Morning:
    """web as the platform runs it, passwords with its one thread, the front before both."""

    def __init__(self, persons: list[int], stream: int) -> None:
        os.environ["YANXIU_STATIC"] = "plain"
        self.web = [Server("config.wsgi:application", health="/sign-in/", more=WEB) for _ in webs()]
        alone = ["--interface", "wsgi", "--blocking-threads", "1", "--no-ws"]
        self.passwords = Server("config.wsgi:application", health="/sign-in/", more=alone)
        self.front = Front(stream=stream, web=[one.port for one in self.web], passwords=self.passwords.port)
        hashed, now = make_password(PASSWORD), clock.now()
        self.accounts = Account.objects.bulk_create(
            Account(person_id=p, teacher_number=f"B{p}", password=hashed, created_at=now) for p in persons[:ACCOUNTS]
        )

    def stop(self) -> None:
        for part in (self.front, self.passwords, *self.web):
            part.stop()

    def post(self, account: Account) -> bytes:
        token = secrets.token_hex(16)
        body = f"csrfmiddlewaretoken={token}&username={account.teacher_number}&password={PASSWORD}".encode()
        head = f"POST /sign-in/ HTTP/1.1\r\nhost: localhost\r\ncookie: csrftoken={token}\r\n"
        return (
            f"{head}content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )

    def round(self, database: int | None) -> dict[str, Any]:
        before, stored = self._cpu(database), Session.objects.count()
        alone = cpu_of([self.passwords.process.pid])
        took, pages = asyncio.run(self._both())
        spent, own = self._cpu(database) - before, cpu_of([self.passwords.process.pid]) - alone
        connection.close()
        n = len(self.accounts)
        right = all(status == 302 for status, _ in took.answers) and Session.objects.count() - stored >= n
        row = figures(took.seconds, n=n, wall=took.wall, cpu=spent, client=took.cpu, exact=right)
        row |= {f"page_{name}": value for name, value in times(pages).items()}
        return row | {"cores_of_passwords": own / took.wall, "pages": len(pages)}

    def _cpu(self, database: int | None) -> float:
        parts = (self.front, self.passwords, *self.web)
        return cpu_of([*(part.process.pid for part in parts), *([database] if database else [])])

    async def _both(self) -> tuple[_client.Took, list[float]]:
        reading = asyncio.create_task(self._read(await self._signed_in()))
        posts = [(i, self.post(account)) for i, account in enumerate(self.accounts)]
        try:
            took = await _client.run(self.front.port, iter(posts), len(posts), LINES)
        finally:
            reading.cancel()
        return took, await reading

    async def _signed_in(self) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.front.port)
        writer.write(self.post(self.accounts[0]))
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.close()
        found = next(
            line
            for line in head.splitlines()
            if line.lower().startswith(f"set-cookie: {settings.SESSION_COOKIE_NAME}=")
        )
        return found.partition(": ")[2].partition(";")[0]

    async def _read(self, session: str) -> list[float]:
        """The teacher's own desk, again and again, until told to stop."""
        seconds: list[float] = []
        request = f"GET / HTTP/1.1\r\nhost: localhost\r\ncookie: {session}\r\n\r\n".encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.front.port, limit=1 << 20)
        try:
            while True:
                sent = time.perf_counter()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200"), head[:200]
                lower = head.lower()
                if b"content-length:" in lower:
                    at = lower.index(b"content-length:") + 15
                    await reader.readexactly(int(head[at : head.index(b"\r", at)]))
                else:
                    while (size := int(await reader.readline(), 16)) > 0:
                        await reader.readexactly(size + 2)
                    await reader.readline()
                seconds.append(time.perf_counter() - sent)
                await asyncio.sleep(EVERY)
        except asyncio.CancelledError:
            writer.close()
            return seconds
