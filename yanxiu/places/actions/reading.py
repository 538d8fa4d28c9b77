"""The first group of statements of an act on places, and the facts made of its rows. No ORM: this is the hot path.

Everything is read after the batch's lock, so that it cannot change before the act commits. Numbers are drawn after it too: their order is the
order of commits. Each statement is one READ COMMITTED snapshot of its own, later than the lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from yanxiu.events.groups import Rows, Statement
from yanxiu.lib import hot
from yanxiu.places import rules
from yanxiu.places.rules import values as v
from yanxiu.programme.rules import Policy

LOCK_SPACE = 0x59582000_00000000  # advisory locks of batches: this plus the batch's id
LINE_READ = 64  # how much of a line is read at first, beside one for each request
_LIVE = "('holding', 'waiting', 'enrolled')"

_LOCK = "SELECT pg_advisory_xact_lock(%s)"
_BATCH = """
SELECT yx_now(), clock_timestamp(), coalesce((SELECT frozen_at IS NOT NULL FROM events_installation WHERE id = 1), false),
       b.number, g.series, g.year, b.choice_opens, b.enrolment_opens, b.starts, b.ends, b.lapsed_at IS NOT NULL, v.id, v.sha256, w.sha256,
       CASE WHEN v.sha256 = ANY(%s::text[]) THEN NULL ELSE v.text END, CASE WHEN w.sha256 = ANY(%s::text[]) THEN NULL ELSE w.text END
  FROM programme_batch b
  JOIN programme_programme g ON g.id = b.programme_id
  JOIN programme_policyversion v ON v.id = b.policy_id
  JOIN LATERAL (SELECT sha256, text FROM programme_policyversion WHERE programme_id = g.id ORDER BY number DESC LIMIT 1) w ON true
 WHERE b.id = %s"""
_NUMBERS = """
SELECT nextval('places_arrival'), nextval('places_choice_id_seq'), CASE WHEN %s THEN nextval('places_enrolment_id_seq') END
  FROM generate_series(1, %s)"""
_CLASSES = f"""
SELECT c.id, c.seats, c.used, c.name, c.path, c.stages::text, c.opened_at
  FROM (SELECT unnest(%s::bigint[]) UNION
        SELECT training_class_id FROM places_choice WHERE batch_id = %s AND person_id = ANY(%s::bigint[]) AND state IN {_LIVE}) k (id)
  JOIN programme_trainingclass c ON c.id = k.id AND c.batch_id = %s"""
# Past participation is found by identity too: last year's file may name people who joined the roster later.
_PERSONS = f"""
WITH g AS MATERIALIZED (
    SELECT b.id AS batch, p.id, p.series, p.year,
           ARRAY(SELECT generate_series(p.year - (SELECT (text::jsonb -> 'repeat' ->> 'gap_years')::int FROM programme_policyversion
                                                   WHERE programme_id = p.id ORDER BY number DESC LIMIT 1), p.year - 1)) AS years
      FROM programme_batch b JOIN programme_programme p ON p.id = b.programme_id WHERE b.id = %s)
SELECT p.id, p.school_id, p.school_path, p.stage, p.on_roster, p.on_duty,
       (SELECT max(until) FROM places_bar WHERE person_id = p.id AND lifted_at IS NULL),
       ARRAY(SELECT year FROM organisation_pastparticipation WHERE person_id = p.id AND series = g.series AND year = ANY(g.years)
             UNION SELECT year FROM organisation_pastparticipation WHERE series = g.series AND year = ANY(g.years) AND identity_hash = p.identity_hash),
       EXISTS (SELECT 1 FROM places_exemption WHERE person_id = p.id AND programme_id = g.id AND withdrawn_at IS NULL),
       (SELECT ob.number FROM places_choice o JOIN programme_batch ob ON ob.id = o.batch_id
         WHERE o.once_key = g.series || ':' || g.year || ':' || p.id AND o.batch_id <> g.batch),
       q.received, q.passed_on, q.used,
       c.id, c.number, c.training_class_id, c.school_id, c.school_path, c.state, c.occupies, c.at, c.by_school, c.proposed_at IS NOT NULL, e.id,
       s.received, s.passed_on, s.used
  FROM g
 CROSS JOIN unnest(%s::bigint[]) a (id)
  JOIN organisation_person p ON p.id = a.id
  LEFT JOIN places_quotabalance q ON q.batch_id = g.batch AND q.unit_id = p.school_id
  LEFT JOIN places_choice c ON c.batch_id = g.batch AND c.person_id = p.id AND c.state IN {_LIVE}
  LEFT JOIN places_enrolment e ON e.choice_id = c.id
  LEFT JOIN places_quotabalance s ON s.batch_id = g.batch AND s.unit_id = c.school_id"""
_KEYS = """
SELECT presser, key::text, body_hash, answer::text FROM places_placerequest
 WHERE (presser, key) IN (SELECT * FROM unnest(%s::bigint[], %s::uuid[]))"""
_UNITS = """
SELECT u.id, coalesce(q.received, 0), coalesce(q.passed_on, 0), coalesce(q.used, 0), u.parent_id, u.level, u.path
  FROM organisation_unit u LEFT JOIN places_quotabalance q ON q.batch_id = %s AND q.unit_id = u.id
 WHERE u.id = ANY(%s::bigint[])"""
# Of a class's line only those whose school has quota left, or may get some in this very list, can be served: the others keep their place unread.
# Of a school's line in the same way those whose class has a seat left or may get one.
_LINES = """
WITH touched AS MATERIALIZED (
    SELECT training_class_id AS c, school_id AS s FROM places_choice
     WHERE batch_id = %(batch)s AND person_id = ANY(%(persons)s::bigint[]) AND state IN ('holding', 'waiting', 'enrolled')
    UNION ALL SELECT NULL, school_id FROM organisation_person WHERE id = ANY(%(moved)s::bigint[])
    UNION ALL SELECT unnest(%(classes)s::bigint[]), NULL
    UNION ALL SELECT NULL, unnest(%(schools)s::bigint[])),
lines AS (
    SELECT k.c AS of_class, NULL::bigint AS of_school, w.*
      FROM (SELECT DISTINCT c FROM touched WHERE c IS NOT NULL) k
      LEFT JOIN LATERAL (
        SELECT w.id, w.number, w.person_id, w.training_class_id, w.school_id, w.school_path, w.at
          FROM places_choice w LEFT JOIN places_quotabalance q ON q.batch_id = w.batch_id AND q.unit_id = w.school_id
         WHERE w.training_class_id = k.c AND w.state = 'waiting' AND (q.received - q.passed_on - q.used > 0 OR w.school_id IN (SELECT s FROM touched))
         ORDER BY w.number LIMIT %(limit)s) w ON true
    UNION ALL
    SELECT NULL, k.s, w.*
      FROM (SELECT DISTINCT s FROM touched WHERE s IS NOT NULL) k
      LEFT JOIN LATERAL (
        SELECT w.id, w.number, w.person_id, w.training_class_id, w.school_id, w.school_path, w.at
          FROM places_choice w JOIN programme_trainingclass c ON c.id = w.training_class_id
         WHERE w.batch_id = %(batch)s AND w.school_id = k.s AND w.state = 'waiting' AND (c.used < c.seats OR c.id IN (SELECT c FROM touched))
         ORDER BY w.number LIMIT %(limit)s) w ON true)
SELECT l.*, c.seats, c.used, c.name, c.path, q.received, q.passed_on, q.used,
       EXISTS (SELECT 1 FROM places_choice o WHERE o.once_key = g.series || ':' || g.year || ':' || l.person_id AND o.batch_id <> b.id),
       CASE WHEN %(names)s THEN (SELECT name FROM organisation_person WHERE id = l.person_id) END
  FROM lines l
  JOIN programme_batch b ON b.id = %(batch)s JOIN programme_programme g ON g.id = b.programme_id
  LEFT JOIN programme_trainingclass c ON c.id = l.training_class_id
  LEFT JOIN places_quotabalance q ON q.batch_id = b.id AND q.unit_id = l.school_id"""

# Everything that lives under a school which closes.
_OF_SCHOOLS = f"""
SELECT c.id, c.number, c.person_id, c.training_class_id, c.school_id, c.school_path, c.state, c.occupies, c.at, c.by_school, c.proposed_at IS NOT NULL, e.id,
       EXISTS (SELECT 1 FROM places_choice o WHERE o.once_key = g.series || ':' || g.year || ':' || c.person_id AND o.batch_id <> b.id),
       k.seats, k.used, k.name, k.path
  FROM places_choice c
  JOIN programme_batch b ON b.id = c.batch_id JOIN programme_programme g ON g.id = b.programme_id
  JOIN programme_trainingclass k ON k.id = c.training_class_id
  LEFT JOIN places_enrolment e ON e.choice_id = c.id
 WHERE c.batch_id = %s AND c.school_id = ANY(%s::bigint[]) AND c.state IN {_LIVE} ORDER BY c.number"""

_policies: dict[str, Policy] = {}  # by hash: what a text says never changes


@dataclass(slots=True)
class Wanted:
    """What a list of requests needs to know."""

    batch: int
    requests: Sequence[v.Request]
    persons: list[int] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    freeing: list[int] = field(default_factory=list)  # persons whose place may come free
    moved: list[int] = field(default_factory=list)
    line_classes: list[int] = field(default_factory=list)
    line_schools: list[int] = field(default_factory=list)
    closing: list[int] = field(default_factory=list)
    joining: int = 0
    enrolling: bool = False
    names: bool = False

    @classmethod
    def of(cls, batch: int, requests: Sequence[v.Request]) -> "Wanted":
        w = cls(batch, requests)
        for request in requests:
            match request:
                case v.Choose():
                    w.persons.append(request.person)
                    w.classes.append(request.training_class)
                    w.joining += 1
                    if request.change:
                        w.freeing.append(request.person)
                case v.Enrol():
                    w.persons.append(request.person)
                    w.classes += [request.training_class] if request.training_class else []
                    w.units.append(request.school)
                    w.joining += 1
                    w.enrolling = True
                case v.Replace():
                    w.persons += [request.person, request.successor]
                    w.freeing += [request.person, request.successor]
                    w.joining += 1
                    w.enrolling = w.names = True
                case v.Move():
                    w.units += [unit for unit in (request.giver, request.taker) if unit is not None]
                    w.line_schools.append(request.taker)
                case v.Reseat():
                    w.classes.append(request.training_class)
                    w.line_classes.append(request.training_class)
                case v.Withdraw() | v.Refuse() | v.Return() | v.Cancel() | v.Confirm():
                    w.persons.append(request.person)
                    w.freeing.append(request.person)
                    if isinstance(request, v.Confirm):
                        w.joining += 1
                        w.enrolling = True
                case v.Follow():
                    w.persons.append(request.person)
                    w.freeing.append(request.person)
                    w.moved.append(request.person)
                case v.TakeOver():
                    w.units += [request.school, request.heir, *(unit for step in request.steps for unit in step[1:])]
                    w.closing.append(request.school)
                    w.line_schools.append(request.heir)
        w.persons, w.classes, w.units = (
            list(dict.fromkeys(w.persons)),
            list(dict.fromkeys(w.classes)),
            list(dict.fromkeys(w.units)),
        )
        return w

    def statements(self) -> list[Statement]:
        known = list(_policies)
        keyed = [(r.by, r.key) for r in self.requests if r.key is not None]
        return [
            Statement(_LOCK, [LOCK_SPACE + self.batch]),
            Statement(_BATCH, [known, known, self.batch]),
            Statement(_NUMBERS, [self.enrolling, self.joining]),
            Statement(_CLASSES, [self.classes, self.batch, self.persons, self.batch]),
            Statement(_PERSONS, [self.batch, self.persons]),
            Statement(_KEYS, [[by for by, _ in keyed], [key for _, key in keyed]]),
            Statement(_UNITS, [self.batch, self.units]),
            *([self.lines()] if self.freeing or self.line_classes or self.line_schools else []),
            *([Statement(_OF_SCHOOLS, [self.batch, self.closing])] if self.closing else []),
        ]

    def lines(self, *, limit: int = 0, classes: Iterable[int] = (), schools: Iterable[int] = ()) -> Statement:
        return Statement(
            _LINES,
            {
                "batch": self.batch,
                "persons": self.freeing,
                "moved": self.moved,
                "classes": [*self.line_classes, *classes],
                "schools": [*self.line_schools, *schools],
                "limit": self.limit(limit),
                "names": self.names,
            },
        )

    def limit(self, limit: int = 0) -> int:
        return limit or LINE_READ + len(self.requests)

    def numbers(self, drawn: Rows) -> list[tuple[int, int, int | None]]:
        """One a request that may join; the others need none."""
        rows = iter(drawn)
        return [
            next(rows) if isinstance(r, v.Choose | v.Enrol | v.Replace | v.Confirm) else (0, 0, None)
            for r in self.requests
        ]  # type: ignore[misc]


def batch_facts(row: tuple[Any, ...], batch: int) -> v.BatchFacts:
    number, series, year, choice_opens, enrolment_opens, starts, ends, lapsed, version, frozen, current = row[3:14]
    for known, text in zip((frozen, current), row[14:], strict=True):
        if known not in _policies:
            _policies[known] = Policy.from_json(text)
    own, now = _policies[frozen], _policies[current]
    policy = v.PlacePolicy(
        version=version,
        stage_must_match=own.choice.stage_must_match,
        gap_years=now.repeat.gap_years,
        exemption=now.repeat.exemption,
        once_a_year=now.repeat.same_year == "no",
        review=own.enrolment.review,
        replace_until=own.enrolment.replace_until,
        return_until=own.enrolment.return_until,
        bar_running=now.bar.running,
    )
    return v.BatchFacts(batch, number, series, year, choice_opens, enrolment_opens, starts, ends, lapsed, policy)


def stamp_all(requests: Sequence[v.Request], row: tuple[Any, ...]) -> None:
    for request in requests:
        request.at = hot.stamp(row[0], row[1], row[2], request.received)


def facts(wanted: Wanted, rows: Sequence[Rows], lines: Rows | None, limit: int) -> rules.Facts:
    """Built anew for each deciding: the rules change them as they go."""
    known = rules.Facts(batch=batch_facts(rows[1][0], wanted.batch))
    for number, seats, used, name, path, stages, opened_at in rows[3]:
        known.classes[number] = v.ClassFacts(number, seats, used, name, path, tuple(orjson.loads(stages)), opened_at)
    for row in rows[4]:
        _person(known, row)
    for unit, received, passed_on, used, parent, level, path in rows[6]:
        known.quotas[unit] = v.Quota(unit, received, passed_on, used, parent, level, path)
    for row in rows[8] if wanted.closing else ():
        _of_school(known, row)
    if lines is not None:
        _lines(known, lines, limit)
    return known


def _of_school(known: rules.Facts, row: tuple[Any, ...]) -> None:
    choice, number, person, training_class, school, path, state, occupies, at, by_school, proposed, enrolment, elsewhere = row[:13]  # fmt: skip
    known.places[person] = v.Place(
        id=choice, number=number, person=person, training_class=training_class, school=school, school_path=path, state=state, occupies=occupies, at=at,
        before=state, occupied=occupies, enrolment=enrolment, by_school=by_school, proposed=proposed, elsewhere=elsewhere,
    )  # fmt: skip
    seats, used, name, class_path = row[13:]
    known.classes.setdefault(training_class, v.ClassFacts(training_class, seats, used, name, class_path))


def _person(known: rules.Facts, row: tuple[Any, ...]) -> None:
    person, school, path, stage, on_roster, on_duty, barred, years, exempt, elsewhere = row[:10]
    known.persons[person] = v.PersonFacts(
        person, school, path, stage, on_roster, on_duty, barred, tuple(years), exempt, elsewhere
    )
    if row[10] is not None:
        known.quotas[school] = v.Quota(school, *row[10:13])
    if row[13] is None:
        return
    choice, number, training_class, its_school, its_path, state, occupies, at, by_school, proposed, enrolment = row[
        13:24
    ]
    known.places[person] = v.Place(
        id=choice,
        number=number,
        person=person,
        training_class=training_class,
        school=its_school,
        school_path=its_path,
        state=state,
        occupies=occupies,
        at=at,
        before=state,
        occupied=occupies,
        enrolment=enrolment,
        by_school=by_school,
        proposed=proposed,
        elsewhere=elsewhere is not None,
    )
    if row[24] is not None:
        known.quotas[its_school] = v.Quota(its_school, *row[24:27])


def _lines(known: rules.Facts, rows: Rows, limit: int) -> None:
    seen = {place.id: place for place in known.places.values()}
    for row in rows:
        (
            of_class,
            of_school,
            choice,
            number,
            person,
            training_class,
            school,
            path,
            at,
            seats,
            taken,
            name,
            class_path,
            received,
            passed_on,
            used,
            elsewhere,
            called,
        ) = row
        line = (
            known.class_lines.setdefault(of_class, v.Line())
            if of_class is not None
            else known.school_lines.setdefault(of_school, v.Line())
        )
        if choice is None:
            continue  # nobody waits there
        place = seen.get(choice)
        if place is None:
            place = seen[choice] = v.Place(
                id=choice, number=number, person=person, training_class=training_class, school=school, school_path=path,
                state=v.WAITING, occupies=False, at=at, before=v.WAITING, elsewhere=elsewhere,
            )  # fmt: skip
        place.name = called or ""
        line.places.append(place)
        line.complete = len(line.places) < limit
        if training_class not in known.classes:
            known.classes[training_class] = v.ClassFacts(training_class, seats, taken, name, class_path)
        if school not in known.quotas and received is not None:
            known.quotas[school] = v.Quota(school, received, passed_on, used)
