"""Quota plans: draft, submit, decide, reopen. An approval writes movements through the same act as every other movement of quota.

Events (subject: the plan; unit_path: the office): places.plan_saved {asked} · places.plan_submitted {asked} · places.plan_approved {approved}
· places.plan_returned {reason} · places.plan_reopened {until, reason} · places.plan_reminder {days}
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum

from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Unit
from yanxiu.places.actions import seats
from yanxiu.places.models import QuotaMovement, QuotaPlan, QuotaPlanLine
from yanxiu.places.rules import plans as rules
from yanxiu.places.rules import values as v
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch, Programme
from yanxiu.programme.rules import plan_closes


class _NotAll(Exception):
    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


@transaction.atomic
def save_plan(
    *,
    programme: int,
    unit: int,
    asked: Mapping[int, int],
    by: int | None,
    note: str = "",
    lock_version: int | None = None,
) -> Decision:
    """`asked`: batch → number; batches left out keep what they had. `lock_version` as read, so that two drafters do not overwrite each other."""
    plan, facts, batches = _open(programme, unit)
    against = list(rules.editing(facts, asked, batches, clock.now()))
    if lock_version is not None and plan.lock_version != lock_version:
        against.append(Reason("changed_meanwhile"))
    if against:
        return Decision.no(*against)
    for batch, number in asked.items():
        QuotaPlanLine.objects.update_or_create(plan=plan, batch_id=batch, defaults={"asked": number})
    plan.note, plan.state, plan.lock_version = note or plan.note, QuotaPlan.State.DRAFT, plan.lock_version + 1
    plan.save()
    _record("places.plan_saved", plan, by, {"asked": {str(b): n for b, n in asked.items()}})
    return Decision.yes()


@transaction.atomic
def submit_plan(*, programme: int, unit: int, by: int | None) -> Decision:
    plan, facts, batches = _open(programme, unit)
    asked = dict(plan.lines.values_list("batch_id", "asked"))
    if against := list(rules.submitting(facts, asked, batches, clock.now())):
        return Decision.no(*against)
    plan.state, plan.submitted_at, plan.submitted_by_id, plan.lock_version = (
        "submitted",
        clock.now(),
        by,
        plan.lock_version + 1,
    )
    plan.save()
    _record("places.plan_submitted", plan, by, {"asked": {str(b): n for b, n in asked.items()}})
    return Decision.yes()


def decide_plan(*, plan: int, approved: Mapping[int, int] | None, by: int | None, reason: str = "") -> Decision:
    """`approved`: batch → number for every batch, also others than asked. None returns the plan, with a reason.

    The difference to what the office has got of it, less what it gave back, becomes a movement: more is `approve`, less is `reduce` of what the office has not passed on.
    """
    try:
        with transaction.atomic():
            return _decide(plan, approved, by, reason)
    except _NotAll as refused:
        return Decision.no(*refused.reasons)


def _decide(number: int, approved: Mapping[int, int] | None, by: int | None, reason: str) -> Decision:
    plan = QuotaPlan.objects.select_for_update(no_key=True).get(pk=number)
    facts, batches = _facts(plan)
    if against := list(rules.deciding(facts, approved, batches, reason, by)):
        return Decision.no(*against)
    plan.decided_at, plan.decided_by_id, plan.decision_reason, plan.lock_version = (
        clock.now(),
        by,
        reason,
        plan.lock_version + 1,
    )
    if approved is None:
        plan.state = QuotaPlan.State.RETURNED
        plan.save()
        _record("places.plan_returned", plan, by, {"reason": reason})
        return Decision.yes()
    plan.state = QuotaPlan.State.APPROVED
    plan.save()
    for batch in sorted(approved):
        QuotaPlanLine.objects.filter(plan=plan, batch_id=batch).update(approved=approved[batch])
        if movement := _movement(plan, batch, approved[batch] - approved_so_far(plan.unit_id, batch), by):
            (answer,) = seats.run(batch, [movement])
            if not answer.ok:
                raise _NotAll(list(answer.decision.reasons))
    _record("places.plan_approved", plan, by, {"approved": {str(b): n for b, n in approved.items()}})
    return Decision.yes()


def _movement(plan: QuotaPlan, batch: int, more: int, by: int | None) -> v.Move | None:
    if more > 0:
        return v.Move(kind="approve", giver=None, taker=plan.unit_id, amount=more, by=by)
    if more < 0:
        province = plan.unit.parent_id
        assert province is not None
        return v.Move(kind="reduce", giver=plan.unit_id, taker=province, amount=-more, by=by)
    return None


def approved_so_far(unit: int, batch: int) -> int:
    sums = QuotaMovement.objects.filter(batch_id=batch).aggregate(
        more=Sum("amount", filter=Q(kind="approve", taker_id=unit)),
        less=Sum("amount", filter=Q(kind__in=("reduce", "give_back"), giver_id=unit)),
    )
    return (sums["more"] or 0) - (sums["less"] or 0)


@transaction.atomic
def reopen_plan(*, plan: int, until: datetime, reason: str, by: int | None) -> Decision:
    """What was approved stays in force until the plan is approved again."""
    row = QuotaPlan.objects.select_for_update(no_key=True).get(pk=plan)
    facts, _ = _facts(row)
    if against := list(rules.reopening(facts, until, reason, clock.now())):
        return Decision.no(*against)
    row.state, row.reopened_until, row.reopened_reason, row.lock_version = "draft", until, reason, row.lock_version + 1
    row.save()
    _record("places.plan_reopened", row, by, {"until": until.isoformat(), "reason": reason})
    return Decision.yes()


def _open(programme: int, unit: int) -> tuple[QuotaPlan, rules.PlanFacts, frozenset[int]]:
    QuotaPlan.objects.get_or_create(programme_id=programme, unit_id=unit)
    plan = QuotaPlan.objects.select_for_update(no_key=True).get(programme_id=programme, unit_id=unit)
    return plan, *_facts(plan)


def _facts(plan: QuotaPlan) -> tuple[rules.PlanFacts, frozenset[int]]:
    unit = Unit.objects.select_related("parent").get(pk=plan.unit_id)
    programme = Programme.objects.get(pk=plan.programme_id)
    facts = rules.PlanFacts(
        state=plan.state,
        closes=plan_closes(programmes.policy(programmes.current_version(programme))),
        reopened_until=plan.reopened_until,
        is_office=rules.is_office(unit.level, unit.direct, unit.parent.level if unit.parent else None),
        submitted_by=plan.submitted_by_id,
    )
    return facts, frozenset(Batch.objects.filter(programme=programme).values_list("id", flat=True))


def _record(kind: str, plan: QuotaPlan, by: int | None, data: Mapping[str, object]) -> None:
    events.record(
        kind,
        actor=by,
        unit_path=plan.unit.path,
        training_path=f"/{plan.programme.code}/",
        subject_id=plan.pk,
        data=data,
    )
