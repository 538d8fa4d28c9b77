"""The demo province: the real tree of cities and counties, invented schools and people, the offices. Deterministic from the seed.

Everybody is made through organisation's and access's own acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from yanxiu.access import actions as access
from yanxiu.access.models import Role
from yanxiu.lib import clock, identity, shares
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Person, Unit
from yanxiu.season import invented

# Teachers on the rosters of the sixteen, in hundreds: how the demo's teachers are spread (invented, in the order of size that people expect).
WEIGHTS = {
    "南京市": 909, "无锡市": 705, "徐州市": 1041, "常州市": 506, "苏州市": 997, "南通市": 658, "连云港市": 524, "淮安市": 511, "盐城市": 671, "扬州市": 417,
    "镇江市": 272, "泰州市": 320, "宿迁市": 424, "昆山市": 229, "泰兴市": 95, "沭阳县": 223,
}  # fmt: skip
DAYS = 12_409
ADMINISTRATORS = {"province": Role.PROVINCE_ADMIN, "city": Role.CITY_ADMIN, "county": Role.COUNTY_ADMIN}
CENTRE = (
    "320106"  # 鼓楼区 of 南京市: the demo's accounts are there, so it has more and larger schools than its neighbours
)
STAGES = ("小学", "幼儿园", "初中", "小学", "高中", "小学", "幼儿园", "初中")


@dataclass
class Province:
    """What the script needs at hand."""

    root: Unit
    offices: list[Unit] = field(default_factory=list)  # the sixteen
    counties: list[Unit] = field(default_factory=list)
    schools: list[Unit] = field(default_factory=list)
    teachers: list[Person] = field(default_factory=list)
    admin_of: dict[int, Person] = field(default_factory=dict)  # unit → acting administrator
    province_admin: Person = field(default=None)  # type: ignore[assignment]
    by_school: dict[int, list[Person]] = field(default_factory=dict)


def build(*, seed: int, schools: int, teachers: int, centre: str = "") -> Province:
    """Units, schools, people, offices. `teachers` in all; every school has at least four. `centre`: a county that is larger than others."""
    random = Random(seed)
    made = make_units(random, schools, centre)
    _teachers(made, random, teachers, centre)
    _offices(made, random)
    organisation.count_teachers(date(2023, 6, 30))
    return made


def make_units(random: Random, schools: int, centre: str = "") -> Province:
    """The real tree and its invented schools."""
    organisation.load_units()
    units = {u.pk: u for u in Unit.objects.exclude(level="school")}
    root = next(u for u in units.values() if u.level == "province")
    counties = sorted((u for u in units.values() if u.level == "county"), key=lambda u: u.path)
    offices = sorted((u for u in units.values() if u.parent_id == root.pk), key=lambda u: (u.direct, u.code))
    made = Province(root=root, offices=offices, counties=counties)
    _schools(made, random, schools, centre)
    return made


def _schools(made: Province, random: Random, wanted: int, centre: str) -> None:
    per_office = shares.split(wanted, [WEIGHTS[o.name] for o in made.offices])
    rows = []
    for office, n in zip(made.offices, per_office, strict=True):
        below = [c for c in made.counties if c.path.startswith(office.path)]
        weights = [random.randint(6, 12) * (4 if c.code == centre else 1) for c in below]
        for county, m in zip(below, shares.split(max(n, len(below)), weights), strict=True):
            stages = [STAGES[i % len(STAGES)] for i in range(max(m, 1))]
            for name, stage in zip(invented.school_names(random, county.name, stages), stages, strict=True):
                rows.append(organisation.NewSchool(name=name, county=county, stages=(stage,)))
    made.schools = organisation.create_schools(rows)


def _teachers(made: Province, random: Random, wanted: int, centre: str) -> None:
    rows = []
    number = 0
    county = next((c for c in made.counties if c.code == centre), None)
    theirs = [i for i, school in enumerate(made.schools) if county and school.parent_id == county.pk]
    larger = [1] * len(made.schools)
    for i in theirs:
        larger[i] = 12 if i == theirs[0] else 3
    for school, size in zip(made.schools, staffing(random, larger, wanted), strict=True):
        stage = school.stages[0]
        for _ in range(size):
            number += 1
            rows.append(
                new_person(random, school, number, stage=stage, subject=random.choice(invented.SUBJECTS[stage]))
            )
    made.teachers = organisation.create_people(rows)
    for person in made.teachers:
        made.by_school.setdefault(person.school_id, []).append(person)  # type: ignore[arg-type]


def staffing(random: Random, larger: Sequence[int], teachers: int) -> list[int]:
    """Teachers of each school. `larger`: how many times as large as others a school is."""
    weights = [random.randint(5, 30) * times for times in larger]
    return [4 + extra for extra in shares.split(teachers - 4 * len(larger), weights)]


def new_person(
    random: Random, unit: Unit, number: int, *, stage: str = "", subject: str = "", on_roster: bool = True
) -> organisation.NewPerson:
    # Injective in `number`: day of birth from the remainder (scattered by a factor prime to it), sequence from the quotient.
    born = date(1964, 1, 1) + timedelta(days=number * 7919 % DAYS)
    return organisation.NewPerson(
        name=invented.person_name(random),
        unit=unit,
        identity=identity.make("320000", born, number // DAYS + 1),  # area 320000 exists in no real identity number
        phone=f"1990{number:07d}",
        teacher_number=f"32{number:08d}" if on_roster else f"office{number:05d}",
        stage=stage,
        subject=subject,
        title=random.choice(invented.TITLES),
        on_roster=on_roster,
    )


def _offices(made: Province, random: Random) -> None:
    """An administrator for every office and school; leadership groups above; one general administrator."""
    above = administered(made)
    people = organisation.create_people(
        [new_person(random, unit, 900_000 + i, on_roster=False) for i, unit in enumerate(above)]
    )
    since = clock.now()
    for unit, person in zip(above, people, strict=True):
        access.appoint(person=person.pk, role=ADMINISTRATORS[unit.level], unit=unit, starts=since)
        made.admin_of[unit.pk] = person
    made.province_admin = made.admin_of[made.root.pk]
    for school in made.schools:
        person = made.by_school[school.pk][0]
        access.appoint(person=person.pk, role=Role.SCHOOL_ADMIN, unit=school, starts=since)
        made.admin_of[school.pk] = person
    leaders(made, random)


def administered(made: Province) -> list[Unit]:
    """Everything above the schools that has an administrator of its own."""
    return [made.root, *[o for o in made.offices if o.level == "city"], *made.counties]


def leaders(made: Province, random: Random) -> None:
    """Leadership groups, the general administrator, the auditor."""
    wanted = [
        (Role.PROVINCE_LEADER, made.root),
        (Role.GENERAL_ADMIN, made.root),
        (Role.CITY_LEADER, made.offices[0]),
        (Role.AUDITOR, made.root),
    ]
    people = organisation.create_people(
        [new_person(random, unit, 950_000 + i, on_roster=False) for i, (_, unit) in enumerate(wanted)]
    )
    for person, (role, unit) in zip(people, wanted, strict=True):
        access.appoint(person=person.pk, role=role, unit=unit, starts=clock.now())
