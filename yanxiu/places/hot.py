"""What the gate puts in front of places: choosing and withdrawing. No ORM.

POST /hot/choose    {"batch": 5, "training_class": 17, "key": "<uuid of this press>", "change": false}
POST /hot/withdraw  {"batch": 5, "key": "<uuid>"}
200: {"ok", "outcome", "choice", "number", "missing", "reasons", …} (also a refusal: ok false) · 409: the key was used for something else.
"""

import re
from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yanxiu.lib.hot import Claim, Endpoint, Malformed, Reply
from yanxiu.places.actions import seats
from yanxiu.places.rules import values as v

_PLAIN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


@dataclass(slots=True)
class Asked:
    batch: int
    request: v.Request


def parse_choose(payload: dict[str, Any], claim: Claim, received: datetime) -> Asked:
    batch, training_class, change = (
        _number(payload, "batch"),
        _number(payload, "training_class"),
        payload.get("change", False),
    )
    if not isinstance(change, bool):
        raise Malformed("change: true or false")
    return _asked(
        batch,
        v.Choose(person=claim.person, training_class=training_class, change=change, by=claim.person),
        payload,
        received,
    )


def parse_withdraw(payload: dict[str, Any], claim: Claim, received: datetime) -> Asked:
    return _asked(_number(payload, "batch"), v.Withdraw(person=claim.person, by=claim.person), payload, received)


def act(asked: Sequence[Asked]) -> Callable[[], Generator[Any, Any, list[Reply]]]:
    """A list of one batch: the gate's lane."""
    inner = seats.act(asked[0].batch, [one.request for one in asked])

    def body() -> Generator[Any, Any, list[Reply]]:
        answers = yield from inner()
        return [
            Reply(409 if answer.conflict else 200, {**answer.to_json(), "replayed": answer.replayed})
            for answer in answers
        ]

    return body


def lane(asked: Asked) -> Hashable:
    return asked.batch


ENDPOINTS = {
    "choose": Endpoint(parse=parse_choose, act=act, lane=lane),
    "withdraw": Endpoint(parse=parse_withdraw, act=act, lane=lane),
}


def _asked(batch: int, request: v.Request, payload: dict[str, Any], received: datetime) -> Asked:
    request.key = _key(payload.get("key"))
    request.received, request.body_hash = received, seats.body_hash(request)
    return Asked(batch, request)


def _key(text: Any) -> str:
    try:
        return text if _PLAIN(text) else str(UUID(text))
    except (ValueError, TypeError, AttributeError):
        raise Malformed("key: a UUID, new for each press of a button") from None


def _number(payload: dict[str, Any], name: str) -> int:
    value = payload.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**62:
        raise Malformed(f"{name}: a whole number")
    return value
