"""The batches' days and instants, from the policy alone (T2.1). All intervals are closed-open, in Shanghai's local time.

"n days" end at 24:00 of the n-th day after. State follows from `now`: nothing here waits for a job.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from yanxiu.lib import clock

from .schema import Policy


class Phase(StrEnum):
    PLANNED = "planned"  # choice not open yet
    CHOOSING = "choosing"
    ENROLLING = "enrolling"  # schools enrol; teachers may still choose
    RUNNING = "running"
    MARKING = "marking"
    OBJECTING = "objecting"
    FINAL = "final"


@dataclass(frozen=True)
class BatchDates:
    number: int
    first_day: date
    last_day: date
    choice_opens: datetime
    enrolment_opens: datetime
    starts: datetime  # 00:00 of the first day: choice, holds and enrolment end
    work_due: datetime  # 24:00 of the due day
    ends: datetime  # 00:00 of the day after the last
    marking_ends: datetime
    objections_end: datetime
    time_appeals_end: datetime

    def day(self, today: date) -> int:
        """1 on the first day; zero and below before it."""
        return (today - self.first_day).days + 1


def calendar(policy: Policy) -> list[BatchDates]:
    starts = _starts(policy)
    return [_dates(policy, number, next(starts)) for number in range(1, policy.batches.count + 1)]


def _starts(policy: Policy) -> Iterator[date]:
    first = policy.batches.first_start
    year, month = first.year, first.month
    while True:
        for day in policy.batches.start_days:
            if (start := date(year, month, day)) >= first:
                yield start
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _dates(policy: Policy, number: int, first_day: date) -> BatchDates:
    def midnight(days: int) -> datetime:
        return clock.day_start(first_day + timedelta(days=days))

    length, result = policy.batches.length_days, policy.result
    return BatchDates(
        number=number,
        first_day=first_day,
        last_day=first_day + timedelta(days=length - 1),
        choice_opens=clock.at(first_day - timedelta(days=policy.choice.opens_days_before), policy.choice.opens_at),
        enrolment_opens=midnight(-policy.enrolment.window_days),
        starts=midnight(0),
        work_due=midnight(policy.homework.due_day),
        ends=midnight(length),
        marking_ends=midnight(length + result.marking_days),
        objections_end=midnight(length + result.marking_days + result.objection_days),
        time_appeals_end=midnight(length + policy.time.appeal_days),
    )


def phase(dates: BatchDates, now: datetime) -> Phase:
    # Choice may open after enrolment does by the hour of `opens_at`; enrolling is what shows then.
    for begins, state in (
        (dates.objections_end, Phase.FINAL),
        (dates.marking_ends, Phase.OBJECTING),
        (dates.ends, Phase.MARKING),
        (dates.starts, Phase.RUNNING),
        (dates.enrolment_opens, Phase.ENROLLING),
        (dates.choice_opens, Phase.CHOOSING),
    ):
        if now >= begins:
            return state
    return Phase.PLANNED


def plan_last_day(policy: Policy) -> date:
    """The last day on which an office may submit its quota plan (T3.3a)."""
    return date.fromisoformat(f"{policy.programme.year}-{policy.plan.deadline}")


def plan_closes(policy: Policy) -> datetime:
    """24:00 of that day."""
    return clock.day_start(plan_last_day(policy) + timedelta(days=1))


def count_day(policy: Policy) -> date:
    """The day on which teachers are counted for the coverage (T3.2a)."""
    return date.fromisoformat(f"{policy.programme.year}-{policy.coverage.count_date}")
