"""The first group of the act: the lock, then all that the judgement needs, in one round trip."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from yanxiu.events.groups import Rows, Statement
from yanxiu.learning import rules
from yanxiu.lib import bitmap, hot

if TYPE_CHECKING:
    from yanxiu.learning.actions.hot import Request

# Everything by one look into an index for each (LATERAL … LIMIT 1): a plan made while a table was small would read all of it ever after.
# Policies are few; which of them the list needs would cost more to find out.
CLOCK = """SELECT yx_now(), clock_timestamp(), EXISTS (SELECT FROM events_installation WHERE frozen_at IS NOT NULL),
       (SELECT jsonb_object_agg(id, jsonb_build_object('time', text::jsonb -> 'time', 'presence', text::jsonb -> 'presence')) FROM programme_policyversion)::text"""
NEW_METERS = """INSERT INTO learning_learningmeter (person_id, filled_at, used, level, answers, periods, texts)
SELECT p, yx_now(), 0, 0, 0, '{0}', '{}' FROM unnest(%s::bigint[]) AS u (p) ON CONFLICT DO NOTHING"""
METERS = """SELECT person_id, filled_at, level, answers, periods, session::text, enrolment_id, started_at, reported_at, used, texts::text
  FROM learning_learningmeter WHERE person_id = ANY(%s::bigint[]) ORDER BY person_id FOR UPDATE"""
# Ended sessions that somebody still reports to; and whoever starts one is told when its name is somebody else's.
SESSIONS = """SELECT id::text, person_id, enrolment_id, started_at, reported_at, ended_at, used, texts::text FROM learning_endedsession WHERE id = ANY(%s::uuid[])
UNION ALL SELECT session::text, person_id, enrolment_id, started_at, reported_at, NULL, used, texts::text FROM learning_learningmeter WHERE session = ANY(%s::uuid[])"""
PLACES = """SELECT e.id, e.person_id, e.state = 'standing', c.version_id, b.starts, b.ends, b.policy_id, b.id, e.school_path, e.class_path,
       t.seconds, t.days, t.first_at
  FROM (SELECT unnest(%s::bigint[]) AS id UNION SELECT enrolment_id FROM learning_learningmeter WHERE person_id = ANY(%s::bigint[])
        UNION SELECT enrolment_id FROM learning_endedsession WHERE id = ANY(%s::uuid[])
        UNION SELECT enrolment_id FROM learning_learningmeter WHERE session = ANY(%s::uuid[])) w
  CROSS JOIN LATERAL (SELECT * FROM places_enrolment WHERE id = w.id LIMIT 1) e JOIN programme_batch b ON b.id = e.batch_id JOIN programme_trainingclass c ON c.id = e.training_class_id
  LEFT JOIN LATERAL (SELECT seconds, days, first_at FROM learning_learnertime WHERE enrolment_id = e.id LIMIT 1) t ON true"""
MATERIALS = "SELECT id, version_id, kind, seconds, characters FROM catalogue_item WHERE id = ANY(%s::bigint[])"
_TIME = "SELECT t.* FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[]) AS r (person, session, item)"
_OF = """CROSS JOIN LATERAL (SELECT enrolment_id, item_id, cells::text, seconds, position, refused::text FROM learning_itemtime
  WHERE enrolment_id = s.enrolment_id AND item_id = r.item LIMIT 1) t"""
TIMES = f"""{_TIME} CROSS JOIN LATERAL (SELECT enrolment_id FROM learning_learningmeter WHERE person_id = r.person AND session = r.session LIMIT 1) s {_OF}
UNION ALL {_TIME} CROSS JOIN LATERAL (SELECT enrolment_id FROM learning_endedsession WHERE id = r.session LIMIT 1) s {_OF}"""


def statements(requests: Sequence["Request"]) -> list[Statement]:
    starts = [request.start for request in requests if hasattr(request, "start")]
    reports = [report for request in requests if hasattr(request, "reports") for report in request.reports]
    people = sorted({request.person for request in requests})
    started = [start.session for start in starts]
    named = list({report.session for report in reports} | set(started))
    pairs = list({(report.person, report.session, report.item) for report in reports if report.item is not None})
    found = [
        Statement(CLOCK),
        Statement(METERS, [people]),
        Statement(SESSIONS, [named, started]),
        Statement(PLACES, [[start.enrolment for start in starts], people, named, started]),
        Statement(MATERIALS, [list({item for _person, _session, item in pairs})]),
        Statement(TIMES, [[pair[n] for pair in pairs] for n in range(3)] * 2),
    ]
    if starts:
        found.insert(0, Statement(NEW_METERS, [sorted({start.person for start in starts})]))
    return found


def facts(rows: list[Rows]) -> tuple[rules.Facts, datetime, Callable[[datetime | None], datetime]]:
    """Facts, the domain's now, and what turns a real moment of receipt into the domain's."""
    [(now, real, frozen, policies)], meters, sessions, places, materials, times = rows[-6:]
    found = rules.Facts(
        meters={},
        places={row[0]: rules.Place(*row[:10]) for row in places},
        sessions={},
        materials={row[0]: rules.Material(*row) for row in materials},
        items={
            (e, i): rules.ItemState(bitmap.from_ranges(cells), seconds, position, _json(refused))
            for e, i, cells, seconds, position, refused in times
        },
        totals={row[0]: rules.Total(*row[10:]) for row in places if row[10] is not None},
        numbers=_numbers(policies),
    )
    for session, person, enrolment, started, reported, ended, used, texts in sessions:
        found.sessions[session] = rules.Session(
            session, person, found.places[enrolment], started, reported, ended, used, _json(texts)
        )
    for person, filled, level, answers, periods, session, enrolment, started, reported, used, texts in meters:
        found.meters[person] = rules.Meter(person, filled, level, answers, periods, session)
        if session is not None:
            found.sessions[session] = rules.Session(
                session, person, found.places[enrolment], started, reported, None, used, _json(texts)
            )

    def stamp(received: datetime | None) -> datetime:
        return hot.stamp(now, real, frozen, received)

    return found, now, stamp


@lru_cache(maxsize=8)
def _numbers(policies: str | None) -> dict[int, rules.Numbers]:
    """By policy version, from their text: the same text says the same."""
    return {int(pk): rules.Numbers.of(policy) for pk, policy in orjson.loads(policies or "{}").items()}


def _json(text: str) -> Any:
    return [] if text == "[]" else {} if text == "{}" else orjson.loads(text)
