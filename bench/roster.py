"""The roster of the whole province: handed in, read, judged, applied; then the same file again. `python -m bench.roster --json [--rows 850000] [--sheet xlsx]`.

Needs a migrated, empty database at DATABASE_URL. Rows: roster (all new), roster-again (nothing changes). `wall_s` from the upload to the applied state, with
its parts; `rss_mb`: the most memory that the process held which read and applied it, as the worker does.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench._report import told  # noqa: E402
from bench._serve import cpu_of, postmaster  # noqa: E402
from yanxiu.events import actions as events  # noqa: E402
from yanxiu.lib.spreadsheets import Heading, write_csv, write_xlsx  # noqa: E402
from yanxiu.organisation.actions import roster  # noqa: E402
from yanxiu.organisation.models import Person, RosterImport  # noqa: E402
from yanxiu.season import invented, province  # noqa: E402
from yanxiu.season.building import BEGINS  # noqa: E402

HEAD = [
    Heading(name) for name in ("姓名", "身份证号", "手机号", "教师编号", "学校代码", "学段", "学科", "职称", "在岗")
]
SCHOOLS, PIECE = 12_000, 1 << 20


def lines(made: province.Province, rows: int) -> Iterator[list[str]]:
    random = Random(1)
    number = 0
    for school, size in zip(made.schools, province.staffing(random, [1] * len(made.schools), rows), strict=True):
        stage = school.stages[0]
        for _ in range(size):
            number += 1
            p = province.new_person(
                random, school, number, stage=stage, subject=random.choice(invented.SUBJECTS[stage])
            )
            yield [p.name, p.identity, p.phone, p.teacher_number or "", school.code, stage, p.subject, p.title, "是"]


def work(import_id: int) -> dict[str, float]:
    """In a process of its own, as the worker: both jobs, one after the other."""
    began = time.perf_counter()
    roster.read(import_id)
    read = time.perf_counter()
    if decision := not roster.apply(
        import_id, by=Person.objects.values_list("pk", flat=True).get(teacher_number="office900000")
    ):
        raise SystemExit(f"refused: {decision}")
    roster.carry_out(import_id)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "read_s": round(read - began, 1),
        "apply_s": round(time.perf_counter() - read, 1),
        "rss_mb": round(used.ru_maxrss / 1024, 1),
        "worker_cpu_s": round(used.ru_utime + used.ru_stime, 1),
    }


def measured(name: str, file: Path, made: province.Province, rows: int, expected: dict[str, int]) -> dict[str, Any]:
    database = postmaster()
    before = cpu_of([database]) if database else 0.0
    began = time.perf_counter()
    with open(file, "rb") as source:
        row = roster.receive(
            iter(lambda: source.read(PIECE), b""),
            name=file.name,
            kind="roster",
            unit=made.root,
            by=made.province_admin.pk,
        )
    received = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bench.roster", "--work", str(row.pk)], stdout=subprocess.PIPE, check=True, text=True
    )
    took = time.perf_counter() - began
    row = RosterImport.objects.get(pk=row.pk)
    counts = {key: n for key, n in row.counts.items() if n}
    spent = json.loads(done.stdout)
    if database:
        spent["database_cpu_s"] = round(cpu_of([database]) - before, 1)
    return {
        "name": name, "n": rows, "wall_s": round(took, 1), "receive_s": round(received - began, 1), **spent, "ops_s": round(rows / took, 1),
        "file_mb": round(file.stat().st_size / 1e6, 1), "exact": row.state == "applied" and counts == expected and Person.objects.filter(on_roster=True).count() == rows,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int, default=850_000)
    parser.add_argument("--sheet", choices=["csv", "xlsx"], default="csv")
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        sys.stdout.write(json.dumps(work(options.work)))
        return 0
    events.create_installation(mode="demo", at=BEGINS, frozen=True)
    made = province.make_units(Random(1), max(100, SCHOOLS * options.rows // 850_000))
    (made.province_admin,) = province.organisation.create_people(
        [province.new_person(Random(1), made.root, 900_000, on_roster=False)]
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"roster.{options.sheet}"
        with open(file, "wb") as target:
            (write_csv if options.sheet == "csv" else write_xlsx)(target, HEAD, lines(made, options.rows))
        results = [
            measured("roster", file, made, options.rows, {"new": options.rows}),
            measured("roster-again", file, made, options.rows, {"same": options.rows}),
        ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisation_rosterrow")
        results[-1]["rows_left"] = cursor.fetchone()[0]
    return told("roster", results)


if __name__ == "__main__":
    sys.exit(main())
