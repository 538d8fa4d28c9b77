"""HTTP of the stream process, as an RSGI application. A request is stamped when its body is there; everything else is answered at once."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from yanxiu.events.groups import Line
from yanxiu.gate.claims import SECONDS, Claims, cookie
from yanxiu.gate.gate import BACKLOG, Full, Gate
from yanxiu.lib import clock
from yanxiu.lib.hot import Endpoint, Malformed, Reply

BODY_SECONDS = 10.0  # half a body is not waited for longer
SWALLOWED = 32 * 1024 * 1024
RETRY_AFTER = "2"
_JSON = [("content-type", "application/json"), ("cache-control", "no-store")]


class App:
    """`endpoints`: name below /hot/ → Endpoint. Everything is started with the server's loop and drained before it stops."""

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        *,
        conninfo: str,
        claim_key: str,
        heard: list[str],
        secure: bool = False,
        pooled: bool = False,
        backlog: int = BACKLOG,
    ) -> None:
        self.endpoints, self.conninfo, self.secure, self.pooled, self.heard = endpoints, conninfo, secure, pooled, heard
        self.claims = Claims(conninfo, claim_key)
        self.backlog = backlog
        self.gates: dict[Any, Gate] = {}
        self.lines: list[Line] = []
        self.reading: dict[asyncio.Task[Any], float] = {}  # requests whose body is not there yet, and since when
        self._clock: asyncio.Task[None] | None = None

    # --- life ----------------------------------------------------------------------------------------------------------

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(self.start())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):
            loop.run_until_complete(self.stop())

    async def start(self) -> None:
        for endpoint in self.endpoints.values():
            if endpoint.act not in self.gates:
                lines = [Line(self.conninfo, heard=self.heard, pooled=self.pooled) for _ in range(endpoint.lines)]
                self.lines += lines
                self.gates[endpoint.act] = Gate(
                    endpoint.act,
                    lines,
                    lane=endpoint.lane,
                    weight=endpoint.weight,
                    backlog=self.backlog,
                    calm=endpoint.calm,
                    pause=endpoint.pause,
                )
        for gate in self.gates.values():
            gate.start()
        self.claims.start()
        self._clock = asyncio.get_running_loop().create_task(self._hurry())

    async def stop(self) -> None:
        for gate in self.gates.values():
            await gate.drain()
        for line in self.lines:
            await line.close()
        await self.claims.stop()
        if self._clock is not None:
            self._clock.cancel()

    async def _hurry(self) -> None:
        """One clock for all bodies: a timer for each costs more than reading it."""
        while True:
            await asyncio.sleep(1)
            late = time.monotonic() - BODY_SECONDS
            for task, since in list(self.reading.items()):
                if since < late:
                    del self.reading[task]
                    task.cancel()

    # --- requests --------------------------------------------------------------------------------------------------------

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            return
        reply, extra = await self.answer(scope, protocol)
        protocol.response_bytes(reply.status, [*_JSON, *extra], orjson.dumps(reply.body))

    async def answer(self, scope: Any, protocol: Any) -> tuple[Reply, list[tuple[str, str]]]:
        name = scope.path.removeprefix("/hot/")
        if name == "health":
            waiting = sum(gate.waiting for gate in self.gates.values())
            return Reply(200, {"ok": True, "waiting": waiting}), []
        endpoint = self.endpoints.get(name)
        if endpoint is None and name != "ping":
            return _no(404, "not_found"), []
        if scope.method != "POST":
            return _no(405, "post_only"), [("allow", "POST")]
        headers = scope.headers
        if not _same_origin(headers):
            return _no(403, "cross_site"), []
        if endpoint is None:
            return self.ping(headers)
        body = await self.body(headers, protocol, endpoint.limit)
        if isinstance(body, Reply):
            return body, [("connection", "close")]
        claim = self.claims.read(cookie(headers.get("cookie") or ""))
        if claim is None:
            return _no(401, "signed_out"), []
        received = clock.real_now() + clock.state().skew
        try:
            payload = orjson.loads(body)
            if not isinstance(payload, dict):
                raise Malformed("not an object")
            request = endpoint.parse(payload, claim, received)
            reply = await self.gates[endpoint.act].ask(request)
            return reply, [("retry-after", RETRY_AFTER)] if reply.status == 503 else []
        except (Malformed, orjson.JSONDecodeError) as error:
            return Reply(400, {"ok": False, "error": "malformed", "why": str(error)}), []
        except Full:
            return _no(503, "busy"), [("retry-after", RETRY_AFTER)]

    def ping(self, headers: Any) -> tuple[Reply, list[tuple[str, str]]]:
        """A sign of life; renews the claim when it is past half its life."""
        payload = self.claims.payload(cookie(headers.get("cookie") or ""))
        if payload is None:
            return _no(401, "signed_out"), []
        token = self.claims.renewed(payload)
        secure = "; Secure" if self.secure else ""
        extra = (
            [("set-cookie", f"yx_claim={token}; Max-Age={SECONDS}; Path=/; HttpOnly; SameSite=Lax{secure}")]
            if token
            else []
        )
        return Reply(200, {"ok": True, "now": clock.real_now().isoformat()}), extra

    async def body(self, headers: Any, protocol: Any, limit: int) -> bytes | Reply:
        task = asyncio.current_task()
        assert task is not None
        self.reading[task] = time.monotonic()
        try:
            return await _body(headers.get("content-length"), protocol, limit)
        except asyncio.CancelledError:
            if task in self.reading:
                raise
            task.uncancel()
            return _no(408, "half_a_body")
        finally:
            self.reading.pop(task, None)


def _no(status: int, error: str) -> Reply:
    return Reply(status, {"ok": False, "error": error})


def _same_origin(headers: Any) -> bool:
    """Our own script sends X-Yx, which another site's page cannot without asking; what the browser says about the sender must agree."""
    if headers.get("x-yx") is None:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == (headers.get("host") or "")


async def _body(length: str | None, protocol: Any, limit: int) -> bytes | Reply:
    if length is not None and (not length.isdigit() or int(length) > limit):
        # Answered before its end, the front would be cut off in the middle of sending it, and say that we are away.
        if length.isdigit() and int(length) <= SWALLOWED:
            async for _ in protocol:
                pass
        return _no(413, "too_big")
    if length is not None:
        body: bytes = await protocol()
        return body
    parts: list[bytes] = []
    async for chunk in protocol:
        parts.append(bytes(chunk))
        if sum(map(len, parts)) > limit:
            return _no(413, "too_big")
    return b"".join(parts)
