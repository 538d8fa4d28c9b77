"""Programme, courses, tutors, plans and classes by the product's acts; the quota of twelve thousand schools by COPY into the ledger, whose
trigger applies and checks every movement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from yanxiu.access import actions as access
from yanxiu.access.models import Role
from yanxiu.catalogue.actions import generate_course
from yanxiu.catalogue.models import CourseVersion
from yanxiu.events import actions as events
from yanxiu.lib import shares
from yanxiu.organisation.models import Person, Unit, UnitCount
from yanxiu.places.actions import plans
from yanxiu.places.models import QuotaPlan
from yanxiu.programme import actions as programmes
from yanxiu.programme.models import Batch, Programme, TrainingClass
from yanxiu.season.sizes import bulk
from yanxiu.season.sizes.people import TUTORS, Roster
from yanxiu.season.sizes.scale import Scale

ALL = ("幼儿园", "小学", "初中", "高中")
# Courses of ten credit hours. The first four serve every stage, however few classes there are.
COURSES = (
    ("questions", "课堂提问与反馈", "通识", ALL),
    ("primary-chinese", "小学语文学习任务群", "语文", ("小学",)),
    ("play", "幼儿游戏的观察与支持", "幼儿园", ("幼儿园",)),
    ("junior-maths", "初中数学的推理与表达", "数学", ("初中",)),
    ("senior-chinese", "高中语文整本书阅读", "语文", ("高中",)),
    ("primary-maths", "小学数学的量感培养", "数学", ("小学",)),
    ("junior-physics", "初中物理的探究与实验", "物理", ("初中",)),
    ("primary-english", "小学英语单元整体教学", "英语", ("小学",)),
    ("kindergarten-day", "幼儿园一日生活的教育", "幼儿园", ("幼儿园",)),
    ("senior-history", "高中历史的史料研读", "历史", ("高中",)),
    ("junior-english", "初中英语的读写结合", "英语", ("初中",)),
    ("growth", "教师的专业成长", "通识", ALL),
)
SHARES = (6, 7, 5, 5, 5, 6, 4, 5, 5, 4, 4, 4)  # of sixty classes
MORE_QUOTA = 1.3  # than learners
CASCADED = (1, 2, 3, 4, 5)  # batches whose quota has come down to the schools


@dataclass
class Opened:
    programme: Programme
    batches: dict[int, Batch] = field(default_factory=dict)
    versions: list[CourseVersion] = field(default_factory=list)
    tutors: dict[str, list[Person]] = field(default_factory=dict)
    classes: dict[int, list[TrainingClass]] = field(default_factory=dict)  # batch number → its classes
    quota: dict[int, list[int]] = field(default_factory=dict)  # batch number → of each school


def open_programme(roster: Roster, programme: Programme, size: Scale) -> Opened:
    opened = Opened(programme)
    opened.batches = {b.number: b for b in programme.batches.select_related("policy", "programme")}
    for slug, title, subject, stages in COURSES[: min(len(COURSES), size.classes)]:
        opened.versions.append(generate_course(slug=slug, title=title, subject=subject, stages=stages))
    taken: set[int] = set()
    for subject in dict.fromkeys(v.course.subject for v in opened.versions):
        own = roster.best.get(subject) or [p for best in roster.best.values() for p in best]
        chosen = [p for p in own if p not in taken][:TUTORS]
        taken.update(chosen)
        opened.tutors[subject] = list(Person.objects.filter(pk__in=chosen).order_by("pk"))
        for person in chosen:
            for number in opened.batches:
                access.appoint(
                    person=person, role=Role.TUTOR, training_path=f"/{programme.code}/{number}/{subject}/", by=roster.province.province_admin.pk
                )  # fmt: skip
    return opened


def open_classes(roster: Roster, opened: Opened, seats: dict[int, list[int]]) -> None:
    """`seats`: batch number → of each class, in the order of `class_courses`."""
    for number, batch in opened.batches.items():
        opened.classes[number] = [
            programmes.open_class(
                batch=batch, version=opened.versions[course], seats=n, tutors=opened.tutors[opened.versions[course].course.subject],
                by=roster.province.province_admin,
            )
            for course, n in zip(class_courses(len(seats[number])), seats[number], strict=True)
        ]  # fmt: skip


def class_courses(classes: int) -> list[int]:
    """Which course each class of a batch is of."""
    courses = min(len(COURSES), classes)
    each = shares.split(classes - courses, SHARES[:courses])
    return [course for course, more in enumerate(each) for _ in range(1 + more)]


def decide_plans(roster: Roster, opened: Opened, size: Scale, *, submitted: datetime, decided: datetime) -> None:
    """Sixteen plans for all nine batches, by the offices' own acts."""
    made = roster.province
    held = dict(zip(made.offices, shares.split(round(size.learners * MORE_QUOTA), _teachers(roster, made.offices)), strict=True))  # fmt: skip
    events.move_clock(submitted)
    for office, n in held.items():
        by, asked = made.admin_of[office.pk].pk, {b.pk: n for b in opened.batches.values()}
        plans.save_plan(programme=opened.programme.pk, unit=office.pk, asked=asked, by=by)
        plans.submit_plan(programme=opened.programme.pk, unit=office.pk, by=by)
    events.move_clock(decided)
    for plan in QuotaPlan.objects.filter(programme=opened.programme).order_by("unit__path"):
        decision = plans.decide_plan(
            plan=plan.pk, approved=dict(plan.lines.values_list("batch_id", "asked")), by=made.province_admin.pk
        )
        if not decision:
            raise RuntimeError(f"a plan was not approved: {decision.codes}")


def quotas(roster: Roster, size: Scale, random: Random) -> tuple[list[tuple[Unit, Unit, int]], dict[int, int]]:
    """Every allotment below the sixteen, the upper ones first; and what each school gets. A county in ten keeps some back."""
    made = roster.province
    per_office = shares.split(round(size.learners * MORE_QUOTA), _teachers(roster, made.offices))
    moves: list[tuple[Unit, Unit, int]] = []
    lower: list[tuple[Unit, Unit, int]] = []
    school_of: dict[int, list[Unit]] = {}
    for school in made.schools:
        school_of.setdefault(school.parent_id or 0, []).append(school)
    given: dict[int, int] = {}
    for office, held in zip(made.offices, per_office, strict=True):
        counties = [c for c in made.counties if c.parent_id == office.pk]
        parts = dict(zip(counties, shares.split(held, _teachers(roster, counties)), strict=True)) if counties else {office: held}  # fmt: skip
        moves += [(office, county, n) for county, n in parts.items() if county is not office]
        for county, n in parts.items():
            schools = school_of.get(county.pk, [])
            kept = n // 20 if random.random() < 0.1 else 0
            for school, m in zip(schools, shares.split(n - kept, _teachers(roster, schools)), strict=True):
                lower.append((county, school, m))
                given[school.pk] = m
    return moves + lower, given


def cascade(
    roster: Roster, opened: Opened, moves: Sequence[tuple[Unit, Unit, int]], *, at: dict[int, datetime]
) -> None:
    """Cities and counties pass it on; two COPY a batch, since a county can pass on only what it has."""
    admins = roster.province.admin_of

    def rows(number: int, level: str) -> Iterator[tuple[Any, ...]]:
        batch = opened.batches[number].pk
        for giver, taker, n in moves:
            if n and (taker.level == "school") == (level == "school"):
                yield batch, "allot", giver.pk, taker.pk, n, at[number], admins[giver.pk].pk, ""

    columns = ("batch_id", "kind", "giver_id", "taker_id", "amount", "at", "by_id", "note")
    with bulk.bare("places_quotamovement"):
        for number in CASCADED:
            bulk.copy("places_quotamovement", columns, rows(number, "county"))
            bulk.copy("places_quotamovement", columns, rows(number, "school"))


def _teachers(roster: Roster, units: Sequence[Unit]) -> list[int]:
    counted = dict(UnitCount.objects.filter(unit__in=units).values_list("unit_id", "teachers"))
    return [counted.get(u.pk, 0) for u in units]


def moments(opened: Opened) -> dict[int, datetime]:
    """When the quota came down: a day before choice opens; of the first batch as soon as the plans were approved."""
    return {
        n: b.choice_opens - timedelta(hours=20) if n > 1 else b.choice_opens + timedelta(days=5)
        for n, b in opened.batches.items()
        if n in CASCADED
    }
