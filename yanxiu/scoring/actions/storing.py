"""Results into the database, thousands in one statement."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.scoring import rules
from yanxiu.scoring.models import Result

CHUNK = 2000


def summary(assessment: rules.Assessment) -> dict[str, Any]:
    """What a record of a mark keeps, exact as text."""
    return {
        "total": str(assessment.total),
        "parts": {part.name: str(part.shown) for part in assessment.parts},
        "passed": assessment.passed,
        "honours": assessment.honours,
    }


def summary_of(result: Result) -> dict[str, Any]:
    return {
        "total": None if result.total is None else str(result.total),
        "parts": result.parts,
        "passed": result.passed,
        "honours": result.honours,
    }


def put(rows: Sequence[tuple[Result, rules.Evidence, rules.Assessment]], *, marked_at: datetime) -> None:
    """Writes evidence and marks of results that are locked. `waiting` assessments become PENDING, the others MARKED. `objections_end` as on the row."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("id", "state", "evidence", "parts", "total", "passed", "honours", "objections_end")
    }
    for result, evidence, assessment in rows:
        done = not assessment.waiting
        found = summary(assessment)
        columns["id"].append(result.pk)
        columns["state"].append(Result.State.MARKED.value if done else Result.State.PENDING.value)
        columns["evidence"].append(json.dumps(evidence.to_json(), ensure_ascii=False))
        columns["parts"].append(json.dumps(found["parts"]))
        columns["total"].append(assessment.total if done else None)
        columns["passed"].append(assessment.passed if done else None)
        columns["honours"].append(assessment.honours if done else None)
        columns["objections_end"].append(result.objections_end if done else None)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE scoring_result AS r
               SET state = v.state, evidence = v.evidence::jsonb, parts = v.parts::jsonb, total = v.total, passed = v.passed, honours = v.honours,
                   objections_end = v.objections_end, marked_at = CASE WHEN v.state = 'marked' THEN %s END
              FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::boolean[], %s::boolean[], %s::timestamptz[])
                AS v (id, state, evidence, parts, total, passed, honours, objections_end)
             WHERE r.id = v.id
            """,
            [marked_at, *columns.values()],
        )


def tell(
    kind: str, results: Sequence[Result], data: Sequence[dict[str, Any]], *, at: datetime, actor: int | None = None
) -> None:
    """One event a learner. The results carry their enrolment."""
    events.record_many(
        Event(
            kind=kind,
            at=at,
            actor=actor,
            person=result.enrolment.person_id,
            unit_path=result.enrolment.school_path,
            training_path=result.enrolment.class_path,
            batch=result.enrolment.batch_id,
            subject_id=result.pk,
            data=row,
            policy=result.policy_id,
        )
        for result, row in zip(results, data, strict=True)
    )
