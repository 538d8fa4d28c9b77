"""Quota plans (T3.3a): sixteen offices, one plan each for all batches, until the deadline; the province approves, also other numbers, or returns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from yanxiu.lib.decision import Reason

from .refusals import LEAST_REASON

DRAFT, SUBMITTED, RETURNED, APPROVED = "draft", "submitted", "returned", "approved"
MOST = 1_000_000  # of one batch: more is a slip of the finger


@dataclass(frozen=True, slots=True)
class PlanFacts:
    state: str
    closes: datetime  # 24:00 of the deadline
    reopened_until: datetime | None
    is_office: bool
    submitted_by: int | None = None


def is_office(level: str, direct: bool, parent_level: str | None) -> bool:
    """The thirteen cities and the directly addressed counties beside them."""
    return parent_level == "province" and (level == "city" or (level == "county" and direct))


def open_until(plan: PlanFacts) -> datetime:
    return max(plan.closes, plan.reopened_until) if plan.reopened_until else plan.closes


def editing(plan: PlanFacts, numbers: Mapping[int, int], batches: frozenset[int], at: datetime) -> Iterator[Reason]:
    if not plan.is_office:
        yield Reason("plan_not_yours", "T3.3a")
    if at >= open_until(plan):
        yield Reason("plan_locked", "T3.3a", {"closed": open_until(plan)})
    if plan.state not in (DRAFT, RETURNED):
        yield Reason("plan_not_open", "T3.3a", {"state": plan.state})
    if any(not 0 <= number <= MOST for number in numbers.values()) or not batches.issuperset(numbers):
        yield Reason("plan_number", "T3.3a", {"most": MOST})


def submitting(plan: PlanFacts, numbers: Mapping[int, int], batches: frozenset[int], at: datetime) -> Iterator[Reason]:
    yield from editing(plan, numbers, batches, at)
    absent = len(batches - numbers.keys())
    if absent:
        yield Reason("plan_incomplete", "T3.3a", {"missing": absent})
    elif not any(numbers.values()):
        yield Reason("plan_empty", "T3.3a")


def deciding(
    plan: PlanFacts, approved: Mapping[int, int] | None, batches: frozenset[int], reason: str, by: int | None
) -> Iterator[Reason]:
    """`approved` None: returned, and then the reason is obligatory."""
    if plan.state != SUBMITTED:
        yield Reason("plan_not_submitted", "T3.3a", {"state": plan.state})
    if by is not None and by == plan.submitted_by:
        yield Reason("self_decision", "S1.0")
    if approved is None:
        yield from _reason(reason)
    elif any(not 0 <= number <= MOST for number in approved.values()) or batches != approved.keys():
        yield Reason("plan_number", "T3.3a", {"most": MOST})


def reopening(plan: PlanFacts, until: datetime, reason: str, at: datetime) -> Iterator[Reason]:
    if plan.state == SUBMITTED:
        yield Reason("plan_waits_for_decision", "T3.3a")
    if until <= at:
        yield Reason("plan_until_past", "T3.3a", {"until": until})
    yield from _reason(reason)


def _reason(text: str) -> Iterator[Reason]:
    if len(text.strip()) < LEAST_REASON:
        yield Reason("reason_too_short", "T3.3a", {"least": LEAST_REASON})
