"""What the gate puts in front of places: choosing and withdrawing, and a school's enrolments by list. No ORM.

POST /hot/choose    {"batch": 5, "training_class": 17, "key": "<uuid of this press>", "change": false}
POST /hot/withdraw  {"batch": 5, "key": "<uuid>"}
POST /hot/enrol     {"batch": 5, "school": 31, "persons": [7, 8, …], "training_class": 17 or null, "key": "<uuid>"}   at most ROWS persons
200: {"ok", "outcome", "choice", "number", "missing", "reasons", …} (also a refusal: ok false), of a list {"answers": [these, in its order]}
409: the key was used for something else.
Whether the present appointment enrols for that school is asked in the act itself (rules.refusals.pressing).
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


ROWS = 500


@dataclass(slots=True)
class Asked:
    """One press. `list`: its answer is a list too."""

    batch: int
    requests: Sequence[v.Request]
    list: bool = False


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


def parse_enrol(payload: dict[str, Any], claim: Claim, received: datetime) -> Asked:
    batch, school = _number(payload, "batch"), _number(payload, "school")
    training_class = None if payload.get("training_class") is None else _number(payload, "training_class")
    persons = payload.get("persons")
    if not isinstance(persons, list) or not 0 < len(persons) <= ROWS or len(set(map(str, persons))) < len(persons):
        raise Malformed(f"persons: 1 to {ROWS} different whole numbers")
    key, under = _key(payload.get("key")), claim.appointment or 0
    requests = [
        v.Enrol(
            person=_whole(person, "persons"), school=school, training_class=training_class, under=under, by=claim.person,
            key=key, row=row, received=received,
        )
        for row, person in enumerate(persons)
    ]  # fmt: skip
    seats.sign(requests)
    return Asked(batch, requests, list=True)


def act(asked: Sequence[Asked]) -> Callable[[], Generator[Any, Any, list[Reply]]]:
    """A list of one batch: the gate's lane."""
    inner = seats.act(asked[0].batch, [request for one in asked for request in one.requests])

    def body() -> Generator[Any, Any, list[Reply]]:
        answers = iter((yield from inner()))
        return [_reply(one, [next(answers) for _ in one.requests]) for one in asked]

    return body


def _reply(asked: Asked, answers: list[v.Answer]) -> Reply:
    told = [{**answer.to_json(), "replayed": answer.replayed} for answer in answers]
    return Reply(409 if answers[0].conflict else 200, {"answers": told} if asked.list else told[0])


def lane(asked: Asked) -> Hashable:
    return asked.batch


def weight(asked: Asked) -> int:
    return len(asked.requests)


ENDPOINTS = {
    "choose": Endpoint(parse=parse_choose, act=act, lane=lane, weight=weight),
    "withdraw": Endpoint(parse=parse_withdraw, act=act, lane=lane, weight=weight),
    "enrol": Endpoint(parse=parse_enrol, act=act, lane=lane, weight=weight),
}


def _asked(batch: int, request: v.Request, payload: dict[str, Any], received: datetime) -> Asked:
    request.key, request.received = _key(payload.get("key")), received
    requests = [request]
    seats.sign(requests)
    return Asked(batch, requests)


def _key(text: Any) -> str:
    try:
        return text if _PLAIN(text) else str(UUID(text))
    except (ValueError, TypeError, AttributeError):
        raise Malformed("key: a UUID, new for each press of a button") from None


def _number(payload: dict[str, Any], name: str) -> int:
    return _whole(payload.get(name), name)


def _whole(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**62:
        raise Malformed(f"{name}: a whole number")
    return value
