"""The one act on places: takes a list of requests for one batch, decides one by one, writes in one transaction of two round trips.

1. lock the batch, draw numbers, read everything the requests need        (reading.py, its SQL: questions.py)
2. answer what was asked before under the same key; decide the rest        (rules/desk.py on rules/seats.py)
3. write places, movements, enrolments, answers, events; commit            (writing.py)

The gate, pages, spreadsheets, jobs, demo and rehearsal all come through here. A line that was read too short costs one more round trip.

Events (subject: the choice; data: number, class, school, and):
  places.held · places.waited · places.moved_up · places.withdrawn · places.proposed · places.enrolled {enrolment, replaces} · places.refused {reason}
  places.returned {reason} · places.replaced {successor, reason} · places.cancelled {reason or cause} · places.followed {from_school, to_school} · places.lapsed
  places.seats_changed {before, after} (subject: the class)
  places.quota_moved {movement, giver, taker, amount} (subject: the taker)
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

import orjson

from yanxiu.events.groups import Body, Group
from yanxiu.events.groups import run as run_sync
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.places import rules
from yanxiu.places.actions import reading, writing
from yanxiu.places.rules import values as v

_NOT_BODY = {"at", "received", "key", "body_hash", "row", "under"}


def act(batch: int, requests: Sequence[v.Request]) -> Callable[[], Body[list[v.Answer]]]:
    """The body for yanxiu.events.groups: `run(act(…))` or `await line.run(act(…))`. One answer a request, in the order of the list."""

    def body() -> Body[list[v.Answer]]:
        everything = reading.Wanted.of(batch, requests)
        asked = everything.statements()
        rows = reading.Read(**dict(zip(asked, (yield Group(list(asked.values()))), strict=True)))
        if not rows.batch:
            return [v.no([Reason("batch_unknown")]) for _ in requests]
        reading.stamp_all(requests, rows.batch[0])

        answers, open_ = _answered_before(requests, rows.keys)
        numbers = everything.numbers(rows.numbers)
        lines, more = rows.lines, reading.LINE_READ
        classes: list[int] = []
        schools: list[int] = []
        while True:
            facts = reading.facts(everything, rows, lines)
            try:
                decided, changes = rules.decide([requests[i] for i in open_], facts, [numbers[i] for i in open_])
                break
            except v.NeedMore as need:
                more *= 32
                classes += _some(need.training_class)
                schools += _some(need.school)
                (lines,) = yield Group([everything.lines(more=more, classes=classes, schools=schools)])

        stored = [
            (requests[i], answer) for i, answer in zip(open_, decided, strict=True) if requests[i].key is not None
        ]
        for i, answer in zip(open_, decided, strict=True):
            answers[i] = answer
        _same_key_again(requests, answers)
        yield Group(
            writing.statements(facts.batch, rows.batch[0][0], changes, stored),
            events=writing.events(facts.batch, facts, changes.happenings),
            last=True,
        )
        return answers  # type: ignore[return-value]

    return body


def run(batch: int, requests: Iterable[v.Request]) -> list[v.Answer]:
    """Over Django's connection, inside the caller's transaction if there is one. The moment of receipt is now, before the lock."""
    asked = list(requests)
    if not asked:
        return []
    received = clock.real_now() + clock.state().skew
    presses: dict[str, list[v.Request]] = {}
    for request in asked:
        request.received = request.received or received
        if request.key is not None:
            presses.setdefault(request.key, []).append(request)
    for press in presses.values():
        sign(press)
    return run_sync(act(batch, asked))


def sign(press: Sequence[v.Request]) -> None:
    """A hash of everything that was asked by one press; the same key with another body is a conflict."""
    kinds: list[Any] = [type(request) for request in press]
    body = [(kind.__name__, _asked(kind)(request)) for kind, request in zip(kinds, press, strict=True)]
    digest = hashlib.blake2b(orjson.dumps(body), digest_size=16).digest()
    for request in press:
        request.body_hash = digest


@cache
def _asked(kind: Any) -> Callable[[v.Request], Any]:
    return attrgetter(*(f.name for f in fields(kind) if f.name not in _NOT_BODY))


def _some(number: int | None) -> list[int]:
    return [] if number is None else [number]


def _answered_before(
    requests: Sequence[v.Request], rows: Sequence[tuple[Any, ...]]
) -> tuple[list[v.Answer | None], list[int]]:
    """The stored answers, and which requests are still to be decided: the first of each key."""
    seen = {(presser, key): (bytes(digest), orjson.loads(answer)) for presser, key, digest, answer in rows}
    answers: list[v.Answer | None] = [None] * len(requests)
    open_: list[int] = []
    first: set[Scope] = set()
    for i, request in enumerate(requests):
        if request.key is None:
            open_.append(i)
        elif (known := seen.get((request.by, request.key))) is not None:
            digest, stored = known
            if digest == request.body_hash:
                answers[i] = v.Answer.from_json(stored if request.row is None else stored[request.row])
            else:
                answers[i] = conflict()
        elif (scope := _scope(request)) not in first:
            first.add(scope)
            open_.append(i)
    return answers, open_


Scope = tuple[int | None, str | None, int | None]


def _scope(request: v.Request) -> Scope:
    return request.by, request.key, request.row


def _same_key_again(requests: Sequence[v.Request], answers: list[v.Answer | None]) -> None:
    """The same key twice in one list: the second gets the first one's answer."""
    for i, answer in enumerate(answers):
        if answer is None:
            twin = next(j for j in range(i) if _scope(requests[j]) == _scope(requests[i]))
            answers[i] = answers[twin] if requests[twin].body_hash == requests[i].body_hash else conflict()


def conflict() -> v.Answer:
    return v.Answer("no", Decision.no(Reason("key_conflict")), conflict=True)
