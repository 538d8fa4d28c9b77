"""The first group of statements of an act on places, and the facts made of its rows. No ORM: this is the hot path.

Everything is read after the batch's lock, so that it cannot change before the act commits. Numbers are drawn after it too: their order is the
order of commits. Each statement is one READ COMMITTED snapshot of its own, later than the lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from yanxiu.access.rules import Capability, scope_of
from yanxiu.events.groups import Rows, Statement
from yanxiu.lib import hot
from yanxiu.places import rules
from yanxiu.places.actions import questions
from yanxiu.places.rules import values as v
from yanxiu.programme.rules import Policy

LOCK_SPACE = 0x59582000_00000000  # advisory locks of batches: this plus the batch's id
LINE_READ = 8  # of a line at first, beside one for each place that may leave it
_policies: dict[str, Policy] = {}  # by hash: what a text says never changes


class Read(NamedTuple):
    """The rows of each of `Wanted.statements`."""

    lock: Rows
    batch: Rows
    numbers: Rows
    classes: Rows
    persons: Rows
    places: Rows
    against: Rows
    keys: Rows
    units: Rows
    lines: Rows | None = None
    of_schools: Rows = []
    offices: Rows = []


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
    under: list[int] = field(default_factory=list)
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
                    w.under += [request.under] if request.under is not None else []
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

    def statements(self) -> dict[str, Statement]:
        known = list(_policies)
        keyed = list(dict.fromkeys((r.by, r.key) for r in self.requests if r.key is not None))
        asked = {
            "lock": Statement(questions.LOCK, [LOCK_SPACE + self.batch]),
            "batch": Statement(questions.BATCH, [known, known, self.batch]),
            "numbers": Statement(questions.NUMBERS, [self.enrolling, self.joining]),
            "classes": Statement(questions.CLASSES, [self.classes, self.batch]),
            "persons": Statement(questions.PERSONS, [self.batch, self.persons]),
            "places": Statement(questions.PLACES, [self.persons, self.batch]),
            "against": Statement(questions.AGAINST, {"batch": self.batch, "persons": self.persons}),
            "keys": Statement(questions.KEYS, [[by for by, _ in keyed], [key for _, key in keyed]]),
            "units": Statement(questions.UNITS, [self.batch, self.units]),
        }
        if self.freeing or self.line_classes or self.line_schools:
            asked["lines"] = self.lines()
        if self.closing:
            asked["of_schools"] = Statement(questions.OF_SCHOOLS, [self.batch, self.closing])
        if self.under:
            asked["offices"] = Statement(questions.OFFICES, [list(dict.fromkeys(self.under))])
        return asked

    def lines(self, *, more: int = 0, classes: Iterable[int] = (), schools: Iterable[int] = ()) -> Statement:
        """`more` than at first, when the rule has asked for it."""
        return Statement(
            questions.LINES,
            {
                "batch": self.batch,
                "persons": self.freeing,
                "moved": self.moved,
                "classes": [*self.line_classes, *classes],
                "schools": [*self.line_schools, *schools],
                # A successor must be the first of the line, and who moves may be served in the new one.
                "whole": bool(more or self.names or self.moved),
                "more": more or LINE_READ,
                "names": self.names,
            },
        )

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


def facts(wanted: Wanted, rows: "Read", lines: Rows | None) -> rules.Facts:
    """Built anew for each deciding: the rules change them as they go."""
    known = rules.Facts(batch=batch_facts(rows.batch[0], wanted.batch))
    for row in rows.classes:
        _class(known, row)
    against: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows.against:
        against.setdefault(row[0], []).append(row)
    for row in rows.persons:
        _person(known, row, against.get(row[0], ()))
    for row in rows.places:
        _place(known, row)
    for unit, received, passed_on, used, parent, level, path in rows.units:
        known.quotas[unit] = v.Quota(unit, received, passed_on, used, parent, level, path)
    for row in rows.of_schools:
        _of_school(known, row)
    if wanted.under:
        _rights(known, wanted, rows.offices)
    _lines(known, lines or [])
    return known


def _rights(known: rules.Facts, wanted: Wanted, rows: Rows) -> None:
    """Who presses, under which appointment, for which school; the pages' door asks the shell the same."""
    scopes = {(appointment, person): scope_of([(role, path, "")]) for appointment, person, role, path in rows}
    for request in wanted.requests:
        if isinstance(request, v.Enrol) and request.under is not None and request.school in known.quotas:
            scope = scopes.get((request.under, request.by))
            if scope is not None and scope.covers(Capability.ENROL, unit=known.quotas[request.school].path):
                known.rights.add((request.under, request.school))


def _of_school(known: rules.Facts, row: tuple[Any, ...]) -> None:
    choice, number, person, training_class, school, path, state, occupies, at, by_school, proposed, enrolment, elsewhere = row[:13]  # fmt: skip
    known.places[person] = v.Place(
        id=choice, number=number, person=person, training_class=training_class, school=school, school_path=path, state=state, occupies=occupies, at=at,
        before=state, occupied=occupies, enrolment=enrolment, by_school=by_school, proposed=proposed, elsewhere=elsewhere,
    )  # fmt: skip
    seats, used, name, class_path = row[13:]
    known.classes.setdefault(training_class, v.ClassFacts(training_class, seats, used, name, class_path))


def _class(known: rules.Facts, row: tuple[Any, ...]) -> None:
    number, seats, used, name, path, stages, opened_at = row
    known.classes[number] = v.ClassFacts(number, seats, used, name, path, tuple(orjson.loads(stages)), opened_at)


def _person(known: rules.Facts, row: tuple[Any, ...], against: Sequence[tuple[Any, ...]]) -> None:
    person, school, path, stage, on_roster, on_duty, received, passed_on, used = row
    facts = known.persons[person] = v.PersonFacts(person, school, path, stage, on_roster, on_duty)
    if received is not None:
        known.quotas[school] = v.Quota(school, received, passed_on, used)
    for _, barred, took_part, exempt, elsewhere in against:
        facts.barred_until = barred or facts.barred_until
        facts.took_part += (took_part,) if took_part else ()
        facts.exempt = exempt or facts.exempt
        facts.elsewhere = elsewhere or facts.elsewhere


def _place(known: rules.Facts, row: tuple[Any, ...]) -> None:
    person, choice, number, training_class, school, path, state, occupies, at, by_school, proposed, enrolment = row[:12]
    known.places[person] = v.Place(
        id=choice, number=number, person=person, training_class=training_class, school=school, school_path=path, state=state, occupies=occupies,
        at=at, before=state, occupied=occupies, enrolment=enrolment, by_school=by_school, proposed=proposed,
        elsewhere=known.persons[person].elsewhere is not None,
    )  # fmt: skip
    if row[12] is not None:
        known.quotas[school] = v.Quota(school, *row[12:15])
    if row[15] not in known.classes:
        _class(known, row[15:])


def _lines(known: rules.Facts, rows: Rows) -> None:
    seen = {place.id: place for place in known.places.values()}
    for row in rows:
        (
            of_class,
            of_school,
            most,
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
        line.complete = len(line.places) < most
        if training_class not in known.classes:
            known.classes[training_class] = v.ClassFacts(training_class, seats, taken, name, class_path)
        if school not in known.quotas and received is not None:
            known.quotas[school] = v.Quota(school, received, passed_on, used)
