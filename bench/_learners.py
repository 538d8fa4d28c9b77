"""What the reports need: learners of running classes, their sessions, honest and crooked reports. Who adds up what was sent: _seconds.py."""

import hashlib
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from bench._places import clock_at, people
from yanxiu.catalogue.models import Course, CourseVersion, Item
from yanxiu.events import actions as events
from yanxiu.events.groups import run
from yanxiu.learning.actions.hot import Opening, Reports, learn
from yanxiu.learning.rules import Report, Start
from yanxiu.lib import clock
from yanxiu.organisation.models import Unit
from yanxiu.places import actions as places
from yanxiu.places.models import QuotaMovement
from yanxiu.programme.models import Batch, PolicyVersion, Programme, TrainingClass
from yanxiu.programme.rules import load_policy

ROOT = Path(__file__).resolve().parents[1]
FILMS, FILM, TEXTS, CHARACTERS = 8, 2700, 4, 3000  # a text of 3,000 characters is worth 600 s
WORTH = 600
BEHIND = (
    1560  # seconds that a session is old when the reports begin: below the half hour after which they come too late
)
NOW = datetime(2023, 9, 5, 20, 14, tzinfo=clock.SHANGHAI)


@dataclass(slots=True)
class Learner:
    person: int
    enrolment: int
    session: str
    ready: int = 0  # seconds of the film played so far
    sent: int = 0
    kind: str = "film"


@dataclass
class World:
    learners: list[Learner]
    films: list[int]
    texts: list[int]
    county: int
    batch: int
    last: dict[int, dict[str, Any]] = field(default_factory=dict)


def world(learners: int, *, classes: int, schools: int) -> World:
    """Everybody enrolled by lists of their school, in a batch in its fifth day; sessions are `BEHIND` seconds old."""
    starts = NOW - timedelta(days=4, hours=20, minutes=14)
    clock_at(starts - timedelta(days=2))
    persons = people(learners, schools)
    batch, made, films, texts = _batch(classes, starts, seats=learners)
    county = Unit.objects.get(code="B320101")
    units = list(Unit.objects.filter(parent=county).values_list("id", flat=True))
    now, city = clock.now(), county.parent_id
    QuotaMovement.objects.create(batch=batch, kind="approve", giver_id=None, taker_id=city, amount=learners * 2, at=now)
    QuotaMovement.objects.create(
        batch=batch, kind="allot", giver_id=city, taker_id=county.pk, amount=learners * 2, at=now
    )
    QuotaMovement.objects.bulk_create(
        QuotaMovement(batch=batch, kind="allot", giver=county, taker_id=u, amount=learners // schools + 1, at=now)
        for u in units
    )
    by_school: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, school_id FROM organisation_person WHERE id = ANY(%s) ORDER BY id", [persons])
        for person, school in cursor.fetchall():
            by_school[school].append(person)
    for n, (school, members) in enumerate(by_school.items()):
        rows = [(p, made[(n + i) % classes]) for i, p in enumerate(members)]
        if not all(a.ok for a in places.enrol(batch=batch.pk, school=school, rows=rows, by=None)):
            raise RuntimeError("a learner could not be enrolled")
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, id FROM places_enrolment WHERE batch_id = %s ORDER BY person_id", [batch.pk])
        enrolments = dict(cursor.fetchall())
    events.move_clock(NOW - timedelta(seconds=BEHIND))
    chance = random.Random(learners)
    found = [Learner(p, enrolments[p], str(UUID(int=chance.getrandbits(128), version=4))) for p in persons]
    for n, learner in enumerate(found):
        learner.kind = "text" if n % 10 == 3 else "greedy" if n % 100 == 7 else "film"
    open_sessions(found)
    events.move_clock(NOW)
    with connection.cursor() as cursor:
        # As autovacuum would have done by now; nothing is known yet about the tables that are still empty.
        cursor.execute(
            "ANALYZE organisation_person, places_enrolment, learning_learningmeter, monitoring_learnerfigures, monitoring_unitfigures"
        )
    return World(found, films, texts, county.pk, batch.pk)


def open_sessions(learners: list[Learner]) -> None:
    for first in range(0, len(learners), 500):
        some = learners[first : first + 500]
        starts = [Opening(Start(x.person, x.enrolment, x.session, take_over=True)) for x in some]
        if not all(outcome.decision for outcome in run(learn(starts))):
            raise RuntimeError("a session was not opened")


def alive(learners: list[Learner]) -> None:
    """A sign of life of every session: however slow the machine, no report of what follows comes too late."""
    for first in range(0, len(learners), 500):
        run(learn([Reports(x.person, [Report(x.person, x.session)]) for x in learners[first : first + 500]]))


def whole_course(world: World, learners: int, *, step: int = 100, together: int = 20) -> dict[str, Any]:
    """How much it takes to keep: some learn the whole course, in lists of a few as they come in an evening, in tables of their own. Ends what the tables held before.

    What an evening left behind is tidied first: an autovacuum of it holds a snapshot, behind which old versions of rows stay; a third more then
    that the next evening uses again.
    """
    tables = ["learning_itemtime", "learning_learnertime", "learning_learningmeter", "learning_endedsession"]
    some, began, chance = world.learners[:learners], time.perf_counter(), random.Random(learners)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
    open_sessions(some)
    material = [(item, FILM) for item in world.films] + [(item, WORTH) for item in world.texts]
    played = 0
    for item, length in material:
        for start in range(0, length, step):
            played += step
            events.move_clock(clock.now() + timedelta(seconds=step))
            span = (start, start + step, None) if item in world.films else (played - step, played, None)
            made = [Report(x.person, x.session, item, (span,), answers=(played - 1) // 1200) for x in some]
            chance.shuffle(made)
            for first in range(0, learners, together):
                run(learn([Reports(r.person, [r]) for r in made[first : first + together]]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(seconds), max(seconds) FROM learning_learnertime")
        exact = cursor.fetchone() == (learners, played, played)
        cursor.execute("SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(%s::text[]) t", [tables])
        size = int(cursor.fetchone()[0])
    n = learners * played // step
    return {
        "ops_s": n / (time.perf_counter() - began),
        "exact": exact,
        "n": n,
        "bytes_per_learner_hour": size / (learners * played / 3600),
    }


def _batch(classes: int, starts: datetime, *, seats: int) -> tuple[Batch, list[int], list[int], list[int]]:
    loaded = load_policy(ROOT / "policies" / "S20230304.toml")
    now, day = clock.now(), timedelta(days=1)
    programme = Programme.objects.create(code="BENCH", series="BENCH", year=2023, name="BENCH")
    policy = PolicyVersion.objects.create(
        programme=programme, number=1, text=loaded.canonical_json, sha256=loaded.sha256, at=now
    )
    batch = Batch.objects.create(
        programme=programme, policy=policy, number=1, first_day=starts.date(), last_day=(starts + 19 * day).date(), choice_opens=now - day,
        enrolment_opens=now - day, starts=starts, work_due=starts + 15 * day, ends=starts + 20 * day, marking_ends=starts + 27 * day,
        objections_end=starts + 32 * day,
    )  # fmt: skip
    course = Course.objects.create(slug="bench", title="课程", subject="语文", stages=["小学"])
    version = CourseVersion.objects.create(
        course=course, number=1, sha256=hashlib.sha256(b"bench").hexdigest(), title="课程", summary="", seconds=24_000, loaded_at=now
    )  # fmt: skip
    items = Item.objects.bulk_create(
        Item(
            version=version, key=f"{kind}-{n}", chapter=n, chapter_title=f"第{n}章", position=n, kind=kind, title=f"{kind}{n}", body="<p>课文</p>",
            seconds=FILM if kind == "video" else WORTH, characters=0 if kind == "video" else CHARACTERS,
        )
        for n, kind in enumerate(["video"] * FILMS + ["text"] * TEXTS, 1)
    )  # fmt: skip
    made = TrainingClass.objects.bulk_create(
        TrainingClass(
            batch=batch, version=version, number=n, name=f"课程（{n}班）", subject="语文", stages=["小学"], path=f"/BENCH/1/语文/{n}/", seats=seats, opened_at=now
        )
        for n in range(1, classes + 1)
    )  # fmt: skip
    return (
        batch,
        [c.pk for c in made],
        [i.pk for i in items if i.kind == "video"],
        [i.pk for i in items if i.kind == "text"],
    )


class Players:
    """The next report of a learner, as a player would send it. One in ten reads; one in a hundred claims far more than a presence check allows."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, random.Random(seed)

    def next(self, learner: Learner) -> dict[str, Any]:
        w, chance = self.world, self.random.random()
        if learner.person in w.last and chance < 0.03:
            return w.last[learner.person]  # the answer was lost on the way: sent again
        if learner.kind == "text":
            a = learner.ready
            learner.ready = a + 15
            body = {
                "session": learner.session,
                "answers": 0,
                "item": w.texts[learner.person % TEXTS],
                "spans": [[a, a + 15]],
                "skipped": [],
            }
        else:
            step = 400 if learner.kind == "greedy" else 15
            a = max(0, learner.ready - (7 if chance > 0.97 else 0))  # watched twice
            b = learner.ready + step
            learner.ready = b + (20 if 0.9 < chance < 0.92 else 0)  # a jump forward
            item = w.films[(learner.person + b // FILM) % FILMS]
            a, b = a % FILM, (b - 1) % FILM + 1
            if a >= b:
                a = 0
            spans = [[a, b, 1000 * (BEHIND - 60)]]
            if 0.94 < chance < 0.96 and b - a > 8:
                spans = [[a, a + 4, 1000 * (BEHIND - 90)], [a + 4, b, 1000 * (BEHIND - 60)]]
            body = {
                "session": learner.session,
                "answers": 0,
                "item": item,
                "spans": spans,
                "skipped": [],
                "position": b,
            }
        learner.sent += 1
        w.last[learner.person] = body
        return body
