"""Roster imports: a file is read into rows, judged by SQL, shown, and applied by one act. Memory does not grow with the file.

1. `receive` keeps the file and defers the reading.   2. `read` (job): rows are checked one by one (rules), sealed, and go in by COPY, chunk by chunk.
3. `_judge`: one SQL each: repeated in the file, whom the identity number names, what differs, who is gone.   4. `apply` (by a person), `carry_out` (job):
judged anew in the same transaction; when the outcome is another than shown, it is shown again instead.

Events: organisation.roster_received {import, kind} · organisation.roster_applied {import, counts} · organisation.moved, organisation.gone, organisation.changed a person.
"""

import hashlib
import itertools
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app

from yanxiu.events import actions as events
from yanxiu.lib import clock, identity, spreadsheets, text
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation import queries, rules
from yanxiu.organisation.actions import roster_sql
from yanxiu.organisation.actions.pieces import PIECE, Pace
from yanxiu.organisation.models import RosterImport, RosterRow, Unit
from yanxiu.organisation.queries.roster import RAW

LEFT_BEHIND, GIVEN_UP = 3600, 24 * 3600  # seconds
COLUMNS = (
    "roster_import_id", "number", "outcome", "name", "name_key", "name_grams", "identity_sealed", "identity_hash", "identity_mask", "phone_sealed",
    "phone_hash", "phone_mask", "teacher_number", "school_id", "stage", "subject", "title", "on_duty", "fields", "problems", "raw_sealed",
)  # fmt: skip
COPY = f"COPY organisation_rosterrow ({', '.join(COLUMNS)}) FROM STDIN"


def receive(
    source: Iterator[bytes],
    *,
    name: str,
    kind: str,
    unit: Unit,
    complete: bool = False,
    series: str = "",
    year: int | None = None,
    by: int | None,
) -> RosterImport:
    """Keeps the file until it has been read. The file first, then the row and the job in one transaction."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"roster-{uuid.uuid4().hex}"
    digest = hashlib.sha256()
    with open(path, "xb") as file:
        for piece in source:
            digest.update(piece)
            file.write(piece)
    with transaction.atomic():
        row = RosterImport.objects.create(
            kind=kind, unit=unit, unit_path=unit.path, complete=complete and kind == "roster", series=series, year=year, file_sha256=digest.hexdigest(),
            file_name=name[:200], file_path=path.name, by_id=by, at=clock.now(),
        )  # fmt: skip
        events.record(
            "organisation.roster_received",
            actor=by,
            unit_path=unit.path,
            subject_id=row.pk,
            data={"import": row.pk, "kind": kind},
        )
        app.configure_task("organisation.read_roster", queue="imports").defer(import_id=row.pk)
    return row


def read(import_id: int) -> None:
    """Idempotent: begins anew when it was broken off. Each chunk is its own transaction, so that the page sees it grow."""
    row = RosterImport.objects.get(pk=import_id)
    if row.state != "reading":
        return
    RosterRow.objects.filter(roster_import=row).delete()
    path = Path(settings.MEDIA_ROOT) / "incoming" / row.file_path
    try:
        with open(path, "rb") as file:
            _read_rows(row, file)
    except (spreadsheets.SheetRefused, FileNotFoundError) as error:
        problem = (
            error.problem
            if isinstance(error, spreadsheets.SheetRefused)
            else spreadsheets.SheetProblem(code="file_gone")
        )
        row.problem = {"code": problem.code, "value": problem.value, "row": problem.row, "column": problem.column}
        row.state = "failed"
        row.save(update_fields=["problem", "state"])
        RosterRow.objects.filter(roster_import=row).delete()
    path.unlink(missing_ok=True)


def _read_rows(row: RosterImport, file: IO[bytes]) -> None:
    sheet = spreadsheets.read(file, rules.columns(row.kind))
    row.head = [[key, name] for key, name in sheet.found.items()]
    row.save(update_fields=["head"])
    inside = dict(
        Unit.objects.filter(path__startswith=row.unit_path, level="school", closed_on=None).values_list("code", "pk")
    )
    foreign = frozenset(
        Unit.objects.filter(level="school").exclude(path__startswith=row.unit_path).values_list("code", flat=True)
    )
    today, count, pace = clock.today(), 0, Pace()
    keys = list(sheet.found)
    while True:
        with pace.piece(), transaction.atomic(), connection.cursor() as cursor:
            chunk = list(itertools.islice(sheet.rows, PIECE))
            if not chunk:
                break
            with cursor.copy(COPY) as copy:
                for cells in chunk:
                    lost = any(
                        p.code == "number_lost_digits" and p.column == sheet.found.get("identity")
                        for p in cells.problems
                    )
                    line = rules.read_line(
                        cells.number, cells.values, inside, foreign, today=today, kind=row.kind, lost=lost
                    )
                    copy.write_row(_staged(row.pk, line, cells.values, keys))
            count += len(chunk)
            RosterImport.objects.filter(pk=row.pk).update(progress=count)
    with transaction.atomic():
        row.counts = _judge(row)
        row.progress, row.state = count, "preview"
        row.save(update_fields=["counts", "progress", "state"])


def _staged(import_id: int, line: rules.RosterLine, values: dict[str, str], keys: list[str]) -> tuple[Any, ...]:
    number, phone, refused = line.identity, line.phone, bool(line.problems)
    key, grams = ("", "{}") if refused else written(line.name)
    raw = queries.seal(orjson.dumps([values[key] for key in keys]).decode(), RAW) if refused else None
    return (
        import_id, line.number, "refused" if refused else "", line.name[:120], key, grams,
        queries.seal(number, queries.IDENTITY) if number and not refused else None, queries.identity_hash(number) if number else None,
        identity.mask(number) if number else "", queries.seal(phone, queries.PHONE) if phone and not refused else None,
        queries.phone_hash(phone) if phone else None, identity.mask_phone(phone) if phone else "", line.teacher_number, line.school, line.stage,
        line.subject, line.title, line.on_duty, "[]", orjson.dumps([p.to_json() for p in line.problems]).decode(), raw,
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def written(name: str) -> tuple[str, str]:
    """Sort key, and grams as an array's text: they hold letters, digits and Han only. Many teachers share a name."""
    return text.pinyin_key(name)[:240], "{" + ",".join(f'"{gram}"' for gram in text.bigrams(name)) + "}"


def _judge(row: RosterImport) -> dict[str, int]:
    """What each row will do, as the tables stand now. Runs again before the rows are applied."""
    values: dict[str, Any] = {
        "import": row.pk, "below": row.unit_path.replace("_", r"\_") + "%", "complete": row.complete, "series": row.series, "year": row.year,
        "province": row.unit.level == "province",
    }  # fmt: skip
    with connection.cursor() as cursor:
        if row.progress > 20_000 or row.state == "reading":
            # A plan made for an almost empty table would join hundreds of thousands of rows one by one.
            cursor.execute(f"ANALYZE organisation_rosterrow ({', '.join(roster_sql.PLANNED_BY)})")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL jit = off")
        _run(roster_sql.JUDGE[row.kind], values)
        cursor.execute(
            "SELECT outcome, count(*) FROM organisation_rosterrow WHERE roster_import_id = %s GROUP BY 1", [row.pk]
        )
        counts = dict(cursor.fetchall())
    return {outcome: counts.get(outcome, 0) for outcome in ("new", "changed", "moved", "gone", "same", "refused")}


def _run(statements: Sequence[str], values: dict[str, Any]) -> None:
    pace = None
    with connection.cursor() as cursor:
        for statement in statements:
            if "%(first)s" not in statement:
                cursor.execute(statement, values)
                continue
            if pace is None:
                cursor.execute(roster_sql.REACH, values)
                (first, last), pace = cursor.fetchone(), Pace()
            pace.run(statement, values, first=first, last=last)


@transaction.atomic
def apply(import_id: int, *, by: int) -> Decision:
    """The one act of a person. What is to be done is done by the job, so that the page can be left."""
    row = RosterImport.objects.select_for_update().get(pk=import_id)
    if row.state != "preview":
        return Decision.no(Reason("changed_meanwhile"))
    row.state, row.by_id = "applying", by
    row.save(update_fields=["state", "by"])
    app.configure_task("organisation.apply_roster", queue="imports").defer(import_id=row.pk)
    return Decision.yes()


@transaction.atomic
def carry_out(import_id: int) -> None:
    """All or nothing. Two imports at once wait for each other: they may name the same people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [roster_sql.LOCK])
    row = RosterImport.objects.select_for_update().select_related("unit").get(pk=import_id)
    if row.state != "applying":
        return
    shown = row.counts
    row.counts = _judge(row)
    if row.counts != shown:
        # Somebody else changed people in between: what was agreed to is not what would happen.
        row.state = "preview"
        row.save(update_fields=["counts", "state"])
        return
    now = clock.now()
    _run(
        roster_sql.APPLY[row.kind],
        {"import": row.pk, "now": now, "series": row.series, "year": row.year, "listed": rules.LISTED},
    )
    roster_sql.record_people(row, now)
    row.state, row.applied_at = "applied", now
    row.save(update_fields=["state", "applied_at"])
    counts = {outcome: count for outcome, count in row.counts.items() if count}
    events.record(
        "organisation.roster_applied",
        actor=row.by_id,
        unit_path=row.unit_path,
        subject_id=row.pk,
        data={"import": row.pk, "counts": counts},
    )


def sweep(now: datetime) -> int:
    """Files of uploads and readings that broke off: one that no reading waits for goes after an hour, one whose reading never ended after a day,
    and its import says so. By real time: the domain's may have jumped. Returns files removed."""
    waiting = set(RosterImport.objects.filter(state="reading").values_list("file_path", flat=True))
    removed = 0
    for path in (Path(settings.MEDIA_ROOT) / "incoming").glob("roster-*"):
        with suppress(FileNotFoundError):  # read and removed meanwhile
            age = clock.real_now().timestamp() - path.stat().st_mtime
            if age < (GIVEN_UP if path.name in waiting else LEFT_BEHIND):
                continue
            path.unlink()
            removed += 1
            left = RosterImport.objects.filter(state="reading", file_path=path.name)
            left.update(state="failed", problem={"code": "file_gone", "value": "", "row": 0, "column": ""})
    return removed


@transaction.atomic
def discard(import_id: int, *, by: int) -> Decision:
    """A preview that is not wanted: its rows go, nothing else happened."""
    row = RosterImport.objects.select_for_update().get(pk=import_id)
    if row.state not in ("preview", "failed"):
        return Decision.no(Reason("changed_meanwhile"))
    RosterRow.objects.filter(roster_import=row).delete()
    events.record(
        "organisation.roster_discarded",
        actor=by,
        unit_path=row.unit_path,
        subject_id=row.pk,
        data={"import": row.pk, "kind": row.kind},
    )
    row.delete()
    return Decision.yes()
