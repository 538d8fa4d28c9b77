"""The second group of the act: what the judgement changed, by arrays."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from yanxiu.events.groups import Statement, happened
from yanxiu.learning import rules

METERS = """UPDATE learning_learningmeter m SET session = u.session, filled_at = u.filled_at, level = u.level, answers = u.answers, periods = u.periods::int[]
  FROM unnest(%s::bigint[], %s::uuid[], %s::timestamptz[], %s::bigint[], %s::int[], %s::text[]) AS u (person, session, filled_at, level, answers, periods)
 WHERE m.person_id = u.person"""
SESSIONS = """INSERT INTO learning_learningsession AS s (id, person_id, enrolment_id, started_at, reported_at, ended_at, used, texts)
SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::jsonb[])
ON CONFLICT (id) DO UPDATE SET reported_at = excluded.reported_at, ended_at = excluded.ended_at, used = excluded.used, texts = excluded.texts"""
ITEMS = """INSERT INTO learning_itemtime AS t (enrolment_id, item_id, cells, seconds, position, refused, changed_at)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::int[], %s::int[], %s::jsonb[], %s::timestamptz[])
ON CONFLICT (enrolment_id, item_id) DO UPDATE SET cells = excluded.cells, seconds = excluded.seconds, position = excluded.position,
   refused = excluded.refused, changed_at = excluded.changed_at"""
TOTALS = """INSERT INTO learning_learnertime AS t (enrolment_id, seconds, days, first_at, last_at)
SELECT e, seconds, days::int[], first_at, last_at FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[]) AS u (e, seconds, days, first_at, last_at)
ON CONFLICT (enrolment_id) DO UPDATE SET seconds = excluded.seconds, days = excluded.days, first_at = excluded.first_at, last_at = excluded.last_at"""
CREDITED = "SELECT yx_learning_credited(%s::bigint[], %s::int[])"


class Before:
    """What stood before the judgement, as far as it tells whether something changed."""

    def __init__(self, facts: rules.Facts) -> None:
        self.seconds = {e: total.seconds for e, total in facts.totals.items()}
        self.meters = {p: _meter(meter) for p, meter in facts.meters.items()}
        self.sessions = {s: _session(session) for s, session in facts.sessions.items()}
        self.items = {key: _item(item) for key, item in facts.items.items()}


@dataclass
class Changes:
    statements: list[Statement] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.statements)


def changes(facts: rules.Facts, before: Before, now: datetime) -> Changes:
    """In one order (ids), so that two processes never wait for each other in a ring."""
    found = Changes()
    meters = [(p, *row) for p, meter in sorted(facts.meters.items()) if (row := _meter(meter)) != before.meters.get(p)]
    sessions = [
        row
        for _id, s in sorted(facts.sessions.items(), key=lambda pair: pair[0].int)
        if (row := _session(s)) != before.sessions.get(s.id)
    ]
    items = [
        (e, i, *row, now)
        for (e, i), item in sorted(facts.items.items())
        if (row := _item(item)) != before.items.get((e, i))
    ]
    credited = [
        (e, total.seconds - before.seconds.get(e, 0))
        for e, total in sorted(facts.totals.items())
        if total.seconds != before.seconds.get(e, 0)
    ]
    totals = [
        (e, t.seconds, _array(t.days), t.first_at, now)
        for e, t in sorted(facts.totals.items())
        if t.seconds != before.seconds.get(e, 0)
    ]
    for sql, rows in ((METERS, meters), (SESSIONS, sessions), (ITEMS, items), (TOTALS, totals), (CREDITED, credited)):
        if rows:
            found.statements.append(Statement(sql, [list(column) for column in zip(*rows, strict=True)]))
    found.events = [event for e, delta in credited for event in _events(facts, e, delta, now)]
    return found


def _meter(meter: rules.Meter) -> tuple[Any, ...]:
    return meter.session, meter.filled_at, meter.level, meter.answers, _array(meter.periods)


def _session(s: rules.Session) -> tuple[Any, ...]:
    return (
        s.id,
        s.person,
        s.place.enrolment,
        s.started_at,
        s.reported_at,
        s.ended_at,
        s.used,
        orjson.dumps(s.texts).decode(),
    )


def _item(item: rules.ItemState) -> tuple[Any, ...]:
    return item.cells, item.seconds, item.position, orjson.dumps(item.refused).decode()


def _array(numbers: list[int]) -> str:
    # A row of arrays of different lengths is no array of PostgreSQL's, so each travels as text.
    return "{" + ",".join(map(str, numbers)) + "}"


def _events(facts: rules.Facts, enrolment: int, delta: int, now: datetime) -> list[dict[str, Any]]:
    place, total = facts.places[enrolment], facts.totals[enrolment]
    required = facts.numbers[place.policy].required
    common: dict[str, Any] = {
        "at": now, "actor": place.person, "person": place.person, "unit_path": place.school_path, "training_path": place.class_path,
        "batch": place.batch, "subject_id": enrolment, "policy": place.policy,
    }  # fmt: skip
    events = []
    if total.seconds == delta:
        events.append(happened("learning.started", data={"enrolment": enrolment}, **common))
    if total.seconds - delta < required <= total.seconds:
        events.append(happened("learning.reached", data={"enrolment": enrolment, "seconds": total.seconds}, **common))
    return events
