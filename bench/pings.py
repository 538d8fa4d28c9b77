"""Learning reports through the gate. `python -m bench.pings --json [--only pings] [--rounds 3]`.

Needs a migrated, empty database at DATABASE_URL that syncs to disk (`run.py bench pings` makes one). The client runs on the same cores.
Rows: pings (as fast as it goes), pings-evening (each learner every 15 s on schedule, pages read and a roster imported beside it),
pings-course (three hundred learn the whole course by the act alone: what is stored a learner and hour).
`bound_ops_s`: the same request, sign-in check and parsing, answered without the act. `wal_bytes_per_op` is counted from a checkpoint on.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from bench import _client, _evening  # noqa: E402
from bench._learners import Learner, Players, alive, whole_course, world  # noqa: E402
from bench._report import figures, measured, times, told  # noqa: E402
from bench._seconds import Oracle  # noqa: E402
from bench._serve import Server, cpu_of, postmaster  # noqa: E402
from launch.serve import WEB  # noqa: E402
from yanxiu.lib.secrets import sign_claim  # noqa: E402

CONNECTIONS, BUSY, EACH = 256, 10_000, 4  # learners of `pings`, reports of each in a round
MINUTE, EVERY, PAGES, ROWS = (
    60,
    15,
    30,
    50_000,
)  # the evening: seconds, a report each, pages a second, rows of the roster


@dataclass(slots=True)
class Sent:
    person: int
    report: dict[str, Any]
    request: bytes


class Pings:
    def __init__(self, learners: int, seed: int) -> None:
        began = time.perf_counter()
        self.world = world(learners, classes=60, schools=max(1, learners // 20))
        print(f"{learners} learners after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        self.players, self.oracle = Players(self.world, seed), Oracle(self.world)
        expires = int(time.time()) + 6 * 3600
        self.cookies = {
            x.person: sign_claim(
                {"person": x.person, "account": x.person, "appointment": None, "epoch": 0, "exp": expires},
                settings.CLAIM_KEY,
            )
            for x in self.world.learners
        }
        self.stream, self.bound = Server("config.stream:app"), Server("bench._bound:app")
        self.database = postmaster()
        self.listed = 0  # teachers in the rosters so far

    def stop(self) -> None:
        self.stream.stop()
        self.bound.stop()

    def reports(self, learners: list[Learner], each: int) -> list[Sent]:
        """In rounds over all learners, so that nobody has two under way."""
        made = []
        for _ in range(each):
            for learner in learners:
                report = self.players.next(learner)
                body = json.dumps({"reports": [report]}, separators=(",", ":")).encode()
                made.append(
                    Sent(
                        learner.person,
                        report,
                        _client.post("/hot/report", body, self.cookies[learner.person], self.stream.port),
                    )
                )
        return made

    def pings(self) -> dict[str, Any]:
        alive(self.world.learners[:BUSY])
        sent = self.reports(self.world.learners[:BUSY], EACH)
        some = sent[:10_000]
        bound = asyncio.run(_client.run(self.bound.port, _requests(some), len(some), CONNECTIONS))
        watched = [self.stream.process.pid, *([self.database] if self.database else [])]
        wal = _wal(checkpoint=True)
        before = cpu_of(watched)
        took = asyncio.run(_client.run(self.stream.port, _requests(sent), len(sent), CONNECTIONS))
        spent = cpu_of(watched) - before
        row = self.row(sent, took, spent, bound)
        return row | {"wal_bytes_per_op": (_wal() - wal) / len(sent)}

    def evening(self) -> dict[str, Any]:
        """On schedule. The bound is not asked: the rate is the learners'."""
        alive(self.world.learners)
        sent = self.reports(self.world.learners, MINUTE // EVERY)
        web = Server("config.wsgi:application", health="/", more=WEB)
        try:
            looks = _evening.pages(self.world, web.port)
            looks = [looks[n % len(looks)] for n in range(PAGES * MINUTE)]
            asyncio.run(_client.run(web.port, enumerate(looks[:100]), 100, 4))
            # The stream connects with its first list; what is reported twice is credited once.
            asyncio.run(_client.run(self.stream.port, _requests(sent[:1]), 1, 1))
            watched = [self.stream.process.pid, *_backends()]
            roster = _evening.Roster(self.world, ROWS, first=self.listed)
            self.listed += ROWS
            before = cpu_of(watched)
            roster.start()
            took, seen = asyncio.run(self.minute(sent, web.port, looks))
            spent = cpu_of(watched) - before
            beside = roster.end()
        finally:
            web.stop()
        n, pages = len(looks), times(seen.seconds)
        wrong = sum(status != 200 for status, _ in seen.answers)
        beside |= {
            "pages_s": n / seen.wall,
            "pages_p50_ms": pages["p50_ms"],
            "pages_p99_ms": pages["p99_ms"],
            "pages_wrong": wrong,
        }
        return self.row(sent, took, spent, None) | beside

    async def minute(self, sent: list[Sent], web: int, looks: list[bytes]) -> tuple[_client.Took, _client.Took]:
        before = time.process_time()
        took, seen = await asyncio.gather(
            _client.on_schedule(
                self.stream.port, list(_requests(sent)), len(sent) / MINUTE, CONNECTIONS, whose=[x.person for x in sent]
            ),
            _client.on_schedule(web, list(enumerate(looks)), PAGES, 32),
        )
        took.cpu = time.process_time() - before
        return took, seen

    def row(self, sent: list[Sent], took: _client.Took, spent: float, bound: _client.Took | None) -> dict[str, Any]:
        wrong = []
        for one, (status, _body) in zip(sent, took.answers, strict=True):
            if status == 200:
                self.oracle.heard(one.person, one.report)
        if unanswered := sum(status != 200 for status, _ in took.answers):
            wrong.append(f"{unanswered} were not answered")
        wrong += self.oracle.judge()
        for line in wrong[:5]:
            print("  wrong:", line, file=sys.stderr)
        return figures(
            took.seconds, n=len(sent), wall=took.wall, cpu=spent, client=took.cpu, bound=bound, exact=not wrong
        )


def _requests(sent: list[Sent]) -> Iterator[tuple[int, bytes]]:
    return enumerate(one.request for one in sent)


def _backends() -> list[int]:
    """Of the stream process, so that the pages' and the import's share of the database is not counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'stream'")
        return [pid for (pid,) in cursor.fetchall() if os.path.exists(f"/proc/{pid}")]


def _wal(*, checkpoint: bool = False) -> int:
    with connection.cursor() as cursor:
        if checkpoint:
            cursor.execute("CHECKPOINT")
        cursor.execute("SELECT (pg_current_wal_lsn() - '0/0')::bigint")
        return int(cursor.fetchone()[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (always)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="names, separated by commas")
    parser.add_argument("--learners", type=int, default=30_000, help="fewer for a quick look; the goals are for 30,000")
    parser.add_argument("--seed", type=int, default=20230304)
    options = parser.parse_args()
    acts = {"pings": Pings.pings, "pings-evening": Pings.evening, "pings-course": lambda bench: whole_course(bench.world, 300)}  # fmt: skip
    names = [n for n in acts if not options.only or n in options.only.split(",")]
    bench = Pings(options.learners, options.seed)
    results: list[dict[str, Any]] = []
    try:
        for name in names:
            # What is stored of a course is the same each time.
            results.append(measured(name, partial(acts[name], bench), 1 if name == "pings-course" else options.rounds))
    finally:
        bench.stop()
    return told("pings", results)


if __name__ == "__main__":
    sys.exit(main())
