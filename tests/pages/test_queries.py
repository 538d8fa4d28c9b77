"""The number of queries of a page is fixed (issue 4 §4): as many with much in the tables as with little, and not more than written here.

The most was recorded when this was written: a page that needs one more says why by raising its figure.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories as make
from yanxiu.access.models import Role
from yanxiu.catalogue.models import Item
from yanxiu.forum.models import Post
from yanxiu.homework.models import QuizAttempt, Work
from yanxiu.learning.models import ItemTime, LearnerTime
from yanxiu.lib import clock
from yanxiu.monitoring import actions as monitoring
from yanxiu.notices.models import Announcement, Notification
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import ClassStaff
from yanxiu.recognition.models import Certificate

MOST = {
    "front": 8, "desk": 13, "player": 14, "quiz": 14, "work": 11, "marks": 8, "class": 12, "verify": 4,
    "catalogue": 5, "choose": 17, "thread": 13, "choices": 16, "grid": 15, "marking": 8, "roster": 11,
    "watch school": 17, "watch county": 15, "watch city": 15, "watch province": 15,
    "desk school": 18, "desk county": 22, "desk province": 25, "desk tutor": 12,
}  # fmt: skip


def learn(enrolment: Enrolment) -> None:
    """Time on every material, an attempt at every quiz, every work handed in, posts; the figures follow."""
    now = clock.now()
    for item in enrolment.training_class.version.items.all():
        if item.kind in (Item.Kind.VIDEO, Item.Kind.TEXT):
            ItemTime.objects.create(
                enrolment=enrolment, item=item, seconds=60, cells=b"\xff" * 8, position=60, refused=[[70, 80, "hidden", 0]],
                changed_at=now,
            )  # fmt: skip
        elif item.kind == Item.Kind.QUIZ:
            QuizAttempt.objects.create(
                enrolment=enrolment, item=item, number=1, started_at=now, submitted_at=now, points=80, out_of=100, marked=[40, 30, 10, 0]
            )  # fmt: skip
        elif item.kind == Item.Kind.HOMEWORK:
            Work.objects.create(
                enrolment=enrolment,
                training_class=enrolment.training_class,
                item=item,
                state="submitted",
                first_submitted_at=now,
                submitted_at=now,
            )
    LearnerTime.objects.create(enrolment=enrolment, seconds=120, days=[120])
    say(enrolment)
    monitoring.refresh([enrolment.pk])


def say(enrolment: Enrolment, thread: Post | None = None, item: Item | None = None) -> Post:
    body = f"第{Post.objects.count()}次我换了一种分组的办法，让学生先读草稿再举手"
    now = clock.now()
    return Post.objects.create(
        training_class=enrolment.training_class, thread=thread, author=enrolment.person, enrolment=enrolment, item=item,
        title="" if thread else "一个问题", body=body, at=now, day=clock.today(), length=20, last_at=now,
        fingerprint=hashlib.sha256(body.encode()).digest(),
    )  # fmt: skip


def certify(enrolment: Enrolment, serial: int) -> Certificate:
    record = {
        "name": enrolment.person.name, "identity": "320106********0011", "school": enrolment.school.name, "class": enrolment.training_class.name,
        "course": "测试课程", "subject": "语文", "programme": "研修", "batch": 4, "year": 2023, "first_day": "2023-09-01", "last_day": "2023-09-20",
        "issued_on": "2023-10-03", "hours": "10", "result": "合格", "total": "88.00", "host": "江苏省教育厅", "organisers": ["省师干训中心"],
        "teacher_number": "", "stage": "小学", "honours": False,
    }  # fmt: skip
    return Certificate.objects.create(
        enrolment=enrolment, batch=enrolment.batch, serial=serial, number=f"S20230304-04-{serial:06d}", code=f"TMHQNCANAJS5Z5VY3{chr(65 + serial)}QY", record=record,
        issued_at=clock.now(),
    )  # fmt: skip


def tell(person: Person) -> None:
    Notification.objects.create(
        person=person,
        code="forum.featured",
        params={},
        at=clock.now(),
        once=f"{person.pk}-{Notification.objects.count()}",
    )


@pytest.fixture
def season(world: SimpleNamespace) -> SimpleNamespace:
    w = world
    w.next_batch = make.batch(w.programme, 5)
    w.next_class = make.training_class(w.next_batch, w.version, tutor=w.tutor)
    w.chooser = make.person(w.school_a)
    make.choice(w.chooser, w.next_class, state="waiting")
    learn(w.enrolment)
    w.thread = say(w.enrolment)
    say(w.enrolment_2, w.thread)
    w.certificate = certify(w.enrolment, 1)
    tell(w.teacher)
    Announcement.objects.create(
        unit=w.province,
        unit_path=w.province.path,
        title="公告",
        body="正文",
        published_at=clock.now(),
        by=w.province_admin,
        roles=[],
    )
    return w


def grow(w: SimpleNamespace) -> None:
    """More of everything that a page lists: schools, learners, choices, classes, posts, works, messages."""
    for n in range(6):
        school = make.unit(f"S1000{n:02d}", f"鼓楼区第{n}小学", "school", w.gulou_nj, stages=["小学"])
        make.officer(Role.SCHOOL_ADMIN, school)
        made = make.enrolment(make.person(school), w.training_class)
        learn(made)
        certify(made, 10 + n)
        say(made, w.thread)
        tutor = make.person(w.school_b)
        extra = make.training_class(w.next_batch, make.course(f"course-{n}", subject="通识"), tutor=tutor)
        ClassStaff.objects.create(training_class=extra, person=make.person(w.school_b), kind="expert")
        for state in ("waiting", "withdrawn"):
            make.choice(make.person(w.school_a), w.next_class, state=state)
        quota = make.person(w.school_a)
        make.quota(w.school_a, w.next_batch, 1)
        make.choice(quota, extra, state="holding")
        colleague = make.enrolment(make.person(w.school_a), make.training_class(w.batch, w.version, tutor=tutor))
        learn(colleague)
        tell(w.teacher)
        make.unit(f"32{70 + n}00", f"第{n}市", "city", w.province)
        make.unit(f"3201{60 + n}", f"第{n}区", "county", w.nanjing)


@contextmanager
def counted() -> Iterator[list[str]]:
    said: list[str] = []

    def heard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if "FROM events_installation" not in sql:  # the clock, once a second whatever is asked
            said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(heard):
        yield said


def looks(w: SimpleNamespace) -> dict[str, tuple[Client, str]]:
    e = w.enrolment.pk
    item = {i.kind: i.pk for i in w.version.items.all()}
    teacher, chooser = make.client(w.teacher), make.client(w.chooser)
    school, county, city, province = map(make.client, (w.school_admin, w.county_admin, w.city_admin, w.province_admin))
    tutor, desk, watch = make.client(w.tutor), reverse("desks:desk"), reverse("monitoring:watch")
    return {
        "front": (Client(), "/"),
        "desk": (teacher, desk),
        "player": (teacher, reverse("classroom:item", args=[e, item["video"]])),
        "quiz": (teacher, reverse("homework:quiz", args=[e, item["quiz"]])),
        "work": (teacher, reverse("homework:work", args=[e, item["homework"]])),
        "marks": (teacher, reverse("scoring:why", args=[e])),
        "class": (teacher, reverse("classroom:class", args=[e])),
        "verify": (Client(), reverse("recognition:verify_code", args=[w.certificate.code])),
        "catalogue": (Client(), reverse("programme:catalogue")),
        "choose": (chooser, reverse("places:choose")),
        "thread": (teacher, reverse("forum:thread", args=[w.thread.pk])),
        "choices": (school, reverse("places:enrolments")),
        "grid": (county, reverse("places:quota")),
        "marking": (tutor, reverse("homework:queue")),
        "roster": (province, reverse("administration:people") + "?q=测"),
        "watch school": (school, watch),
        "watch county": (county, watch),
        "watch city": (city, watch),
        "watch province": (province, watch),
        "desk school": (school, desk),
        "desk county": (county, desk),
        "desk province": (province, desk),
        "desk tutor": (tutor, desk),
    }


def number(client: Client, url: str) -> tuple[int, list[str]]:
    # The first look makes the session's own entries, and what a process reads once.
    client.get(url)
    with counted() as said:
        assert client.get(url).status_code == 200, url
    return len(said), said


def test_as_many_queries_with_much_as_with_little(season: SimpleNamespace) -> None:
    pages = looks(season)
    before = {name: number(*look)[0] for name, look in pages.items()}
    grow(season)
    after = {name: number(*look)[0] for name, look in pages.items()}
    assert {name: (before[name], after[name]) for name in pages if after[name] > before[name]} == {}
    assert {name: n for name, n in after.items() if n > MOST[name]} == {}
