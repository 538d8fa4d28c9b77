"""`manage.py rehearse`: whole batches played by scripted people on a scratch database, judged after each by an independent oracle."""

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from yanxiu.events import queries as events
from yanxiu.monitoring import actions as monitoring
from yanxiu.season import building
from yanxiu.season.oracle import judge
from yanxiu.season.play import BatchRun, Script, play

COUNTS = {
    "choices": "SELECT count(*) FROM places_choice",
    "enrolments": "SELECT count(*) FROM places_enrolment",
    "returned": "SELECT count(*) FROM places_enrolment WHERE state = 'returned'",
    "replaced": "SELECT count(*) FROM places_enrolment WHERE state = 'replaced'",
    "waited": "SELECT count(DISTINCT subject_id) FROM events_event WHERE kind = 'places.moved_up'",
    "learners": "SELECT count(*) FROM places_enrolment WHERE state = 'standing'",
    "hours": "SELECT coalesce(sum(seconds), 0) / 2400 FROM learning_learnertime",
    "quizzes": "SELECT count(*) FROM homework_quizattempt",
    "works": "SELECT count(*) FROM homework_workversion",
    "posts": "SELECT count(*) FROM forum_post",
    "results": "SELECT count(*) FROM scoring_result",
    "passed": "SELECT count(*) FROM scoring_result WHERE passed",
    "objections": "SELECT count(*) FROM scoring_objection",
    "certificates": "SELECT count(*) FROM recognition_certificate",
    "events": "SELECT count(*) FROM events_event",
}


class Command(BaseCommand):
    help = "Plays N batches of M learners through the platform's own acts and has every number recomputed by an independent oracle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batches", type=int, default=1, help="how many batches, 1 to 9")
        parser.add_argument("--learners", type=int, default=100, help="learners a batch")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if events.installation() is not None:
            raise CommandError("rehearse needs an empty database: run.py rehearse makes one")
        batches, learners = options["batches"], options["learners"]
        if not 1 <= batches <= 9 or not 1 <= learners <= 5000:
            raise CommandError("--batches 1 to 9, --learners 1 to 5000")
        began = time.monotonic()

        def say(text: str) -> None:
            self.stderr.write(f"  {time.monotonic() - began:6.1f} s  {text}")

        script = Script(batches=tuple(range(1, batches + 1)), learners=learners)
        # Each batch takes up to half as many again as it seats (who waits, who comes to nothing), and nobody twice.
        teachers = max(600, 2 * learners * (batches + 1))
        played = building.season(
            policy=building.POLICIES / "S20230304.toml",
            script=script,
            seed=options["seed"],
            schools=120,
            teachers=teachers,
            say=say,
            real_courses=False,
        )
        violations: list[str] = []
        judged: list[dict[str, Any]] = []

        def after(run: BatchRun) -> None:
            found = judge(played.diary, run.batch.pk)
            found += [f"recount: {d.table} {d.row}: kept {d.kept}, counted {d.counted}" for d in monitoring.recount()]
            violations.extend(f"batch {run.batch.number}: {v}" for v in found)
            judged.append({"batch": run.batch.number, "learners": len(run.enrolments), "violations": len(found)})
            say(f"batch {run.batch.number}: {len(run.enrolments)} learners judged, {len(found)} violations")

        play(played, after_batch=after)
        with connection.cursor() as cursor:
            counts = {}
            for name, sql in COUNTS.items():
                cursor.execute(sql)
                counts[name] = int(cursor.fetchone()[0])
        ok = not violations and len(judged) == batches
        answer = {
            "ok": ok, "batches": judged, "counts": counts, "violations": violations[:200], "seconds": round(time.monotonic() - began, 1), "seed": options["seed"],
        }  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        if not ok:
            sys.exit(1)
