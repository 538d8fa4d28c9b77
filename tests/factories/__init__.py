"""Builds rows for tests. `from tests import factories as make`. Raw rows where an act would need the whole season; acts where they are cheap."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.test import Client

from yanxiu.access.models import Account, Appointment, Role
from yanxiu.catalogue.models import Course, CourseVersion, Item
from yanxiu.events import actions as events
from yanxiu.lib import clock, identity, text
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person, Unit, UnitCount
from yanxiu.places.models import Choice, Enrolment, QuotaMovement
from yanxiu.programme import actions as programme_actions
from yanxiu.programme.models import Batch, ClassStaff, Programme, TrainingClass
from yanxiu.programme.rules import LoadedPolicy, load_policy

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "研修-test-密码-2023"
_numbers = itertools.count(1)


def moment(value: str | datetime) -> datetime:
    """ "2023-08-29 20:14" on Shanghai's wall clock."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=clock.SHANGHAI)


def installation(at: str | datetime = "2023-08-29 20:14") -> None:
    """Demo mode, the clock frozen at `at`."""
    events.create_installation(mode="demo", at=moment(at), frozen=True)


def set_clock(to: str | datetime) -> datetime:
    """Moves the frozen clock to any instant, back too (a test's privilege)."""
    from yanxiu.events.models import Installation

    Installation.objects.filter(id=1).update(frozen_at=moment(to))
    return events.refresh_clock()


def unit(code: str, name: str, level: str, parent: Unit | None, **fields: Any) -> Unit:
    short = {"province": code[:2], "city": code[:4]}.get(level, code)
    return Unit.objects.create(
        code=code,
        name=name,
        level=level,
        parent=parent,
        path=f"{parent.path if parent else '/'}{short}/",
        sort_key=text.pinyin_key(name),
        **fields,
    )


def tree() -> SimpleNamespace:
    """A province with two 鼓楼区, a directly addressed county, four schools and some teachers counted."""
    t = SimpleNamespace()
    t.province = unit("320000", "江苏省", "province", None)
    t.nanjing = unit("320100", "南京市", "city", t.province)
    t.xuzhou = unit("320300", "徐州市", "city", t.province)
    t.suzhou = unit("320500", "苏州市", "city", t.province)
    t.gulou_nj = unit("320106", "鼓楼区", "county", t.nanjing)
    t.xuanwu = unit("320102", "玄武区", "county", t.nanjing)
    t.gulou_xz = unit("320302", "鼓楼区", "county", t.xuzhou)
    t.kunshan = unit("320583", "昆山市", "county", t.province, direct=True, statistical_city=t.suzhou)
    t.school_a = unit("S000001", "鼓楼区清溪小学", "school", t.gulou_nj, stages=["小学"])
    t.school_b = unit("S000002", "鼓楼区望江中学", "school", t.gulou_nj, stages=["初中", "高中"])
    t.school_c = unit("S000003", "鼓楼区云龙小学", "school", t.gulou_xz, stages=["小学"])
    t.school_k = unit("S000004", "昆山市玉峰小学", "school", t.kunshan, stages=["小学"])
    for u in vars(t).values():
        UnitCount.objects.create(
            unit=u,
            count_date="2023-06-30",
            teachers={"school": 40, "county": 200, "city": 800, "province": 3000}[u.level],
        )
    return t


def person(
    unit: Unit, *, name: str = "", stage: str = "小学", subject: str = "语文", number: str = "", **fields: Any
) -> Person:
    n = next(_numbers)
    name = name or "测" + "赵钱孙李周吴郑王冯陈"[n % 10] + "甲乙丙丁戊己庚辛壬癸"[n // 10 % 10]
    identity_number = identity.make("320106", datetime(1980 + n % 20, 1 + n % 12, 1 + n % 28).date(), n % 999 + 1)
    phone = f"139{n:08d}"
    return Person.objects.create(
        name=name,
        name_key=text.pinyin_key(name),
        name_grams=text.bigrams(name),
        identity_sealed=organisation.seal(identity_number, "person.identity"),
        identity_hash=organisation.identity_hash(identity_number),
        identity_mask=identity.mask(identity_number),
        phone_sealed=organisation.seal(phone, "person.phone"),
        phone_hash=organisation.phone_hash(phone),
        phone_mask=identity.mask_phone(phone),
        teacher_number=number or f"T{n:09d}",
        school=unit,
        school_path=unit.path,
        stage=stage,
        subject=subject,
        title=fields.pop("title", "一级教师"),
        profile_confirmed_at=fields.pop("profile_confirmed_at", clock.now()),
        **fields,
    )


def account(person: Person, *, password: str | None = None) -> Account:
    """Without a password by default: `client` signs in without one (argon2 costs 50 ms)."""
    made = Account(person=person, teacher_number=person.teacher_number or f"A{person.pk}", created_at=clock.now())
    made.set_password(password) if password else made.set_unusable_password()
    made.save()
    return made


def appoint(person: Person, role: str, unit: Unit | None = None, training_path: str = "") -> Appointment:
    slot = None
    if role in (Role.CITY_ADMIN, Role.COUNTY_ADMIN):
        slot = 1 + Appointment.objects.filter(role=role, unit=unit).count()
    return Appointment.objects.create(
        person=person,
        role=role,
        unit=unit,
        training_path=training_path,
        slot=slot,
        period=(moment("2023-01-01 00:00"), None),
        made_at=clock.now(),
    )


def officer(role: str, unit: Unit | None = None, training_path: str = "", *, at: Unit | None = None) -> Person:
    """A person with an account and one appointment."""
    holder = person(
        at or unit or Unit.objects.get(level="province"), name="任" + "甲乙丙丁戊己庚辛壬癸"[next(_numbers) % 10]
    )
    account(holder)
    appoint(holder, role, unit, training_path)
    return holder


def client(person: Person) -> Client:
    """Signed in as the person, whose account is made when there is none."""
    signed = Client()
    signed.force_login(
        getattr(person, "account", None) or account(person), backend="yanxiu.access.backends.NumberBackend"
    )
    return signed


def policy(name: str = "S20230304") -> LoadedPolicy:
    return load_policy(ROOT / "policies" / f"{name}.toml")


def programme(name: str = "demo") -> Programme:
    """With its nine batches. `demo` asks for one credit hour; `S20230304` for ten."""
    return programme_actions.create_programme(
        path=ROOT / "policies" / f"{name}.toml",
        public={
            "notice": "通知正文",
            "attachments": [],
            "contact": "许老师",
            "phone": "025-83758377",
            "host": "江苏省教育厅",
            "organisers": ["省师干训中心", "省电化教育馆"],
        },
    )


def batch(programme: Programme, number: int) -> Batch:
    return programme.batches.select_related("programme", "policy").get(number=number)


QUIZ = {
    "questions": [
        {
            "kind": "single",
            "text": "一加一等于几？",
            "options": ["一", "二", "三"],
            "answer": "B",
            "explain": "数一数。",
            "points": 40,
        },
        {
            "kind": "multiple",
            "text": "哪些是偶数？",
            "options": ["一", "二", "三", "四"],
            "answer": ["B", "D"],
            "explain": "能被二整除。",
            "points": 30,
        },
        {"kind": "true_false", "text": "三是偶数。", "answer": False, "explain": "三是奇数。", "points": 10},
        {"kind": "fill", "text": "二加二等于＿＿。", "answer": ["四", "4"], "explain": "数一数。", "points": 20},
    ]
}
HOMEWORK = {
    "min_chars": 20,
    "criteria": [
        {"name": "完整", "points": 50, "levels": [{"points": p, "text": f"完整{p}"} for p in (50, 40, 25, 0)]},
        {"name": "具体", "points": 50, "levels": [{"points": p, "text": f"具体{p}"} for p in (50, 40, 25, 0)]},
    ],
}


def course(
    slug: str = "demo-course",
    *,
    seconds: int = 3000,
    subject: str = "语文",
    stages: Iterable[str] = ("小学",),
    title: str = "测试课程",
) -> CourseVersion:
    """A version with an item of every kind: text, video, discussion, two quizzes, two homeworks. `seconds` of material, half text, half video."""
    made, _ = Course.objects.get_or_create(
        slug=slug, defaults={"title": title, "subject": subject, "stages": list(stages)}
    )
    version = CourseVersion.objects.create(
        course=made,
        number=made.versions.count() + 1,
        sha256=hashlib.sha256(f"{slug}{seconds}{made.versions.count()}".encode()).hexdigest(),
        title=title,
        summary="一门测试用的课程。",
        aims=["会测试"],
        author={"name": "江若溪", "title": "高级教师"},
        seconds=seconds,
        loaded_at=clock.now(),
    )
    kinds: list[tuple[str, str, int, dict[str, Any]]] = [
        ("text", "文本一", seconds // 2, {}),
        ("video", "视频一", seconds - seconds // 2, {}),
        ("discussion", "讨论一", 0, {}),
        ("quiz", "测验一", 0, QUIZ),
        ("quiz", "测验二", 0, QUIZ),
        ("homework", "作业一", 0, HOMEWORK),
        ("homework", "作业二", 0, HOMEWORK),
    ]
    for position, (kind, name, length, data) in enumerate(kinds, 1):
        Item.objects.create(
            version=version,
            key=f"{kind}-{position}",
            chapter=1,
            chapter_title="第一章",
            position=position,
            kind=kind,
            title=name,
            seconds=length,
            body="<p>请写一写。</p>",
            data=data,
        )
    return version


def training_class(
    batch: Batch, version: CourseVersion, *, seats: int = 30, tutor: Person | None = None
) -> TrainingClass:
    n = batch.classes.count() + 1
    subject = version.course.subject
    made = TrainingClass.objects.create(
        batch=batch,
        version=version,
        number=n,
        name=f"{version.title}（{n}班）",
        subject=subject,
        stages=version.course.stages,
        path=f"/{batch.programme.code}/{batch.number}/{subject}/{n}/",
        seats=seats,
        opened_at=clock.now(),
    )
    if tutor:
        ClassStaff.objects.create(training_class=made, person=tutor, kind="tutor")
    return made


def quota(school: Unit, batch: Batch, n: int) -> None:
    """Approved to the office above, allotted down to the school, by the ledger."""
    chain = [school]
    while chain[-1].parent and chain[-1].parent.level != "province":
        chain.append(chain[-1].parent)
    top = chain[-1]
    QuotaMovement.objects.create(batch=batch, kind="approve", giver=None, taker=top, amount=n, at=clock.now())
    for giver, taker in zip(reversed(chain), list(reversed(chain))[1:], strict=False):
        QuotaMovement.objects.create(batch=batch, kind="allot", giver=giver, taker=taker, amount=n, at=clock.now())


def arrival() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('places_arrival')")
        return cursor.fetchone()[0]


def choice(
    person: Person, training_class: TrainingClass, *, state: str = "holding", at: datetime | None = None
) -> Choice:
    """A raw choice; quota must be there for holding and enrolled."""
    programme = training_class.batch.programme
    takes = state in ("holding", "enrolled")
    return Choice.objects.create(
        batch=training_class.batch,
        training_class=training_class,
        person=person,
        school=person.school,
        school_path=person.school_path,
        number=arrival(),
        state=state,
        occupies=takes,
        once_key=f"{programme.series}:{programme.year}:{person.pk}" if takes else None,
        at=at or clock.now(),
        changed_at=at or clock.now(),
        policy=training_class.batch.policy,
    )


def enrolment(person: Person, training_class: TrainingClass) -> Enrolment:
    """A standing learner; gives the school one more quota for it."""
    quota(person.school, training_class.batch, 1)
    made = choice(person, training_class, state="enrolled")
    return Enrolment.objects.create(
        choice=made,
        batch=training_class.batch,
        training_class=training_class,
        person=person,
        school=person.school,
        school_path=person.school_path,
        class_path=training_class.path,
        at=training_class.batch.starts - timedelta(days=1),
        policy=training_class.batch.policy,
    )


def world(at: str = "2023-09-05 20:14") -> SimpleNamespace:
    """Batch 4 (1-20 September) on its fifth day: tree, offices, programme (demo policy), one class with a tutor and two learners of school A, one of school C."""
    installation(at)
    w = tree()
    w.programme = programme()
    w.batch = batch(w.programme, 4)
    w.version = course()
    w.tutor = person(w.school_b, name="方志远", title="正高级教师")
    account(w.tutor)
    w.training_class = training_class(w.batch, w.version, tutor=w.tutor)
    appoint(w.tutor, Role.TUTOR, training_path=w.training_class.path)
    w.teacher = person(w.school_a, name="沈玉芬")
    w.colleague = person(w.school_a, name="李䶮")
    w.outsider = person(w.school_c, name="欧阳𬭛")
    for p in (w.teacher, w.colleague, w.outsider):
        account(p)
    w.enrolment = enrolment(w.teacher, w.training_class)
    w.enrolment_2 = enrolment(w.colleague, w.training_class)
    w.enrolment_c = enrolment(w.outsider, w.training_class)
    w.province_admin = officer(Role.PROVINCE_ADMIN, w.province)
    w.province_leader = officer(Role.PROVINCE_LEADER, w.province)
    w.city_admin = officer(Role.CITY_ADMIN, w.nanjing)
    w.county_admin = officer(Role.COUNTY_ADMIN, w.gulou_nj)
    w.county_admin_xz = officer(Role.COUNTY_ADMIN, w.gulou_xz)
    w.kunshan_admin = officer(Role.COUNTY_ADMIN, w.kunshan)
    w.school_admin = officer(Role.SCHOOL_ADMIN, w.school_a)
    w.school_admin_c = officer(Role.SCHOOL_ADMIN, w.school_c)
    return w
