"""Who asks: the signed cookie, checked without a query. Revocations are polled each second; a claim lives ten minutes at most."""

import asyncio
import contextlib
import logging
import time
from typing import Any

import psycopg

from yanxiu.lib import clock
from yanxiu.lib.hot import Claim
from yanxiu.lib.secrets import read_claim, sign_claim

log = logging.getLogger(__name__)

COOKIE = b"yx_claim"
SECONDS = 600  # as yanxiu.web.claim
RENEW_AFTER = 300
EVERY = 1.0
_REVOKED = (
    "SELECT account_id, epoch, active FROM access_revocation WHERE at > clock_timestamp() - interval '15 minutes'"
)
_NEVER = 1 << 31


def cookie(header: str, name: str = COOKIE.decode()) -> str | None:
    for part in header.split(";"):
        key, equals, value = part.strip().partition("=")
        if equals and key == name:
            return value
    return None


class Claims:
    def __init__(self, conninfo: str, key: str) -> None:
        self.conninfo, self.key = conninfo, key
        self.least: dict[int, int] = {}  # account → lowest epoch that still counts
        self._task: asyncio.Task[None] | None = None
        self._known: dict[
            str, dict[str, Any]
        ] = {}  # a signature is checked once; the same cookie comes with every request

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._poll())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def read(self, token: str | None) -> Claim | None:
        payload = self.payload(token)
        return (
            None
            if payload is None
            else Claim(payload["person"], payload["account"], payload["appointment"], payload["epoch"])
        )

    def payload(self, token: str | None) -> dict[str, Any] | None:
        if not token:
            return None
        payload = self._known.get(token)
        if payload is None:
            payload = read_claim(token, self.key)
            if payload is None or not {"person", "account", "appointment", "epoch"} <= payload.keys():
                return None
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[token] = payload
        if payload["exp"] <= time.time() or payload["epoch"] < self.least.get(payload["account"], 0):
            return None
        return payload

    def renewed(self, payload: dict[str, Any]) -> str | None:
        """A new token when the old one is past half its life; never beyond `until`, the end of the session it stands for; without one never."""
        now = int(time.time())
        if payload["exp"] - now > SECONDS - RENEW_AFTER:
            return None
        expires = min(now + SECONDS, payload.get("until", 0))
        return sign_claim({**payload, "exp": expires}, self.key) if expires > now else None

    async def _poll(self) -> None:
        connection: psycopg.AsyncConnection[Any] | None = None
        while True:
            try:
                if connection is None or connection.closed:
                    connection = await psycopg.AsyncConnection.connect(
                        self.conninfo, autocommit=True, prepare_threshold=None, connect_timeout=5
                    )
                await self._read(connection)
            except psycopg.Error as error:
                log.warning("revocations are not read: %s", error)
                connection = None
            await asyncio.sleep(EVERY)

    async def _read(self, connection: psycopg.AsyncConnection[Any]) -> None:
        before = clock.real_now()
        rows = await (await connection.execute(_REVOKED)).fetchall()
        (there,) = await (await connection.execute("SELECT clock_timestamp()")).fetchone() or (before,)
        after = clock.real_now()
        # Half the way there and back is the best guess of when the database looked at its clock; less than that is no skew.
        skew = there - (before + (after - before) / 2)
        clock.set_skew(skew if abs(skew) > (after - before) else clock.ZERO)
        least: dict[int, int] = {}
        for account, epoch, active in rows:
            least[account] = max(least.get(account, 0), epoch if active else _NEVER)
        self.least = least
