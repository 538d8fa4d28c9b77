"""The bound: the same request, sign-in check and body parsing, answered without the act."""

from config.stream import app as real
from yanxiu.gate.app import App
from yanxiu.lib.hot import Endpoint, Reply


class _Answered:
    """In the place of a gate."""

    waiting = 0

    def __await__(self):  # type: ignore[no-untyped-def]
        return _REPLY
        yield

    def ask(self, request: object) -> "_Answered":
        return self

    def start(self) -> None:
        pass

    async def drain(self) -> None:
        pass


_REPLY = Reply(
    200,
    {
        "ok": True,
        "outcome": "holding",
        "choice": 1,
        "number": 1,
        "enrolment": None,
        "missing": [],
        "reasons": [],
        "replayed": False,
    },
)


class Bound(App):
    async def start(self) -> None:
        for endpoint in self.endpoints.values():
            self.gates[endpoint.act] = _Answered()  # type: ignore[assignment]
        self.claims.start()


endpoints: dict[str, Endpoint] = dict(real.endpoints)
app = Bound(endpoints, conninfo=real.conninfo, claim_key=real.claims.key, heard=[])
