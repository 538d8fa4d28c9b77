"""The second group of statements: what was decided, by arrays. No ORM.

Order matters for the counters' CHECKs: what comes free, then movements of quota, then what is taken. Each statement leaves less used, or more
received, than the end of the act does, so that none of them can fail where the end does not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from yanxiu.events.groups import Happened, Statement, happened
from yanxiu.places import rules
from yanxiu.places.rules import values as v

_UPDATE = """
UPDATE places_choice c
   SET state = u.state, occupies = u.occupies, school_id = u.school, school_path = u.path, once_key = u.once_key, reason = u.reason,
       proposed_at = CASE WHEN u.proposed THEN coalesce(c.proposed_at, %s) END, changed_at = %s
  FROM unnest(%s::bigint[], %s::text[], %s::bool[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::bool[])
       AS u (id, state, occupies, school, path, once_key, reason, proposed)
 WHERE c.id = u.id"""
# Until its quota has arrived where it goes, a place that changes its school takes none: an enrolled one must occupy, hence the state of a moment.
_LIFT = "UPDATE places_choice SET state = 'returned', occupies = false WHERE id = ANY(%s::bigint[])"
_INSERT = """
INSERT INTO places_choice (id, batch_id, policy_id, changed_at, number, training_class_id, person_id, school_id, school_path, state, occupies, once_key, reason,
                           at, by_school, proposed_at)
SELECT u.id, %s, %s, %s, u.number, u.training_class, u.person, u.school, u.path, u.state, u.occupies, u.once_key, u.reason, u.at, u.by_school,
       CASE WHEN u.proposed THEN u.at END
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bool[], %s::text[], %s::text[],
              %s::timestamptz[], %s::bool[], %s::bool[])
       AS u (id, number, training_class, person, school, path, state, occupies, once_key, reason, at, by_school, proposed)"""
_MOVE = """
INSERT INTO places_quotamovement (batch_id, kind, giver_id, taker_id, amount, at, by_id, note)
SELECT %s, u.* FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::timestamptz[], %s::bigint[], %s::text[]) u"""
_RESEAT = "UPDATE programme_trainingclass c SET seats = u.seats FROM unnest(%s::bigint[], %s::int[]) AS u (id, seats) WHERE c.id = u.id"
_END = """
UPDATE places_enrolment e SET state = u.state, ended_at = u.at
  FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS u (id, state, at) WHERE e.id = u.id"""
_ENROL = """
INSERT INTO places_enrolment (id, batch_id, policy_id, state, choice_id, training_class_id, person_id, school_id, school_path, class_path, at, by_id, replaces_id)
SELECT u.id, %s, %s, 'standing', u.choice, u.training_class, u.person, u.school, u.path, u.class_path, u.at, u.by, u.replaces
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::bigint[], %s::bigint[])
       AS u (id, choice, training_class, person, school, path, class_path, at, by, replaces)"""
_PASS_ON = """
UPDATE places_enrolment e SET school_id = u.school, school_path = u.path
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS u (id, school, path) WHERE e.id = u.id"""
_ANSWERS = """
INSERT INTO places_placerequest (batch_id, presser, key, body_hash, answer, at)
SELECT %s, u.* FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[], %s::text[], %s::timestamptz[]) u"""


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into arrays for unnest."""
    made: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    return made or [[] for _ in range(width)]


def once_key(batch: v.BatchFacts, place: v.Place) -> str | None:
    """One a series, year and person over all batches: what no batch's lock can see, a unique index does."""
    return (
        f"{batch.series}:{batch.year}:{place.person}"
        if batch.policy.once_a_year and place.state in (v.HOLDING, v.ENROLLED)
        else None
    )


def statements(
    batch: v.BatchFacts, now: datetime, changes: v.Changes, answered: Sequence[tuple[v.Request, v.Answer]]
) -> list[Statement]:
    known = [p for p in changes.places.values() if p.before is not None]
    fresh = [p for p in changes.places.values() if p.before is None]
    freed = [p for p in known if p.occupied and not p.occupies]
    others = [p for p in known if not (p.occupied and not p.occupies)]
    lifted = [p.id for p in others if p.taken_over and p.occupied]
    passed_on = [(p.enrolment, p.school, p.school_path) for p in others if p.taken_over and p.enrolment]
    return [
        *_some(_update(batch, now, freed), freed),
        *_some(Statement(_LIFT, [lifted]), lifted),
        *_some(_movements(batch, changes.movements), changes.movements),
        *_some(Statement(_RESEAT, [list(changes.seats), list(changes.seats.values())]), list(changes.seats)),
        *_some(_update(batch, now, others), others),
        *_some(_insert(batch, now, fresh), fresh),
        *_some(Statement(_END, columns(changes.ended, 3)), changes.ended),
        *_some(Statement(_PASS_ON, columns(passed_on, 3)), passed_on),
        *_some(_enrol(batch, changes.enrolments), changes.enrolments),
        *_some(_answers(batch, answered), answered),
    ]


def _some(statement: Statement, rows: Sequence[Any]) -> list[Statement]:
    return [statement] if rows else []


def _update(batch: v.BatchFacts, now: datetime, places: Sequence[v.Place]) -> Statement:
    rows = [
        (p.id, p.state, p.occupies, p.school, p.school_path, once_key(batch, p), p.reason, p.proposed) for p in places
    ]
    return Statement(_UPDATE, [now, now, *columns(rows, 8)])


def _insert(batch: v.BatchFacts, now: datetime, places: Sequence[v.Place]) -> Statement:
    rows = [
        (
            p.id,
            p.number,
            p.training_class,
            p.person,
            p.school,
            p.school_path,
            p.state,
            p.occupies,
            once_key(batch, p),
            p.reason,
            p.at,
            p.by_school,
            p.proposed,
        )
        for p in places
    ]
    return Statement(_INSERT, [batch.id, batch.policy.version, now, *columns(rows, 13)])


def _movements(batch: v.BatchFacts, moves: Sequence[v.Move]) -> Statement:
    return Statement(
        _MOVE, [batch.id, *columns([(m.kind, m.giver, m.taker, m.amount, m.at, m.by, m.note) for m in moves], 7)]
    )


def _enrol(batch: v.BatchFacts, made: Sequence[v.NewEnrolment]) -> Statement:
    rows = [
        (
            e.id,
            e.place.id,
            e.place.training_class,
            e.place.person,
            e.place.school,
            e.place.school_path,
            e.class_path,
            e.at,
            e.by,
            e.replaces,
        )
        for e in made
    ]
    return Statement(_ENROL, [batch.id, batch.policy.version, *columns(rows, 10)])


def _answers(batch: v.BatchFacts, answered: Sequence[tuple[v.Request, v.Answer]]) -> Statement:
    """A row a press: the answer, or the answers of the rows of a list."""
    presses: dict[tuple[int | None, str | None], tuple[v.Request, Any]] = {}
    for r, a in answered:
        if r.row is None:
            presses[r.by, r.key] = r, a.to_json()
        else:
            presses.setdefault((r.by, r.key), (r, []))[1].append(a.to_json())
    rows = [(r.by, r.key, r.body_hash, orjson.dumps(answer).decode(), r.at) for r, answer in presses.values()]
    return Statement(_ANSWERS, [batch.id, *columns(rows, 5)])


def events(batch: v.BatchFacts, facts: rules.Facts, happenings: Sequence[v.Happening]) -> list[Happened]:
    return [_event(batch, facts, h) for h in happenings]


def _event(batch: v.BatchFacts, facts: rules.Facts, h: v.Happening) -> Happened:
    place = h.place
    if place is None:
        taker = facts.quotas.get(h.data.get("taker", 0))
        of_class = facts.classes.get(h.data.get("training_class", 0))
        return happened(
            h.kind,
            at=h.at,
            actor=h.by,
            batch=batch.id,
            policy=batch.policy.version,
            unit_path=taker.path if taker else "",
            training_path=of_class.path if of_class else "",
            subject_id=taker.unit if taker else of_class.id if of_class else None,
            data=h.data,
        )
    its_class = facts.classes.get(place.training_class)
    return happened(
        h.kind,
        at=h.at,
        actor=h.by,
        batch=batch.id,
        policy=batch.policy.version,
        person=place.person,
        unit_path=place.school_path,
        training_path=its_class.path if its_class else "",
        subject_id=place.id,
        data={"number": place.number, "class": place.training_class, "school": place.school, **h.data},
    )
