"""A batch's certificates, in the background, in steps of a few hundred; each step is whole by itself, so a run may break off and go on.

1. Lock the batch: numbers are drawn under it and stored in the same transaction, so they run without gaps.
2. Take the next results that are final and passed and have no certificate.
3. Look up every printed character in the fonts; a name that cannot be printed stops here, says so, and takes no number.
4. Write certificates, events and the progress.
"""

from typing import Any

from django.db import transaction
from django.db.models import F, Max
from procrastinate.contrib.django import app

from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.organisation.models import Person
from yanxiu.programme.models import Batch
from yanxiu.recognition import drawing, queries, rules
from yanxiu.recognition.models import Certificate, IssueRun
from yanxiu.scoring.models import Result

CHUNK = 500


@transaction.atomic
def issue_batch(*, batch: Batch, by: Person | None, wait: bool = False) -> IssueRun:
    """The run that issues all that is due; the one that is under way, if there is one. `wait`: carried out before it returns (demo, tests)."""
    Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    run = IssueRun.objects.filter(batch=batch, finished_at=None).first()
    if run is None:
        run = IssueRun.objects.create(batch=batch, by=by, at=clock.now(), total=queries.due(batch).count())
        if not wait:
            app.configure_task("recognition.carry_out", queue="certificates").defer(run_id=run.pk)
    if wait:
        carry_out(run.pk)
        run.refresh_from_db()
    return run


def carry_out(run_id: int) -> None:
    after = 0
    while (last := _issue_some(run_id, after)) is not None:
        after = last


def _issue_some(run_id: int, after: int) -> int | None:
    with transaction.atomic():
        # The batch before the run, as issue_batch does.
        batch_id = IssueRun.objects.values_list("batch_id", flat=True).get(pk=run_id)
        batch = Batch.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(pk=batch_id)
        run = IssueRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.finished_at:
            return None
        rows = list(
            queries.due(batch)
            .filter(pk__gt=after)
            .select_related(
                "policy",
                "enrolment__person",
                "enrolment__school",
                "enrolment__training_class__version",
                "enrolment__batch",
            )[:CHUNK]
        )
        if not rows:
            _finish(run, batch)
            return None
        _write(run, batch, rows)
        return rows[-1].pk


def _write(run: IssueRun, batch: Batch, rows: list[Result]) -> None:
    now, known = clock.now(), drawing.known_characters()
    serial = Certificate.objects.filter(batch=batch).aggregate(last=Max("serial"))["last"] or 0
    made: list[Certificate] = []
    stopped: list[dict[str, Any]] = [
        row for row in run.stopped if row["enrolment"] not in {r.enrolment_id for r in rows}
    ]
    for result in rows:
        number = rules.number_of(batch.programme.code, batch.number, serial + 1)
        record = queries.record(result, number)
        if missing := rules.missing_glyphs(rules.printed(record), known):
            stopped.append({"enrolment": result.enrolment_id, "name": record["name"], "missing": missing})
            continue
        serial += 1
        made.append(
            Certificate(
                enrolment_id=result.enrolment_id,
                batch=batch,
                serial=serial,
                number=number,
                code=rules.new_code(),
                record=record,
                issued_at=now,
            )
        )
    made = Certificate.objects.bulk_create(made)
    IssueRun.objects.filter(pk=run.pk).update(done=F("done") + len(made), stopped=stopped)
    enrolments = {r.enrolment_id: r for r in rows}
    events.record_many(
        tell("recognition.issued", c, enrolments[c.enrolment_id].enrolment, actor=run.by_id, data={"number": c.number})
        for c in made
    )


def _finish(run: IssueRun, batch: Batch) -> None:
    now = clock.now()
    IssueRun.objects.filter(pk=run.pk).update(finished_at=now)
    path = f"/{batch.programme.code}/{batch.number}/"
    data = {"run": run.pk, "issued": run.done, "stopped": len(run.stopped)}
    events.record(
        "recognition.run_finished",
        at=now,
        actor=run.by_id,
        training_path=path,
        batch=batch.pk,
        subject_id=run.pk,
        data=data,
    )


def tell(kind: str, certificate: Certificate, enrolment: Any, *, actor: int | None, data: dict[str, Any]) -> Event:
    return Event(
        kind=kind,
        at=clock.now(),
        actor=actor,
        person=enrolment.person_id,
        unit_path=enrolment.school_path,
        training_path=enrolment.class_path,
        batch=enrolment.batch_id,
        subject_id=certificate.pk,
        policy=enrolment.policy_id,
        data=data,
    )
