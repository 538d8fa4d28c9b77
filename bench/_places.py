"""What the rush needs: schools, teachers, a batch in its choice. The oracle that judges afterwards: _oracle.py."""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from yanxiu.catalogue.models import Course, CourseVersion
from yanxiu.events import actions as events
from yanxiu.events.models import Installation
from yanxiu.events.queries import installation
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit
from yanxiu.places.models import QuotaMovement
from yanxiu.programme.models import Batch, PolicyVersion, Programme, TrainingClass
from yanxiu.programme.rules import load_policy

ROOT = Path(__file__).resolve().parents[1]


def clock_at(moment: datetime) -> None:
    """Of an installation that is there (bench growth) too, backwards too: what is measured begins before its own batch."""
    if installation() is None:
        events.create_installation(mode="demo", at=moment)
        return
    Installation.objects.update(offset=moment - clock.real_now(), frozen_at=None)
    events.refresh_clock()


def people(teachers: int, schools: int) -> list[int]:
    """Ids of teachers, spread evenly over the schools of one county."""
    province = Unit.objects.create(code="B32", name="江苏省", level="province", path="/B32/")
    city = Unit.objects.create(code="B3201", name="测试市", level="city", parent=province, path="/B32/B3201/")
    county = Unit.objects.create(code="B320101", name="测试区", level="county", parent=city, path="/B32/B3201/B320101/")
    units = Unit.objects.bulk_create(
        Unit(
            code=f"BS{n}", name=f"学校{n}", level="school", parent=county, path=f"{county.path}BS{n}/", stages=["小学"]
        )
        for n in range(1, schools + 1)
    )
    made = Person.objects.bulk_create(
        (
            Person(
                name=f"教师{n}",
                name_key="jiaoshi",
                identity_hash=hashlib.sha256(f"B{n}".encode()).digest(),
                school=units[n % schools],
                school_path=units[n % schools].path,
                stage="小学",
                subject="语文",
            )
            for n in range(teachers)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [person.pk for person in made]


@dataclass
class Season:
    batch: int
    classes: list[int]
    quota: dict[int, int]
    seats: dict[int, int]
    county: int


def season(*, classes: int, seats: int, quota: int) -> Season:
    """A programme of its own, so that the same teachers may choose again. `quota` for each school."""
    name = f"B{time.monotonic_ns()}"
    now = clock.now()
    loaded = load_policy(ROOT / "policies" / "S20230304.toml")
    programme = Programme.objects.create(code=name, series=name, year=2023, name=name)
    policy = PolicyVersion.objects.create(
        programme=programme, number=1, text=loaded.canonical_json, sha256=loaded.sha256, at=now
    )
    day = timedelta(days=1)
    batch = Batch.objects.create(
        programme=programme, policy=policy, number=1, first_day=(now + day).date(), last_day=(now + 20 * day).date(), choice_opens=now - day,
        enrolment_opens=now - day, starts=now + day, work_due=now + 15 * day, ends=now + 21 * day, marking_ends=now + 28 * day, objections_end=now + 33 * day,
    )  # fmt: skip
    course, _ = Course.objects.get_or_create(
        slug="bench", defaults={"title": "课程", "subject": "语文", "stages": ["小学"]}
    )
    version, _ = CourseVersion.objects.get_or_create(
        course=course,
        number=1,
        defaults={"sha256": "0" * 64, "title": "课程", "summary": "", "seconds": 24000, "loaded_at": now},
    )
    made = TrainingClass.objects.bulk_create(
        TrainingClass(
            batch=batch, version=version, number=n, name=f"课程（{n}班）", subject="语文", stages=["小学"], path=f"/{name}/1/语文/{n}/", seats=seats, opened_at=now
        )
        for n in range(1, classes + 1)
    )  # fmt: skip
    county = Unit.objects.get(code="B320101")
    city = Unit.objects.get(code="B3201")
    schools = list(Unit.objects.filter(parent=county).values_list("id", flat=True))
    rows = [("approve", None, city.pk, 10_000_000), ("allot", city.pk, county.pk, 10_000_000)]
    for kind, giver, taker, amount in rows:
        QuotaMovement.objects.create(batch=batch, kind=kind, giver_id=giver, taker_id=taker, amount=amount, at=now)
    if quota:
        QuotaMovement.objects.bulk_create(
            QuotaMovement(batch=batch, kind="allot", giver=county, taker_id=school, amount=quota, at=now)
            for school in schools
        )
    return Season(batch.pk, [c.pk for c in made], dict.fromkeys(schools, quota), {c.pk: seats for c in made}, county.pk)
