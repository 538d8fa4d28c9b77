"""Teachers by COPY, sealed and hashed as the roster's import does it; the offices above the schools by their own acts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from django.db import transaction

from yanxiu.access import actions as access
from yanxiu.access.models import Role
from yanxiu.events import actions as events
from yanxiu.lib import clock, identity
from yanxiu.organisation import actions as organisation
from yanxiu.organisation import queries, rules
from yanxiu.organisation.actions import roster as roster_import
from yanxiu.season import invented
from yanxiu.season.province import ADMINISTRATORS, Province, administered, leaders, make_units, new_person, staffing
from yanxiu.season.sizes import bulk

COLUMNS = (
    "id", "name", "name_key", "name_grams", "identity_sealed", "identity_hash", "identity_mask", "phone_sealed", "phone_hash", "phone_mask",
    "teacher_number", "school_id", "school_path", "stage", "subject", "title", "on_roster", "on_duty",
)  # fmt: skip
PAST_SHARE = 0.05  # took part last year
TUTORS = 2  # of a subject


@dataclass
class Roster:
    """Who teaches where, by arithmetic: the teachers of school n have the ids from `first[n]` on, its administrator is the first of them."""

    province: Province
    first: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)  # of every teacher, in order of id
    past: set[int] = field(default_factory=set)
    best: dict[str, list[int]] = field(default_factory=dict)  # subject → ids of the highest title, some

    def subject(self, person: int) -> str:
        return self.subjects[person - self.first[0]]

    def teachers(self, school: int) -> range:
        return range(self.first[school], self.first[school] + self.sizes[school])


def people(*, random: Random, schools: int, teachers: int) -> Roster:
    made = make_units(random, schools)
    roster = Roster(made, sizes=staffing(random, [1] * len(made.schools), teachers))
    begin = bulk.next_id("organisation_person")
    with bulk.bare("organisation_person"):
        bulk.copy("organisation_person", COLUMNS, _teachers(roster, random, begin))
    bulk.set_sequence("organisation_person")
    with transaction.atomic():
        events.record("organisation.people_created", unit_path=made.root.path, data={"people": teachers})
    _offices(roster, random)
    organisation.count_teachers(date(2023, 6, 30))
    return roster


def _teachers(roster: Roster, random: Random, person: int) -> Iterator[tuple[Any, ...]]:
    """No statement may run in here: the connection is in the midst of COPY."""
    number = 0
    for school, size in zip(roster.province.schools, roster.sizes, strict=True):
        stage = school.stages[0]
        subjects = invented.SUBJECTS[stage]
        roster.first.append(person)
        for place in range(size):
            number += 1
            row = new_person(random, school, number, stage=stage, subject=random.choice(subjects))
            roster.subjects.append(row.subject)
            if random.random() < PAST_SHARE:
                roster.past.add(person)
            elif place and row.title == "正高级教师" and len(best := roster.best.setdefault(row.subject, [])) < 20:
                best.append(person)
            key, grams = roster_import.written(rules.clean_name(row.name))
            yield (
                person, row.name, key, grams,
                queries.seal(row.identity, queries.IDENTITY), queries.identity_hash(row.identity), identity.mask(row.identity),
                queries.seal(row.phone, queries.PHONE), queries.phone_hash(row.phone), identity.mask_phone(row.phone),
                row.teacher_number, school.pk, school.path, stage, row.subject, row.title, True, True,
            )  # fmt: skip
            person += 1


def _offices(roster: Roster, random: Random) -> None:
    """The same offices as the small demo's. Twelve thousand schools' administrators by COPY."""
    made = roster.province
    above = administered(made)
    staff = organisation.create_people(
        [new_person(random, unit, 900_000 + i, on_roster=False) for i, unit in enumerate(above)]
    )
    for unit, person in zip(above, staff, strict=True):
        access.appoint(person=person.pk, role=ADMINISTRATORS[unit.level], unit=unit, starts=clock.now())
        made.admin_of[unit.pk] = person
    made.province_admin = made.admin_of[made.root.pk]
    leaders(made, random)
    now = clock.now()
    since = f"[{now.isoformat()},)"
    with transaction.atomic():
        bulk.copy(
            "access_appointment",
            ("person_id", "role", "unit_id", "training_path", "period", "made_at"),
            (
                (first, Role.SCHOOL_ADMIN.value, school.pk, "", since, now)
                for first, school in zip(roster.first, made.schools, strict=True)
            ),
        )
        bulk.run(
            """INSERT INTO events_event (at, kind, person, unit_path, training_path, subject_id, data)
            SELECT a.made_at, 'access.appointed', a.person_id, u.path, '', a.id,
                   jsonb_build_object('role', a.role, 'unit', a.unit_id, 'until', NULL, 'training_path', '')
              FROM access_appointment a JOIN organisation_unit u ON u.id = a.unit_id WHERE a.role = 'school_admin' ORDER BY a.id"""
        )


def past_participants(roster: Roster, *, series: str) -> None:
    """Last year's: what the barrier of two years in a row reads."""
    with bulk.bare("organisation_pastparticipation"):
        bulk.run(
            """INSERT INTO organisation_pastparticipation (series, year, identity_hash, person_id)
            SELECT %s, 2022, p.identity_hash, p.id FROM unnest(%s::bigint[]) AS w (id) JOIN organisation_person p USING (id) ORDER BY p.id""",
            [series, sorted(roster.past)],
        )
