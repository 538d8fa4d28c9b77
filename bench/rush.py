"""The opening minute: choices through the gate. `python -m bench.rush --json [--only choose-hot] [--rounds 3]`.

Needs a migrated, empty database at DATABASE_URL that syncs to disk (`run.py bench rush` makes one). The client runs on the same cores.
Rows: choose-hot, choose-spread, churn, lists, lists-page, herd, open-half, front, sign-in. `bound_ops_s`: the same request, sign-in check and parsing, answered
without the act; for front through the same front.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from bench import _client  # noqa: E402
from bench._lists import by_school, offices, one_by_one  # noqa: E402
from bench._oracle import judge, told_by  # noqa: E402
from bench._places import Season, people, season  # noqa: E402
from bench._report import figures, measured, told  # noqa: E402
from bench._serve import Front, Server, cpu_of, postmaster  # noqa: E402
from bench._sign_in import Morning  # noqa: E402
from yanxiu.lib.secrets import sign_claim  # noqa: E402
from yanxiu.places import actions  # noqa: E402
from yanxiu.places.models import Choice  # noqa: E402

TEACHERS, SCHOOLS, CONNECTIONS = 20_000, 1_000, 256


@dataclass
class Press:
    key: str
    request: bytes


class Rush:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.people = people(TEACHERS, SCHOOLS)
        expires = int(time.time()) + 6 * 3600
        self.cookies = {
            p: sign_claim(
                {"person": p, "account": p, "appointment": None, "epoch": 0, "exp": expires}, settings.CLAIM_KEY
            )
            for p in self.people
        }
        self.stream, self.bound = Server("config.stream:app"), Server("bench._bound:app")
        self.database = postmaster()
        self.morning: Morning | None = None

    def stop(self) -> None:
        if self.morning is not None:
            self.morning.stop()
        self.stream.stop()
        self.bound.stop()

    def key(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def choose(
        self,
        s: Season,
        person: int,
        training_class: int,
        key: str | None = None,
        change: bool = False,
        port: int | None = None,
    ) -> Press:
        key = key or self.key()
        body = json.dumps({"batch": s.batch, "training_class": training_class, "key": key, "change": change}).encode()
        return Press(key, _client.post("/hot/choose", body, self.cookies[person], port or self.stream.port))

    def withdraw(self, s: Season, person: int) -> Press:
        key = self.key()
        return Press(
            key,
            _client.post(
                "/hot/withdraw",
                json.dumps({"batch": s.batch, "key": key}).encode(),
                self.cookies[person],
                self.stream.port,
            ),
        )

    # --- one round -----------------------------------------------------------------------------------------------------------

    def measure(
        self,
        s: Season,
        presses: list[Press],
        *,
        connections: int = CONNECTIONS,
        bound: bool = True,
        beside: Callable[[], None] | None = None,
        fronts: tuple[Front, Front] | None = None,
    ) -> dict[str, Any]:
        """`fronts`: before the stream and before the bound."""
        total = len(presses)
        least: _client.Took | None = None
        port, bound_port = (f.port for f in fronts) if fronts else (self.stream.port, self.bound.port)
        if bound:
            some = presses[: min(total, 10_000)]
            least = asyncio.run(_client.run(bound_port, enumerate(p.request for p in some), len(some), CONNECTIONS))
        watched = [
            self.stream.process.pid,
            *([self.database] if self.database else []),
            *([fronts[0].process.pid] if fronts else []),
        ]
        before = cpu_of(watched)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(beside) if beside else None
            took = asyncio.run(_client.run(port, enumerate(p.request for p in presses), total, connections))
            if running:
                running.result()
        spent = cpu_of(watched) - before
        return self.row(s, presses, took, spent, least)

    def row(
        self, s: Season, presses: list[Press], took: _client.Took, spent: float, bound: _client.Took | None
    ) -> dict[str, Any]:
        acknowledged = {}
        for press, (status, body) in zip(presses, took.answers, strict=True):
            if status == 200:
                acknowledged[press.key] = told_by(json.loads(body))
        wrong = judge(s, acknowledged)
        if unanswered := sum(status != 200 for status, _ in took.answers):
            wrong.append(f"{unanswered} were not answered")
        for line in wrong[:5]:
            print("  wrong:", line, file=sys.stderr)
        return figures(
            took.seconds, n=len(presses), wall=took.wall, cpu=spent, client=took.cpu, bound=bound, exact=not wrong
        )

    # --- scenarios --------------------------------------------------------------------------------------------------------------

    def choose_hot(self) -> dict[str, Any]:
        s = season(classes=1, seats=TEACHERS // 4, quota=TEACHERS // SCHOOLS)
        return self.measure(s, [self.choose(s, p, s.classes[0]) for p in self.shuffled()])

    def choose_spread(self) -> dict[str, Any]:
        s, presses = self.spread()
        return self.measure(s, presses)

    def spread(self) -> tuple[Season, list[Press]]:
        """500 classes, the n-th chosen in proportion to 1/n; a third of the choosers find their school's quota used up."""
        s = season(classes=500, seats=400, quota=TEACHERS // SCHOOLS * 2 // 3)
        wanted = self.random.choices(s.classes, [1 / n for n in range(1, 501)], k=TEACHERS)
        return s, [self.choose(s, p, c) for p, c in zip(self.shuffled(), wanted, strict=True)]

    def churn(self) -> dict[str, Any]:
        """Choices, changes, withdrawals, repeats with the same key. Beside them offices enrol, return, allot and move quota. The line moves all the time."""
        s = season(classes=20, seats=TEACHERS // 100, quota=3)
        crowd = self.shuffled()[: TEACHERS // 2]
        presses = [self.choose(s, p, self.random.choice(s.classes)) for p in crowd]
        for p in crowd:
            kind = self.random.random()
            if kind < 0.45:
                presses.append(self.withdraw(s, p))
            elif kind < 0.75:
                presses.append(self.choose(s, p, self.random.choice(s.classes), change=True))
            else:
                presses.append(self.random.choice(presses[: TEACHERS // 2]))
        return self.measure(s, presses, beside=lambda: self.offices(s))

    def offices(self, s: Season) -> None:
        """What schools and the county do meanwhile, by the same act over Django's connection."""
        schools = list(s.quota)
        try:
            for _ in range(40):
                school, other = self.random.sample(schools, 2)
                actions.move_quota(batch=s.batch, movements=[("allot", s.county, school, 1)], by=None)
                actions.move_quota(batch=s.batch, movements=[("move", other, school, 1)], by=None)
                holds = list(
                    Choice.objects.filter(batch=s.batch, school=school, state="holding").values_list(
                        "person_id", flat=True
                    )[:3]
                )
                if holds:
                    actions.enrol(batch=s.batch, school=school, rows=[(p, None) for p in holds], by=None)
                    actions.return_enrolment(batch=s.batch, school=school, person=holds[0], reason="教师调离", by=None)
        finally:
            connection.close()

    def lists(self) -> dict[str, Any]:
        """Each school enrols 30 who chose nothing, by one press; counted as enrolments, the bound's requests too. The seconds are a list's."""
        s = season(classes=10, seats=TEACHERS, quota=TEACHERS // SCHOOLS)
        lists = by_school(s, self.people)
        admins = offices(list(lists))
        expires, presses = int(time.time()) + 6 * 3600, []
        for school, rows in lists.items():
            person, appointment = admins[school]
            who = {"person": person, "account": person, "appointment": appointment, "epoch": 0, "exp": expires}
            key, training_class = self.key(), rows[0][1]
            body = {"batch": s.batch, "school": school, "persons": [p for p, _ in rows], "training_class": training_class, "key": key}  # fmt: skip
            cookie = sign_claim(who, settings.CLAIM_KEY)
            presses.append(Press(key, _client.post("/hot/enrol", json.dumps(body).encode(), cookie, self.stream.port)))
        row = self.measure(s, presses)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM places_enrolment WHERE batch_id = %s", [s.batch])
            done = cursor.fetchone()[0]
        each = sum(map(len, lists.values())) / len(presses)
        for name, factor in {"ops_s": each, "bound_ops_s": each, "cpu_ms_per_op": 1 / each, "client_cpu_ms_per_op": 1 / each}.items():  # fmt: skip
            row[name] *= factor
        return {**row, "n": done, "exact": row["exact"] and done == sum(map(len, lists.values()))}

    def lists_page(self) -> dict[str, Any]:
        """The same as the school's page does it: a list a transaction over Django's connection, messages and figures in it."""
        s = season(classes=10, seats=TEACHERS, quota=TEACHERS // SCHOOLS)
        some = dict(list(by_school(s, self.people).items())[:50])
        return one_by_one(s, some, self.database)

    def herd(self) -> dict[str, Any]:
        s = season(classes=1, seats=TEACHERS // 4, quota=TEACHERS // SCHOOLS)
        return self.measure(
            s, [self.choose(s, p, s.classes[0]) for p in self.shuffled()], connections=4000, bound=False
        )

    def open_half(self, rate: float) -> dict[str, Any]:
        """On schedule at half the rate of choose-spread in the same run."""
        s, presses = self.spread()
        watched = [self.stream.process.pid, *([self.database] if self.database else [])]
        before = cpu_of(watched)
        took = asyncio.run(
            _client.on_schedule(self.stream.port, list(enumerate(p.request for p in presses)), rate, CONNECTIONS)
        )
        return self.row(s, presses, took, cpu_of(watched) - before, None)

    def front(self) -> dict[str, Any]:
        """choose-spread through the public port, and its bound too."""
        s, presses = self.spread()
        fronts = Front(stream=self.stream.port), Front(stream=self.bound.port)
        try:
            return self.measure(s, presses, fronts=fronts)
        finally:
            for one in fronts:
                one.stop()

    def sign_in(self) -> dict[str, Any]:
        if self.morning is None:
            self.morning = Morning(self.people, self.stream.port)
        return self.morning.round(self.database)

    def shuffled(self) -> list[int]:
        return self.random.sample(self.people, len(self.people))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (always)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="names, separated by commas")
    parser.add_argument("--teachers", type=int, default=20_000, help="fewer for a quick look; the goals are for 20,000")
    parser.add_argument("--seed", type=int, default=20230304)
    options = parser.parse_args()
    global TEACHERS, SCHOOLS
    TEACHERS, SCHOOLS = options.teachers, options.teachers // 30
    rush = Rush(options.seed)
    names = ["choose-hot", "choose-spread", "churn", "lists", "lists-page", "herd", "open-half", "front", "sign-in"]
    names = [n for n in names if not options.only or n in options.only.split(",")]
    results: list[dict[str, Any]] = []
    try:
        for name in names:
            act: Callable[[], dict[str, Any]] = getattr(rush, name.replace("-", "_"))
            if name == "open-half":
                half = next((r["ops_s"] for r in results if r["name"] == "choose-spread"), 4000.0) / 2
                act = lambda half=half: rush.open_half(half)  # noqa: E731
            results.append(measured(name, act, options.rounds))
    finally:
        rush.stop()
    return told("rush", results)


if __name__ == "__main__":
    sys.exit(main())
