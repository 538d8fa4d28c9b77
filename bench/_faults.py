"""The faults and the crowd around them. Django is set up when this is imported (see faults.py)."""

import argparse
import asyncio
import os
import random
import resource
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.conf import settings
from django.db import connection

from bench import _client
from bench._crowd import Heard, Learner, Line, Press, choosers, insist
from bench._crowded import Crowded
from bench._oracle import judge
from bench._places import Season, people, season
from bench._platform import Platform
from yanxiu.catalogue.models import CourseVersion, Item
from yanxiu.lib.secrets import sign_claim
from yanxiu.places import actions

RATE = 400  # choosers a second
FILM = 2700
_DEFER = "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'yanxiu.events.jobs.react_to', 0, NULL, NULL, '{\"events\": []}'::jsonb, NULL::timestamptz)]::procrastinate_job_to_defer_v1[]))"


class Faults(Crowded):
    def __init__(self, platform: Platform, options: argparse.Namespace) -> None:
        self.platform, self.options = platform, options
        self.random = random.Random(options.seed)
        self.url = os.environ["DATABASE_URL"]
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        learners = (options.rounds + 4) * options.learners
        everybody = people(options.choosers + learners, (options.choosers + learners) // 20)
        self.crowd, rest = everybody[: options.choosers], everybody[options.choosers :]
        self.learners = self._enrolled(rest)
        self.turn: dict[str, int] = {}

    def _enrolled(self, persons: list[int]) -> list[Learner]:
        """Enrolled by their schools before the start; then the start is four days ago."""
        s = season(classes=1, seats=len(persons), quota=25)
        by_school: dict[int, list[int]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT school_id, array_agg(id ORDER BY id) FROM organisation_person WHERE id = ANY(%s) GROUP BY 1",
                [persons],
            )
            by_school = dict(cursor.fetchall())
        for school, members in by_school.items():
            if not all(
                a.ok
                for a in actions.enrol(batch=s.batch, school=school, rows=[(p, s.classes[0]) for p in members], by=None)
            ):
                raise RuntimeError("a learner could not be enrolled")
        version = CourseVersion.objects.get(course__slug="bench")
        film = Item.objects.create(version=version, key="film", chapter=1, chapter_title="第一章", position=1, kind="video", title="视频", seconds=FILM)  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE programme_batch SET starts = now() - interval '4 days', first_day = current_date - 4 WHERE id = %s",
                [s.batch],
            )
            cursor.execute(
                "SELECT person_id, id FROM places_enrolment WHERE batch_id = %s ORDER BY person_id", [s.batch]
            )
            return [Learner(person, enrolment, self.cookie(person), film.pk) for person, enrolment in cursor.fetchall()]

    def cookie(self, person: int) -> str:
        claim = {
            "person": person,
            "account": person,
            "appointment": None,
            "epoch": 0,
            "exp": int(time.time()) + 6 * 3600,
        }
        return sign_claim(claim, settings.CLAIM_KEY)

    # --- the crowd

    def rush(self, choosing: int | None = None) -> tuple[Season, list[Press]]:
        """A third finds the quota of the school used up, half of the rest the class full."""
        crowd = self.random.sample(self.crowd, choosing or len(self.crowd))
        s = season(classes=4, seats=max(2, len(crowd) // 10), quota=13)
        presses = []
        for person in crowd:
            key = str(UUID(int=self.random.getrandbits(128), version=4))
            payload = {"batch": s.batch, "training_class": self.random.choice(s.classes), "key": key, "change": False}
            presses.append(Press(key, self.post("/hot/choose", orjson.dumps(payload), person)))
        return s, presses

    def post(self, path: str, body: bytes, person: int) -> bytes:
        return _client.post(path, body, self.cookie(person), self.platform.port)

    def playing(self) -> list[Learner]:
        """Others every few faults: after twenty minutes they would be asked whether they are there."""
        n = self.turn["playing"] = self.turn.get("playing", -1) + 1
        first = n // 4 * self.options.learners % len(self.learners)
        return self.learners[first : first + self.options.learners]

    async def under(self, fault: Callable[[list[Press], Heard], Awaitable[float]], *, lines: int = 128, choosing: int | None = None) -> dict[str, Any]:  # fmt: skip
        """The crowd chooses and learns; in the midst of it the fault, which says after how long its part was back; then the oracles."""
        s, presses = self.rush(choosing)
        heard, reports, stop = Heard(), Heard(), asyncio.Event()
        players = self.playing()
        learning = [asyncio.create_task(one.learn(self.platform.port, reports, stop)) for one in players]
        rushing = asyncio.create_task(choosers(self.platform.port, presses, heard, rate=RATE, lines=lines))
        while len(heard.acknowledged) < len(presses) // 5:
            await asyncio.sleep(0.02)
        back = await fault(presses, heard)
        await rushing
        stop.set()
        await asyncio.gather(*learning)
        wrong = heard.wrong + reports.wrong + self._judged(s, heard, players)
        if len(heard.acknowledged) != len(presses):
            wrong.append(f"{len(presses) - len(heard.acknowledged)} choosers without an answer")
        asked = len(presses) + sum(reports.statuses.values())
        return {
            "back_s": back,
            "longest_s": max(heard.seconds),
            "asked": asked,
            "again": heard.again + reports.again,
            "wrong": wrong,
        }

    @staticmethod
    def _judged(s: Season, heard: Heard, players: list[Learner]) -> list[str]:
        connection.close()  # It may be one of before the fault.
        wrong = judge(s, heard.acknowledged)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT enrolment_id, seconds FROM learning_learnertime WHERE enrolment_id = ANY(%s)",
                [[p.enrolment for p in players]],
            )
            stored = dict(cursor.fetchall())
        for player in players:
            if stored.get(player.enrolment, 0) != player.played:
                wrong.append(f"credited {stored.get(player.enrolment)} s, played {player.played} s")
        return wrong

    # --- killed and restarted

    async def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> dict[str, Any]:
        async def fault(presses: list[Press], heard: Heard) -> float:
            was, began = self.platform.of(part), time.monotonic()
            self.platform.kill(part, number)
            while any(self.platform.pids().get(name, pid) == pid for name, pid in was.items()):
                await asyncio.sleep(0.02)
            done = next(p for p in presses if p.key in heard.acknowledged)
            if part in ("database", "stream"):
                await insist(Line(self.platform.port), done.request, Heard())
            if part in ("database", "web"):
                await self.page_of(200)
            if part == "worker":
                await asyncio.to_thread(self.job)
            return time.monotonic() - began

        return await self.under(fault)

    def job(self, *, seconds: float = 90) -> None:
        """A job that is deferred now is done."""
        until = time.monotonic() + seconds
        with psycopg.connect(self.url, autocommit=True) as db:
            (number,) = db.execute(_DEFER).fetchone() or (0,)
            while time.monotonic() < until:
                if db.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [number]).fetchone() in (
                    ("succeeded",),
                    None,
                ):
                    return
                time.sleep(0.05)
        raise RuntimeError("the worker does no job")
