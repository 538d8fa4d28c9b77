"""Marks and certificates of the batches that are over, by the product's own rules on the evidence; figures from the facts; the record of it all."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import orjson
from django.db import transaction

from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.monitoring import actions as monitoring
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import Batch
from yanxiu.programme.queries import policy
from yanxiu.recognition import drawing, queries
from yanxiu.recognition import rules as recognition
from yanxiu.recognition.models import IssueRun
from yanxiu.scoring import rules
from yanxiu.scoring.models import Result
from yanxiu.season.sizes import bulk

RESULT = (
    "id", "enrolment_id", "state", "evidence", "parts", "total", "passed", "honours", "evidence_at", "marked_at", "final_at", "objections_end",
    "policy_id",
)  # fmt: skip
CERTIFICATE = ("enrolment_id", "batch_id", "serial", "number", "code", "record", "issued_at", "revoked_reason")


def result_row(pk: int, batch: Batch, enrolment: int, evidence: rules.Evidence) -> tuple[Any, ...]:
    """As the three freezes leave it: final, or waiting for a mark."""
    mark = rules.assess(policy(batch.policy), evidence)
    frozen = orjson.dumps(evidence.to_json()).decode()
    parts = orjson.dumps({part.name: str(part.shown) for part in mark.parts}).decode()
    at = batch.ends + timedelta(minutes=policy(batch.policy).time.late_minutes)
    if mark.waiting:
        return pk, enrolment, "pending", frozen, parts, None, None, None, at, None, None, None, batch.policy_id
    return (
        pk, enrolment, "final", frozen, parts, mark.total, mark.passed, mark.honours, at, batch.marking_ends, batch.objections_end,
        batch.objections_end, batch.policy_id,
    )  # fmt: skip


def certificates(batch: Batch, random: Random, by: int) -> int:
    """For all that are final and passed, as the issuing run writes them; a name that the fonts lack stops there. Codes come from the seed here."""
    known, now = drawing.known_characters(), clock.now()
    due = queries.due(batch).select_related(
        "policy", "enrolment__person", "enrolment__school", "enrolment__training_class__version", "enrolment__batch__programme"
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    stopped: list[dict[str, Any]] = []
    for result in due.iterator(chunk_size=2000):
        number = recognition.number_of(batch.programme.code, batch.number, len(rows) + 1)
        record = queries.record(result, number)
        if missing := recognition.missing_glyphs(recognition.printed(record), known):
            stopped.append({"enrolment": result.enrolment_id, "name": record["name"], "missing": missing})
            continue
        code = "".join(random.choices(recognition.ALPHABET, k=recognition.CODE_LENGTH))
        rows.append(
            (result.enrolment_id, batch.pk, len(rows) + 1, number, code, orjson.dumps(record).decode(), now, "")
        )
    with bulk.bare("recognition_certificate"):
        bulk.copy("recognition_certificate", CERTIFICATE, rows)
        run = IssueRun.objects.create(
            batch=batch,
            by_id=by,
            at=now,
            total=len(rows) + len(stopped),
            done=len(rows),
            stopped=stopped,
            finished_at=now,
        )
        events.record(
            "recognition.run_finished", actor=by, training_path=f"/{batch.programme.code}/{batch.number}/", batch=batch.pk, subject_id=run.pk,
            data={"run": run.pk, "issued": run.done, "stopped": len(stopped)},
        )  # fmt: skip
    return len(rows)


def close(batch: Batch) -> None:
    """What the sweeps would have left on the batch's row, so that they find nothing to do."""
    now = clock.now()
    if batch.starts <= now:
        Batch.objects.filter(pk=batch.pk).update(lapsed_at=batch.starts)
    if batch.marking_ends > now:
        return
    pending = Result.objects.filter(enrolment__batch=batch, state=Result.State.PENDING).exists()
    frozen = batch.ends + timedelta(minutes=policy(batch.policy).time.late_minutes)
    Batch.objects.filter(pk=batch.pk).update(
        evidence_frozen_at=frozen,
        marks_frozen_at=batch.marking_ends,
        final_at=None if pending else batch.objections_end,
    )
    with transaction.atomic():
        events.record(
            "scoring.evidence_frozen", at=frozen, training_path=f"/{batch.programme.code}/{batch.number}/", batch=batch.pk, policy=batch.policy_id,
            data={"enrolments": Enrolment.objects.filter(batch=batch, state="standing").count()},
        )  # fmt: skip


# The record of what was written by COPY: kind, when, who acted, about which row, with which data. `e` is the enrolment, `c` the choice.
_PLACE = "jsonb_build_object('number', c.number, 'class', c.training_class_id, 'school', c.school_id{more})"
_CHOICE = "c.person_id, c.school_path, k.path, c.batch_id, c.id, {data}, c.policy_id FROM places_choice c JOIN programme_trainingclass k ON k.id = c.training_class_id"
_LEARNER = (
    "e.person_id, e.school_path, e.class_path, e.batch_id, {subject}, {data}, e.policy_id FROM places_enrolment e"
)
_OF = "JOIN {table} x ON x.enrolment_id = e.id"


def _choice(kind: str, at: str, actor: str, where: str, more: str = "") -> str:
    return f"SELECT '{kind}', {at}, {actor}, " + _CHOICE.format(data=_PLACE.format(more=more)) + f" {where}"


def _learner(kind: str, at: str, actor: str, table: str, data: str, subject: str = "x.id", where: str = "") -> str:
    return (
        f"SELECT '{kind}', {at}, {actor}, "
        + _LEARNER.format(subject=subject, data=data)
        + " "
        + _OF.format(table=table)
        + " "
        + where
    )


RECORD = (
    """SELECT 'places.quota_moved', m.at, m.by_id, NULL::bigint, u.path, '', m.batch_id, m.taker_id,
              jsonb_build_object('movement', m.kind, 'giver', m.giver_id, 'taker', m.taker_id, 'amount', m.amount), b.policy_id
         FROM places_quotamovement m JOIN organisation_unit u ON u.id = m.taker_id JOIN programme_batch b ON b.id = m.batch_id WHERE m.kind = 'allot'""",
    _choice("places.held", "c.at", "c.person_id", ""),
    _choice("places.withdrawn", "c.changed_at", "c.person_id", "WHERE c.state = 'withdrawn'"),
    _choice("places.lapsed", "c.changed_at", "NULL", "WHERE c.state = 'lapsed'"),
    _choice("places.returned", "c.changed_at", "NULL", "WHERE c.state = 'returned'", ", 'reason', c.reason"),
    _choice(
        "places.enrolled", "e.at", "e.by_id", "JOIN places_enrolment e ON e.choice_id = c.id", ", 'enrolment', e.id, 'replaces', NULL"
    ),
    _learner("learning.started", "x.first_at", "e.person_id", "learning_learnertime", "jsonb_build_object('enrolment', e.id)", "e.id"),
    _learner(
        "learning.reached", "x.last_at", "e.person_id", "learning_learnertime", "jsonb_build_object('enrolment', e.id, 'seconds', x.seconds)", "e.id",
        "WHERE x.seconds >= 24000",
    ),
    _learner(
        "homework.quiz_submitted", "x.submitted_at", "e.person_id", "homework_quizattempt",
        "jsonb_build_object('item', x.item_id, 'number', x.number, 'points', x.points, 'out_of', x.out_of, 'first', x.number = 1)",
    ),
    _learner(
        "homework.submitted", "x.submitted_at", "e.person_id", "homework_work",
        "jsonb_build_object('item', x.item_id, 'version', 1, 'late', x.late, 'first', true, 'characters', v.characters)",
        where="JOIN homework_workversion v ON v.work_id = x.id",
    ),
    _learner(
        "homework.marked", "x.marked_at", "x.marked_by_id", "homework_work",
        "jsonb_build_object('item', x.item_id, 'points', x.points, 'late', x.late, 'excellent', x.excellent, 'why', 'marking', 'before', NULL)",
        where="WHERE x.state = 'marked'",
    ),
    _learner(
        "forum.posted", "x.at", "x.author_id", "forum_post",
        "jsonb_build_object('reply', x.thread_id IS NOT NULL, 'thread', x.thread_id, 'item', x.item_id, 'verdict', x.verdict, 'length', x.length)",
    ),
    _learner(
        "scoring.marked", "x.marked_at", "NULL", "scoring_result",
        "jsonb_build_object('total', x.total::text, 'passed', x.passed, 'honours', x.honours, 'late', false)", where="WHERE x.state = 'final'",
    ),
    _learner(
        "scoring.final", "x.final_at", "NULL", "scoring_result",
        "jsonb_build_object('total', x.total::text, 'passed', x.passed, 'honours', x.honours)", where="WHERE x.state = 'final'",
    ),
    _learner("recognition.issued", "x.issued_at", "NULL", "recognition_certificate", "jsonb_build_object('number', x.number)"),
)  # fmt: skip


def record() -> int:
    """Every event that the acts would have recorded up to now, in the order of their time. Returns how many."""
    whole = " UNION ALL ".join(RECORD)
    with bulk.bare("events_event"):
        return bulk.run(
            f"""INSERT INTO events_event (kind, at, actor, person, unit_path, training_path, batch, subject_id, data, policy)
            SELECT r.* FROM ({whole}) AS r (kind, at, actor, person, unit_path, training_path, batch, subject_id, data, policy)
             ORDER BY r.at, r.kind, r.subject_id"""
        )


def figures(enrolments: Sequence[int]) -> None:
    """From the facts, as after every act."""
    with bulk.bare("monitoring_learnerfigures"):
        monitoring.refresh(enrolments)
