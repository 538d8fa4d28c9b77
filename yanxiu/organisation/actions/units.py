"""Units: loaded, made, counted, closed.

Events: organisation.units_loaded {units} · organisation.unit_created {code, name} · organisation.unit_closed {unit, path, successor, successor_path, people}
(places moves quota and places in answer; the people have moved already, without an event each).
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from yanxiu.events import actions as events
from yanxiu.lib import clock, text, unitpath
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation import rules
from yanxiu.organisation.models import Person, Unit

DIVISIONS = Path(__file__).resolve().parents[1] / "data" / "jiangsu-divisions.csv"
LEVEL_ORDER = {"province": 0, "city": 1, "county": 2}
SCHOOL_CODES = 73_001  # advisory lock: two who make schools at once draw different codes


@dataclass(frozen=True)
class NewSchool:
    """`code` "" draws the next one."""

    name: str
    county: Unit
    stages: tuple[str, ...] = ()
    code: str = ""


def _unit(code: str, name: str, level: str, parent: Unit | None, path: str, **more: object) -> Unit:
    full = rules.full_name(name, parent.display if parent and parent.level != "province" else "", level)
    return Unit(
        code=code,
        name=name,
        full_name=full,
        name_grams=text.bigrams(full),
        level=level,
        parent=parent,
        path=path,
        sort_key=text.pinyin_key(name),
        **more,
    )


@transaction.atomic
def load_units(file: Path | str = DIVISIONS, *, by: int | None = None) -> int:
    """Province, cities, counties of the divisions' file; what is there already stays. Returns how many are new."""
    with open(file, encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: (LEVEL_ORDER[row["level"]], row["code"]))
    known = {unit.path: unit for unit in Unit.objects.exclude(level="school")}
    made = 0
    for row in rows:
        path = rules.unit_path(row["code"], row["level"])
        if path in known:
            continue
        code = row["code"]
        direct = code in rules.DIRECT_COUNTIES
        city = known[unitpath.join("/", rules.PROVINCE, code[:4])] if direct else None
        above = unitpath.parent(path)
        unit = _unit(
            code,
            row["name"],
            row["level"],
            known.get(above or ""),
            path,
            direct=direct,
            statistical_city=city,
            kind=row["kind"],
        )
        unit.save()
        known[path] = unit
        made += 1
    if made:
        events.record(
            "organisation.units_loaded", actor=by, unit_path=unitpath.join("/", rules.PROVINCE), data={"units": made}
        )
    return made


@transaction.atomic
def create_zone(*, name: str, city: Unit, by: int | None = None) -> Unit:
    """A development zone without a standard code: stands among the city's counties under a code of our own (3201Z1)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SCHOOL_CODES])
    stem = f"{unitpath.last(city.path)}Z"
    code = f"{stem}{Unit.objects.filter(code__startswith=stem).count() + 1}"
    unit = _unit(code, name, "county", city, unitpath.join(city.path, code), kind="economic_zone")
    unit.save()
    events.record(
        "organisation.unit_created",
        actor=by,
        unit_path=unit.path,
        subject_id=unit.pk,
        data={"code": code, "name": name},
    )
    return unit


@transaction.atomic
def create_schools(schools: Sequence[NewSchool], *, by: int | None = None) -> list[Unit]:
    """Any number of schools in one statement. One event for all when there are many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SCHOOL_CODES])
        cursor.execute(
            "SELECT coalesce(max(substr(code, 2)::int), 0) FROM organisation_unit WHERE code ~ '^S[0-9]{6}$'"
        )
        number = cursor.fetchone()[0]
    units = []
    for school in schools:
        code = school.code
        if not code:
            number += 1
            code = f"S{number:06d}"
        path = unitpath.join(school.county.path, code)
        units.append(_unit(code, school.name, "school", school.county, path, stages=list(school.stages)))
    units = Unit.objects.bulk_create(units, batch_size=2000)
    if len(units) == 1:
        events.record(
            "organisation.unit_created",
            actor=by,
            unit_path=units[0].path,
            subject_id=units[0].pk,
            data={"code": units[0].code, "name": units[0].name},
        )
    elif units:
        events.record("organisation.units_loaded", actor=by, unit_path=units[0].path, data={"units": len(units)})
    return units


def create_school(
    *, name: str, county: Unit, stages: Sequence[str] = (), code: str = "", by: int | None = None
) -> Unit:
    return create_schools([NewSchool(name, county, tuple(stages), code)], by=by)[0]


COUNT = """
WITH RECURSIVE own AS (
    SELECT p.school_id AS id, count(*) AS n FROM organisation_person p JOIN organisation_unit u ON u.id = p.school_id
    WHERE p.on_roster AND p.on_duty AND u.level = 'school' GROUP BY p.school_id
), up AS (
    SELECT u.id, u.parent_id, own.n FROM own JOIN organisation_unit u USING (id)
    UNION ALL
    SELECT above.id, above.parent_id, up.n FROM up JOIN organisation_unit above ON above.id = up.parent_id
), sums AS (SELECT id, sum(n)::int AS n FROM up GROUP BY id)
INSERT INTO organisation_unitcount (unit_id, count_date, teachers)
SELECT u.id, %s, coalesce(sums.n, 0) FROM organisation_unit u LEFT JOIN sums USING (id)
ON CONFLICT (unit_id, count_date) DO UPDATE SET teachers = excluded.teachers
"""


@transaction.atomic
def count_teachers(count_date: date, *, by: int | None = None) -> int:
    """On the roster and on duty now, for units of every level, by one statement (T3.2a). Direct counties stand beside their city. Returns units."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [count_date])
        units = cursor.rowcount
    events.record(
        "organisation.teachers_counted",
        actor=by,
        unit_path=unitpath.join("/", rules.PROVINCE),
        data={"date": count_date.isoformat(), "units": units},
    )
    return units


@transaction.atomic
def merge_school(*, school: int, successor: int | None, by: int | None = None) -> Decision:
    """Closes a school. Its people pass to the successor, or to the county (silent.md); old figures keep the old name.

    1. lock both, lowest id first  2. ask  3. move the people  4. close  5. record; places moves quota and places in the same transaction
    """
    units = {
        unit.pk: unit
        for unit in Unit.objects.select_for_update()
        .filter(pk__in=[pk for pk in (school, successor) if pk])
        .order_by("pk")
    }
    closing, next_unit = units.get(school), units.get(successor or 0)
    against = []
    if (
        closing is None
        or closing.level != "school"
        or (successor and (next_unit is None or next_unit.level != "school" or successor == school))
    ):
        against.append(Reason("unit_not_school", "S1.0", {}))
    elif closing.closed_on or (next_unit and next_unit.closed_on):
        against.append(Reason("unit_closed_already", "S1.0", {}))
    if against:
        return Decision.no(*against)
    assert closing is not None
    heir = next_unit or closing.parent
    assert heir is not None
    people = Person.objects.filter(school=closing).update(school=heir, school_path=heir.path)
    closing.closed_on = clock.today()
    closing.successor = heir
    closing.save(update_fields=["closed_on", "successor"])
    events.record(
        "organisation.unit_closed",
        actor=by,
        unit_path=closing.path,
        subject_id=closing.pk,
        data={
            "unit": closing.pk,
            "path": closing.path,
            "successor": heir.pk,
            "successor_path": heir.path,
            "people": people,
        },
    )
    return Decision.yes()


def close_school(*, school: int, by: int | None = None) -> Decision:
    """Without a successor the county takes over."""
    return merge_school(school=school, successor=None, by=by)
