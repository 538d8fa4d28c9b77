"""The second group of the act: what the judgement changed, by arrays.

The person is locked, so what was not there in the first group is not there now: rows are updated or inserted, never tried.
A row of arrays of different lengths is no array of PostgreSQL's, so `periods` and `days` travel as text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from yanxiu.events.groups import Happened, Statement, happened
from yanxiu.learning import rules
from yanxiu.lib import bitmap

METERS = """UPDATE learning_learningmeter m
   SET filled_at = u.filled, level = u.level, answers = u.answers, periods = u.periods::int[], reported_at = u.reported, used = u.used, texts = u.texts::jsonb
  FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::int[], %s::text[], %s::timestamptz[], %s::int[], %s::text[])
    AS u (person, filled, level, answers, periods, reported, used, texts)
 WHERE m.person_id = u.person"""
STARTED = """UPDATE learning_learningmeter m SET session = u.session, enrolment_id = u.enrolment, started_at = u.started
  FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::timestamptz[]) AS u (person, session, enrolment, started)
 WHERE m.person_id = u.person"""
ENDED = """INSERT INTO learning_endedsession AS s (id, person_id, enrolment_id, started_at, ended_at, reported_at, used, texts)
SELECT id, person, enrolment, started, ended, reported, used, texts::jsonb
  FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::text[])
    AS u (id, person, enrolment, started, ended, reported, used, texts)
ON CONFLICT (id) DO UPDATE SET reported_at = excluded.reported_at, used = excluded.used, texts = excluded.texts"""
_ITEMS = """unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::int[], %s::text[]) AS u (enrolment, item, cells, seconds, position, refused)"""
ITEMS = f"""UPDATE learning_itemtime t
   SET cells = u.cells::int4multirange, seconds = u.seconds, position = u.position, refused = u.refused::jsonb, changed_at = %s
  FROM {_ITEMS} WHERE t.enrolment_id = u.enrolment AND t.item_id = u.item"""
NEW_ITEMS = f"""INSERT INTO learning_itemtime (changed_at, enrolment_id, item_id, cells, seconds, position, refused)
SELECT %s::timestamptz, enrolment, item, cells::int4multirange, seconds, position, refused::jsonb FROM {_ITEMS}"""
TOTALS = """UPDATE learning_learnertime t SET last_at = %s, seconds = u.seconds, days = u.days::int[]
  FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS u (enrolment, seconds, days) WHERE t.enrolment_id = u.enrolment"""
FIRST_TOTALS = """INSERT INTO learning_learnertime AS t (last_at, enrolment_id, seconds, days, first_at)
SELECT %s::timestamptz, enrolment, seconds, days::int[], first FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::timestamptz[]) AS u (enrolment, seconds, days, first)
ON CONFLICT (enrolment_id) DO UPDATE SET seconds = excluded.seconds, days = excluded.days, first_at = excluded.first_at, last_at = excluded.last_at"""
CREDITED = "SELECT yx_learning_credited(%s::bigint[], %s::int[])"


class Before:
    """What stood before the judgement, as far as it tells whether something changed."""

    def __init__(self, facts: rules.Facts) -> None:
        self.totals = {e: (total.seconds, total.first_at) for e, total in facts.totals.items()}
        self.meters = {p: _meter(meter) for p, meter in facts.meters.items()}
        self.sessions = {s: _session(session) for s, session in facts.sessions.items()}
        self.items = {key: _item(item) for key, item in facts.items.items()}

    def seconds(self, enrolment: int) -> int:
        return self.totals[enrolment][0] if enrolment in self.totals else 0


@dataclass
class Changes:
    statements: list[Statement] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.statements)


def changes(facts: rules.Facts, before: Before, now: datetime) -> Changes:
    """In one order (ids), so that two processes never wait for each other in a ring."""
    found = Changes()
    _meters(facts, before, found)
    items = [(key, i) for key, i in sorted(facts.items.items()) if before.items.get(key) != _item(i)]
    item_rows = {
        there: [(*key, bitmap.to_ranges(i.cells), i.seconds, i.position, _json(i.refused)) for key, i in items if (key in before.items) is there]
        for there in (True, False)
    }  # fmt: skip
    _add(found, ITEMS, item_rows[True], now)
    _add(found, NEW_ITEMS, item_rows[False], now)
    credited = [(e, t, t.seconds - before.seconds(e)) for e, t in sorted(facts.totals.items()) if t.seconds != before.seconds(e)]  # fmt: skip
    known = {e for e, (_seconds, first_at) in before.totals.items() if first_at is not None}
    _add(found, TOTALS, [(e, t.seconds, _array(t.days)) for e, t, _delta in credited if e in known], now)
    _add(found, FIRST_TOTALS, [(e, t.seconds, _array(t.days), t.first_at) for e, t, _delta in credited if e not in known], now)  # fmt: skip
    _add(found, CREDITED, [(e, delta) for e, _total, delta in credited])
    found.events = [event for e, _total, delta in credited for event in _events(facts, e, delta, now)]
    return found


def _meters(facts: rules.Facts, before: Before, found: Changes) -> None:
    """Meters with the live session in them, and the sessions that are live no more."""
    rows, started = [], []
    for person, m in sorted(facts.meters.items()):
        live = facts.sessions[m.session] if m.session is not None else None
        if before.meters[person] == _meter(m) and (live is None or before.sessions.get(live.id) == _session(live)):
            continue
        of_session = (live.reported_at, live.used, _json(live.texts)) if live else (None, 0, "{}")
        rows.append((person, m.filled_at, m.level, m.answers, _array(m.periods), *of_session))
        if live and before.meters[person][0] != live.id:
            started.append((person, live.id, live.place.enrolment, live.started_at))
    ended = [
        (s.id, s.person, s.place.enrolment, s.started_at, s.ended_at, s.reported_at, s.used, _json(s.texts))
        for _id, s in sorted(facts.sessions.items())
        if s.ended_at is not None and _session(s) != before.sessions.get(s.id)
    ]
    _add(found, METERS, rows)
    _add(found, ENDED, ended)
    _add(found, STARTED, started)


def _add(found: Changes, sql: str, rows: Sequence[tuple[Any, ...]], *first: Any) -> None:
    if rows:
        found.statements.append(Statement(sql, [*first, *map(list, zip(*rows, strict=True))]))


def _meter(meter: rules.Meter) -> tuple[Any, ...]:
    return meter.session, meter.filled_at, meter.level, meter.answers, tuple(meter.periods)


def _session(s: rules.Session) -> tuple[Any, ...]:
    return s.reported_at, s.ended_at, s.used, dict(s.texts)


def _item(item: rules.ItemState) -> tuple[Any, ...]:
    return item.cells, item.seconds, item.position, item.refused


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode() if value else "[]" if isinstance(value, list) else "{}"


def _events(facts: rules.Facts, enrolment: int, delta: int, now: datetime) -> list[Happened]:
    place, total = facts.places[enrolment], facts.totals[enrolment]
    required = facts.numbers[place.policy].required
    begun, reached = total.seconds == delta, total.seconds - delta < required <= total.seconds
    if not (begun or reached):
        return []
    common: dict[str, Any] = {
        "at": now, "actor": place.person, "person": place.person, "unit_path": place.school_path, "training_path": place.class_path,
        "batch": place.batch, "subject_id": enrolment, "policy": place.policy,
    }  # fmt: skip
    events = []
    if begun:
        events.append(happened("learning.started", data={"enrolment": enrolment}, **common))
    if reached:
        events.append(happened("learning.reached", data={"enrolment": enrolment, "seconds": total.seconds}, **common))
    return events
