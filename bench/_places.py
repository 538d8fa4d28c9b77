"""What the rush needs: schools, teachers, a batch in its choice; and the oracle that judges afterwards, from the record of events alone."""

import hashlib
import time
from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from yanxiu.catalogue.models import Course, CourseVersion
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit
from yanxiu.places.models import QuotaMovement
from yanxiu.programme.models import Batch, PolicyVersion, Programme, TrainingClass
from yanxiu.programme.rules import load_policy

ROOT = Path(__file__).resolve().parents[1]


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


# --- the oracle ----------------------------------------------------------------------------------------------------------------


@dataclass
class Replay:
    """Events one by one: who takes what, who waits; after every act nobody may wait for whom both are free."""

    seats: dict[int, int]
    quota: dict[int, int]
    used_seats: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    used_quota: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    class_line: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    school_line: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    holding: dict[int, tuple[int, int]] = field(default_factory=dict)
    waiting: dict[int, tuple[int, int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    freed: tuple[int | None, int | None] | None = None

    def free(self, c: int, s: int) -> bool:
        return self.used_seats[c] < self.seats[c] and self.used_quota[s] < self.quota[s]

    def first(self) -> int | None:
        """The lowest number among those who can be served now, of the lines that something came free for."""
        if self.freed is None:
            return None
        c, s = self.freed
        best: int | None = None
        if c is not None and self.used_seats[c] < self.seats[c]:
            best = next((n for n, school in self.class_line[c] if self.used_quota[school] < self.quota[school]), None)
        if s is not None and self.used_quota[s] < self.quota[s]:
            other = next((n for n, cl in self.school_line[s] if self.used_seats[cl] < self.seats[cl]), None)
            best = other if best is None or (other is not None and other < best) else best
        return best

    def settled(self, where: str) -> None:
        if (n := self.first()) is not None:
            self.wrong.append(f"{where}: {n} waits though both are free")
        self.freed = None

    def take(self, kind: str, n: int, c: int, s: int) -> None:
        match kind:
            case "places.held":
                self.settled(f"before {n}")
                if not self.free(c, s):
                    self.wrong.append(f"{n} holds what was not free")
                self._hold(n, c, s)
            case "places.waited":
                self.settled(f"before {n}")
                if self.free(c, s):
                    self.wrong.append(f"{n} waits though both are free")
                self.waiting[n] = (c, s)
                insort(self.class_line[c], (n, s))
                insort(self.school_line[s], (n, c))
            case "places.moved_up":
                if self.first() != n:
                    self.wrong.append(f"{n} moved up, the first was {self.first()}")
                self._unwait(n)
                self._hold(n, c, s)
            case "places.withdrawn" | "places.returned":
                self.settled(f"before {n} leaves")
                if n in self.holding:
                    del self.holding[n]
                    self.used_seats[c] -= 1
                    self.used_quota[s] -= 1
                    self.freed = (c, s)
                else:
                    self._unwait(n)

    def grow(self, school: int, amount: int) -> None:
        self.settled("before growth")
        self.quota[school] += amount
        self.freed = (None, school)

    def _hold(self, n: int, c: int, s: int) -> None:
        self.holding[n] = (c, s)
        self.used_seats[c] += 1
        self.used_quota[s] += 1

    def _unwait(self, n: int) -> None:
        c, s = self.waiting.pop(n)
        self.class_line[c].remove((n, s))
        self.school_line[s].remove((n, c))


def judge(season: Season, acknowledged: dict[str, Any]) -> list[str]:
    """Everything that is wrong. `acknowledged`: key → (outcome, choice) that a client was told."""
    replay = Replay(dict(season.seats), dict(season.quota))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT kind, (data->>'number')::bigint, (data->>'class')::bigint, (data->>'school')::bigint, data->>'movement', (data->>'taker')::bigint,
                      (data->>'amount')::int FROM events_event WHERE batch = %s AND kind LIKE 'places.%%' ORDER BY id""",
            [season.batch],
        )
        for kind, n, c, s, _movement, taker, amount in cursor.fetchall():
            if kind == "places.quota_moved":
                replay.grow(taker, amount)
            else:
                replay.take(kind, n, c, s)
        replay.settled("at the end")
        cursor.execute(
            "SELECT number, state, training_class_id, school_id, person_id FROM places_choice WHERE batch_id = %s",
            [season.batch],
        )
        rows = cursor.fetchall()
        stored = {n: (c, s) for n, state, c, s, _ in rows if state in ("holding", "enrolled")}
        if stored != replay.holding:
            replay.wrong.append("the places stored are not those of the record")
        live = [p for _, state, _, _, p in rows if state in ("holding", "waiting", "enrolled")]
        if len(live) != len(set(live)):
            replay.wrong.append("somebody has two live choices")
        cursor.execute(
            "SELECT key::text, answer->>'outcome', (answer->>'choice')::bigint FROM places_placerequest WHERE batch_id = %s",
            [season.batch],
        )
        answers = {key: (outcome, choice) for key, outcome, choice in cursor.fetchall()}
        lost = [key for key, told in acknowledged.items() if answers.get(key) != told]
        if lost:
            replay.wrong.append(f"{len(lost)} answers are not what is stored")
        cursor.execute("SELECT id, used FROM programme_trainingclass WHERE batch_id = %s", [season.batch])
        if any(replay.used_seats[c] != used for c, used in cursor.fetchall()):
            replay.wrong.append("seats counted wrongly")
    return replay.wrong
