"""Attempts at quizzes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.homework import queries, rules
from yanxiu.homework.actions.outcome import Outcome, event
from yanxiu.homework.models import QuizAttempt
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason

_UPDATED = ("saved", "submitted_at", "points", "out_of", "marked", "key")


@dataclass(frozen=True, slots=True)
class AttemptIn:
    """One attempt handed in. `answers`: place of the question as text → letter, letters, bool or text.

    `person`: who acts; only the learner can. `number`: of the attempt that the page showed; None: the open one, or a new one.
    `at`: when the request was received; None: now.
    """

    person: int
    enrolment: int
    item: int
    answers: Mapping[str, Any]
    number: int | None = None
    key: UUID | None = None
    at: datetime | None = None


@transaction.atomic
def start_attempt(*, person: int, enrolment: int, item: int) -> Outcome[QuizAttempt]:
    """Opens an attempt, or gives the open one."""
    now = clock.now()
    learner = queries.learners([enrolment], lock=True).get(enrolment)
    found = _items([item]).get(item)
    if learner is None or learner.person != person or found is None or found.version_id != learner.version:
        return Outcome.no("quiz_unknown", "T2.2")
    attempts = _attempts([enrolment], [item])[enrolment, item]
    decision = rules.may_start(queries.quiz_facts(learner, attempts), now)
    open_one = next((a for a in attempts if a.submitted_at is None), None)
    if not decision or open_one:
        return Outcome(decision, open_one)
    made = QuizAttempt.objects.create(enrolment_id=enrolment, item_id=item, number=len(attempts) + 1, started_at=now)
    return Outcome(decision, made)


@transaction.atomic
def save_answers(*, person: int, attempt: int, answers: Mapping[str, Any]) -> Outcome[QuizAttempt]:
    """Autosave of an open attempt."""
    row = (
        QuizAttempt.objects.select_for_update(of=("self",))
        .filter(pk=attempt, enrolment__person_id=person)
        .select_related("item")
        .first()
    )
    if row is None:
        return Outcome.no("quiz_unknown", "T2.2")
    if row.submitted_at:
        return Outcome(Decision.no(Reason("attempt_closed", "A2.2", {"number": row.number})), row)
    decision = rules.may_save(
        queries.quiz_facts(queries.learners([row.enrolment_id])[row.enrolment_id], []), clock.now()
    )
    if decision:
        row.saved = rules.clean(rules.questions(row.item.data), answers)
        row.save(update_fields=["saved"])
    return Outcome(decision, row)


@transaction.atomic
def submit_attempts(handed: Sequence[AttemptIn]) -> list[Outcome[QuizAttempt]]:
    """Marks and stores each attempt. Seven statements, however many.

    1. lock the learners, 2. read items and attempts, 3. decide and mark one by one, 4. write attempts and events.
    """
    learners = queries.learners({a.enrolment for a in handed}, lock=True)
    items = _items({a.item for a in handed})
    attempts = _attempts(learners, items, {a.key for a in handed if a.key})
    pressed = {(a.enrolment_id, a.key): a for rows in attempts.values() for a in rows if a.key}
    asked = {pk: rules.questions(item.data) for pk, item in items.items()}
    now = clock.now()
    written: list[QuizAttempt] = []
    outcomes: list[Outcome[QuizAttempt]] = []
    for one in handed:
        learner, item = learners.get(one.enrolment), items.get(one.item)
        if learner is None or item is None or learner.person != one.person or item.version_id != learner.version:
            outcomes.append(Outcome.no("quiz_unknown", "T2.2"))
            continue
        mine = attempts[one.enrolment, one.item]
        answers = rules.clean(asked[one.item], one.answers)
        if (before := _answered(one, pressed, answers)) is not None:
            outcomes.append(before)
            continue
        at = one.at or now
        decision = rules.may_submit(queries.quiz_facts(learner, mine), at)
        open_one = next((a for a in mine if a.submitted_at is None), None)
        number = open_one.number if open_one else len(mine) + 1
        if decision and one.number is not None and one.number != number:
            decision = Decision.no(Reason("attempt_closed", "A2.2", {"number": one.number}))
        if not decision:
            outcomes.append(Outcome(decision, open_one))
            continue
        row = open_one or QuizAttempt(enrolment_id=one.enrolment, item_id=one.item, number=number, started_at=at)
        marked = rules.mark(asked[one.item], answers)
        row.saved, row.submitted_at, row.key = answers, at, one.key
        row.points, row.out_of, row.marked = marked.total, marked.out_of, list(marked.points)
        if open_one is None:
            mine.append(row)
        if one.key:
            pressed[one.enrolment, one.key] = row
        written.append(row)
        outcomes.append(Outcome(decision, row))
    QuizAttempt.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["enrolment", "item", "number"],
        update_fields=_UPDATED,
        batch_size=1000,
    )
    events.record_many(
        event(
            "homework.quiz_submitted",
            learner=learners[row.enrolment_id],
            actor=learners[row.enrolment_id].person,
            subject=row.pk,
            at=row.submitted_at or now,
            data={
                "item": row.item_id,
                "number": row.number,
                "points": row.points,
                "out_of": row.out_of,
                "first": row.number == 1,
            },
        )
        for row in written
    )
    return outcomes


def _answered(
    one: AttemptIn, pressed: Mapping[tuple[int, UUID], QuizAttempt], answers: Mapping[str, Any]
) -> Outcome[QuizAttempt] | None:
    """The same press again: the stored answer; with other answers a conflict."""
    row = pressed.get((one.enrolment, one.key)) if one.key else None
    if row is None:
        return None
    if row.item_id == one.item and row.saved == answers:
        return Outcome(Decision.yes(), row, again=True)
    return Outcome(Decision.no(Reason("key_conflict")), row)


def _items(ids: Sequence[int] | set[int]) -> dict[int, Item]:
    return {
        item.pk: item
        for item in Item.objects.filter(pk__in=ids, kind=Item.Kind.QUIZ).only("version_id", "kind", "data")
    }


def _attempts(enrolments: Any, items: Any, keys: Any = ()) -> dict[tuple[int, int], list[QuizAttempt]]:
    """All of these learners at these quizzes, in order; and what was handed in under these keys."""
    found: dict[tuple[int, int], list[QuizAttempt]] = defaultdict(list)
    rows = QuizAttempt.objects.filter(
        Q(item_id__in=list(items)) | Q(key__in=list(keys)), enrolment_id__in=list(enrolments)
    )
    for attempt in rows.order_by("number"):
        found[attempt.enrolment_id, attempt.item_id].append(attempt)
    return found
