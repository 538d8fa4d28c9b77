"""The first group of the act: the lock, then all that the judgement needs, in one round trip."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from yanxiu.events.groups import Rows, Statement
from yanxiu.learning import rules
from yanxiu.lib import hot

if TYPE_CHECKING:
    from yanxiu.learning.actions.hot import Request

CLOCK = "SELECT yx_now(), clock_timestamp(), EXISTS (SELECT FROM events_installation WHERE frozen_at IS NOT NULL)"
NEW_METERS = """INSERT INTO learning_learningmeter (person_id, filled_at, level, answers, periods)
SELECT p, yx_now(), 0, 0, '{0}' FROM unnest(%s::bigint[]) AS u (p) ON CONFLICT DO NOTHING"""
METERS = """SELECT person_id, session::text, filled_at, level, answers, periods FROM learning_learningmeter
 WHERE person_id = ANY(%s::bigint[]) ORDER BY person_id FOR UPDATE"""
_SESSIONS = """(SELECT unnest(%s::uuid[]) AS id
 UNION SELECT session FROM learning_learningmeter WHERE person_id = ANY(%s::bigint[]) AND session IS NOT NULL) q
 JOIN learning_learningsession s ON s.id = q.id"""
SESSIONS = f"""SELECT s.id::text, s.person_id, s.enrolment_id, s.started_at, s.reported_at, s.ended_at, s.used, s.texts::text FROM {_SESSIONS}"""
_PLACES = f"""(SELECT unnest(%s::bigint[]) AS id UNION SELECT s.enrolment_id FROM {_SESSIONS}) w
 JOIN places_enrolment e ON e.id = w.id JOIN programme_batch b ON b.id = e.batch_id"""
PLACES = f"""SELECT e.id, e.person_id, e.state = 'standing', c.version_id, b.starts, b.ends, b.policy_id, b.id, e.school_path, e.class_path,
       t.seconds, t.days, t.first_at
  FROM {_PLACES} JOIN programme_trainingclass c ON c.id = e.training_class_id LEFT JOIN learning_learnertime t ON t.enrolment_id = e.id"""
POLICIES = f"""SELECT p.id, jsonb_build_object('time', p.text::jsonb -> 'time', 'presence', p.text::jsonb -> 'presence')::text
  FROM programme_policyversion p WHERE p.id IN (SELECT DISTINCT b.policy_id FROM {_PLACES})"""
MATERIALS = "SELECT id, version_id, kind, seconds, characters FROM catalogue_item WHERE id = ANY(%s::bigint[])"
TIMES = """SELECT t.enrolment_id, t.item_id, t.cells, t.seconds, t.position, t.refused::text
  FROM (SELECT DISTINCT s.enrolment_id, r.item FROM unnest(%s::uuid[], %s::bigint[]) AS r (session, item) JOIN learning_learningsession s ON s.id = r.session) q
  JOIN learning_itemtime t ON t.enrolment_id = q.enrolment_id AND t.item_id = q.item"""


def statements(requests: Sequence["Request"]) -> list[Statement]:
    people = sorted({request.person for request in requests})
    starts = [request.start for request in requests if hasattr(request, "start")]
    starters = sorted({start.person for start in starts})
    enrolments = sorted({start.enrolment for start in starts})
    reports = [report for request in requests if hasattr(request, "reports") for report in request.reports]
    sessions = list({report.session for report in reports} | {start.session for start in starts})
    pairs = list({(report.session, report.item) for report in reports if report.item is not None})
    return [
        Statement(CLOCK),
        Statement(NEW_METERS, [starters]),
        Statement(METERS, [people]),
        Statement(SESSIONS, [sessions, starters]),
        Statement(PLACES, [enrolments, sessions, starters]),
        Statement(POLICIES, [enrolments, sessions, starters]),
        Statement(MATERIALS, [sorted({item for _session, item in pairs})]),
        Statement(TIMES, [[session for session, _item in pairs], [item for _session, item in pairs]]),
    ]


def facts(rows: list[Rows]) -> tuple[rules.Facts, datetime, Callable[[datetime | None], datetime]]:
    """Facts, the domain's now, and what turns a real moment of receipt into the domain's."""
    [(now, real, frozen)], _, meters, sessions, places, policies, materials, times = rows
    found = rules.Facts(
        meters={
            p: rules.Meter(p, filled, level, answers, list(periods), _uuid(session))
            for p, session, filled, level, answers, periods in meters
        },
        places={
            e: rules.Place(e, person, standing, version, starts, ends, policy, batch, school_path, class_path)
            for e, person, standing, version, starts, ends, policy, batch, school_path, class_path, *_total in places
        },
        sessions={},
        materials={
            i: rules.Material(i, version, kind, seconds, characters)
            for i, version, kind, seconds, characters in materials
        },
        items={
            (e, i): rules.ItemState(bytes(cells), seconds, position, orjson.loads(refused))
            for e, i, cells, seconds, position, refused in times
        },
        totals={row[0]: rules.Total(row[10], list(row[11]), row[12]) for row in places if row[10] is not None},
        numbers={pk: rules.Numbers.of(orjson.loads(text)) for pk, text in policies},
    )
    for pk, person, enrolment, started, reported, ended, used, texts in sessions:
        session = _uuid(pk)
        assert session is not None
        found.sessions[session] = rules.Session(
            session, person, found.places[enrolment], started, reported, ended, used, orjson.loads(texts)
        )

    def stamp(received: datetime | None) -> datetime:
        return hot.stamp(now, real, frozen, received)

    return found, now, stamp


def _uuid(value: Any) -> Any:
    from uuid import UUID

    return UUID(value) if value is not None else None
