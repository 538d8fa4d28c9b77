"""Tutors' acts on works. A work carries `lock_version`; a mark for another version than the marker saw is refused, never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from yanxiu.access.rules import Capability, Scope
from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.homework import queries, rules
from yanxiu.homework.actions.outcome import Outcome, event
from yanxiu.homework.models import Work, WorkMark, WorkVersion
from yanxiu.homework.queries import Learner
from yanxiu.homework.queries.progress import facts_of
from yanxiu.lib import clock, text
from yanxiu.lib.decision import Decision, Reason

COMMENT_LIMIT = 2000
_UPDATED = (
    "state", "points", "criteria", "comment", "excellent", "marked_at", "marked_by", "claimed_by", "claimed_until", "revise_until", "lock_version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MarkIn:
    """`points`: one a criterion of the rubric. `lock_version`: of the work as it was read. `at`: when received; None: now."""

    work: int
    points: Sequence[int]
    lock_version: int
    comment: str = ""
    excellent: bool = False
    at: datetime | None = None


def _locked(ids: Sequence[int]) -> tuple[dict[int, Any], dict[int, Learner], dict[int, Item]]:
    latest = WorkVersion.objects.filter(work=OuterRef("pk")).order_by("-number")
    works = {
        w.pk: w
        for w in Work.objects.select_for_update(of=("self",))  # type: ignore[no-redef]
        .filter(pk__in=set(ids))
        .annotate(version_id=Subquery(latest.values("pk")[:1]))
        .order_by("pk")
    }
    learners = queries.learners({w.enrolment_id for w in works.values()})
    return works, learners, Item.objects.only("data").in_bulk({w.item_id for w in works.values()})


def _covers(scope: Scope, learner: Learner) -> tuple[bool, bool]:
    """(as tutor, as province)."""
    return scope.covers(Capability.MARK, training=learner.class_path), scope.covers(
        Capability.DECIDE_OBJECTIONS, unit=learner.school_path
    )


@transaction.atomic
def claim_work(*, by: int, scope: Scope, work: int) -> Outcome[Work]:
    """Takes a work for a while, or longer; refused while somebody else has it."""
    now = clock.now()
    works, learners, _ = _locked([work])
    row = works.get(work)
    if row is None or not any(_covers(scope, learners[row.enrolment_id])):
        return Outcome.no("out_of_scope", "S1.0")
    decision = rules.may_claim(facts=facts_of(row), marker=by, learner=learners[row.enrolment_id].person, now=now)
    if decision:
        row.claimed_by_id, row.claimed_until = by, now + timedelta(minutes=rules.CLAIM_MINUTES)
        row.save(update_fields=["claimed_by", "claimed_until"])
    return Outcome(decision, row)


@transaction.atomic
def release_work(*, by: int, work: int) -> None:
    """Gives a work back; whoever has none gives nothing."""
    Work.objects.filter(pk=work, claimed_by_id=by).update(claimed_by=None, claimed_until=None)


@transaction.atomic
def mark_works(marks: Sequence[MarkIn], *, by: int, scope: Scope) -> list[Outcome[Work]]:
    """Marks each work. Seven statements, however many.

    1. lock the works, 2. read learners and rubrics, 3. decide one by one, 4. write works, history and events.
    """
    works, learners, items = _locked([m.work for m in marks])
    now = clock.now()
    done: dict[int, Work] = {}
    history: list[WorkMark] = []
    told = []
    outcomes: list[Outcome[Work]] = []
    for one in marks:
        row = works.get(one.work)
        tutor, province = _covers(scope, learners[row.enrolment_id]) if row else (False, False)
        if row is None or not (tutor or province):
            outcomes.append(Outcome.no("out_of_scope", "S1.0"))
            continue
        at, learner, rubric = one.at or now, learners[row.enrolment_id], rules.criteria(items[row.item_id].data)
        decision = rules.may_mark(
            facts=facts_of(row),
            window=learner.batch.window,
            marker=by,
            learner=learner.person,
            as_tutor=tutor,
            as_province=province,
            lock_version=one.lock_version,
            given=one.points,
            rubric=rubric,
            now=at,
        )
        if len(one.comment) > COMMENT_LIMIT:
            decision = Decision.no(*decision.reasons, Reason("comment_too_long", "", {"limit": COMMENT_LIMIT}))
        if not decision:
            outcomes.append(Outcome(decision, row))
            continue
        before = row.points if row.state == Work.State.MARKED else None
        why = (
            "correction" if before is not None else "province" if at >= learner.batch.window.marking_ends else "marking"
        )
        _set(
            row,
            points=rules.points_of(one.points, rubric),
            criteria=list(one.points),
            comment=one.comment.strip(),
            excellent=one.excellent,
            at=at,
            by=by,
        )
        done[row.pk] = row
        history.append(_history(row, why))
        data = {
            "item": row.item_id,
            "points": row.points,
            "late": row.late,
            "excellent": row.excellent,
            "why": why,
            "before": before,
        }
        told.append(event("homework.marked", learner=learner, actor=by, subject=row.pk, at=at, data=data))
        outcomes.append(Outcome(decision, row))
    Work.objects.bulk_create(
        done.values(), update_conflicts=True, unique_fields=["id"], update_fields=_UPDATED, batch_size=1000
    )
    WorkMark.objects.bulk_create(history, batch_size=1000)
    events.record_many(told)
    return outcomes


@transaction.atomic
def return_for_revision(*, by: int, scope: Scope, work: int, comment: str, lock_version: int) -> Outcome[Work]:
    """Back to the learner, who has the policy's days and loses nothing by it."""
    now = clock.now()
    works, learners, _ = _locked([work])
    row = works.get(work)
    if row is None or not any(covers := _covers(scope, learners[row.enrolment_id])):
        return Outcome.no("out_of_scope", "S1.0")
    learner = learners[row.enrolment_id]
    until = rules.revise_until(now=now, days=learner.batch.policy.homework.revision_days, window=learner.batch.window)
    decision = rules.may_return(
        facts=facts_of(row),
        window=learner.batch.window,
        marker=by,
        learner=learner.person,
        as_tutor=covers[0],
        lock_version=lock_version,
        comment_length=text.length(comment),
        until=until,
        now=now,
    )
    if len(comment) > COMMENT_LIMIT:
        decision = Decision.no(*decision.reasons, Reason("comment_too_long", "", {"limit": COMMENT_LIMIT}))
    if not decision:
        return Outcome(decision, row)
    row.state, row.revise_until, row.comment = Work.State.RETURNED, until, comment.strip()
    row.claimed_by_id = row.claimed_until = None
    row.lock_version += 1
    row.save(update_fields=["state", "revise_until", "comment", "claimed_by", "claimed_until", "lock_version"])
    events.record_many(
        [
            event(
                "homework.returned",
                learner=learner,
                actor=by,
                subject=row.pk,
                at=now,
                data={"item": row.item_id, "until": until.isoformat()},
            )
        ]
    )
    return Outcome(decision, row)


@transaction.atomic
def raise_mark(*, by: int, work: int, points: int, comment: str, excellent: bool = False) -> Outcome[Work]:
    """By a decided objection (scoring asks who may decide): up or as it was, never down; excellent can be given, not taken."""
    now = clock.now()
    works, learners, _ = _locked([work])
    row = works.get(work)
    if row is None:
        return Outcome.no("work_unknown", "A2.4")
    learner = learners[row.enrolment_id]
    before = row.points if row.state == Work.State.MARKED else None
    decision = rules.raised(
        before=before, after=points, comment_length=text.length(comment), decider=by, learner=learner.person
    )
    if not decision:
        return Outcome(decision, row)
    excellent = excellent or row.excellent
    _set(row, points=points, criteria=row.criteria, comment=row.comment, excellent=excellent, at=now, by=by)
    row.save(update_fields=list(_UPDATED))
    mark = _history(row, "objection")
    mark.comment = comment.strip()
    mark.save()
    data = {"item": row.item_id, "points": points, "before": before, "excellent": excellent}
    events.record_many([event("homework.raised", learner=learner, actor=by, subject=row.pk, at=now, data=data)])
    return Outcome(decision, row)


def _set(row: Work, *, points: int, criteria: list[int], comment: str, excellent: bool, at: datetime, by: int) -> None:
    row.state, row.points, row.criteria, row.comment, row.excellent = (
        Work.State.MARKED,
        points,
        criteria,
        comment,
        excellent,
    )
    row.marked_at, row.marked_by_id, row.revise_until = at, by, None
    row.claimed_by_id = row.claimed_until = None
    row.lock_version += 1


def _history(row: Any, why: str) -> WorkMark:
    return WorkMark(
        work=row, version_id=row.version_id, points=row.points, criteria=row.criteria, comment=row.comment, excellent=row.excellent,
        at=row.marked_at, by_id=row.marked_by_id, why=why,
    )  # fmt: skip
