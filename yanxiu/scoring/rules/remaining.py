"""What may still be earned, thing by thing, each at its best (remaining_of)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from yanxiu.lib import clock
from yanxiu.lib.shares import added
from yanxiu.programme.rules import Policy

from .assess import ONE, ZERO, exact, forum_day, forum_raw, time_points
from .evidence import Evidence, Work, share

PART_OF = {
    "time": "time",
    "forum": "interaction",
    "quiz": "objective",
    "work": "subjective",
    "wait": "subjective",
    "excellent": "excellent",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`gain`: the points it brings, in a way at least those it has to bring. Numbers: what has to be done for them."""

    code: str
    gain: Fraction
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remaining:
    """What may still be done, with the points of each thing at its best."""

    options: tuple[Step, ...] = ()

    @property
    def points(self) -> Fraction:
        return added(option.gain for option in self.options)

    def of(self, part: str) -> Fraction:
        return added(option.gain for option in self.options if PART_OF[option.code] == part)


def remaining_of(
    policy: Policy,
    evidence: Evidence,
    *,
    now: datetime,
    starts: datetime,
    due: datetime,
    ends: datetime,
    marking_ends: datetime,
    material_left: int,
) -> Remaining:
    """`material_left`: creditable seconds of the class's material that are not credited yet."""
    options: list[Step] = []
    if now < ends:
        options += _time(policy, evidence, max(now, starts), ends, material_left)
        options += _forum(policy, evidence, max(now, starts), ends)
        options += _quizzes(policy, evidence)
    options += _works(policy, evidence, now, due, ends)
    if (
        now < marking_ends
        and not any(work.excellent for work in evidence.works)
        and (now < ends or any(work.handed_in for work in evidence.works))
    ):
        options.append(Step("excellent", exact(policy.result.weights.excellent)))
    return Remaining(tuple(option for option in options if option.gain > 0))


def _time(policy: Policy, evidence: Evidence, begin: datetime, ends: datetime, material_left: int) -> list[Step]:
    real = int((ends - begin).total_seconds() * exact(policy.time.max_speed))
    if policy.time.daily_minutes:
        real = min(real, _days(begin, ends) * policy.time.daily_minutes * 60)
    seconds = max(0, min(material_left, real))
    gain = time_points(policy, evidence.seconds + seconds) - time_points(policy, evidence.seconds)
    numbers = {"have": evidence.seconds, "left": seconds, "whole": policy.time.full_mark == "all-or-nothing"}
    return [Step("time", gain, numbers)]


def _forum(policy: Policy, evidence: Evidence, begin: datetime, ends: datetime) -> list[Step]:
    talk = policy.interaction
    if not talk.post and not talk.reply:
        return []
    first = clock.local(begin).date()
    done: dict[date, Fraction] = {d.day: forum_day(policy, d.posts, d.replies) for d in evidence.days}
    cap, days = exact(talk.daily_cap), [first + timedelta(days=n) for n in range(_days(begin, ends))]
    rooms = [cap - done[day] if day in done else cap for day in days]
    raw = forum_raw(policy, evidence)
    top = min(exact(talk.forum_cap), exact(policy.result.weights.interaction))
    return [Step("forum", min(added(rooms), max(ZERO, top - raw)), {"rooms": rooms, "cap": talk.daily_cap})]


def _days(begin: datetime, ends: datetime) -> int:
    """Local days that have any instant in [begin, ends)."""
    last = clock.local(ends - timedelta(microseconds=1)).date()
    return max(0, (last - clock.local(begin).date()).days + 1)


def _quizzes(policy: Policy, evidence: Evidence) -> list[Step]:
    steps = []
    for quiz in evidence.quizzes:
        left = policy.quiz.attempts - len(quiz.attempts)
        if left <= 0 or (quiz.attempts and policy.quiz.counts == "first"):
            continue
        top, now = (
            exact(policy.result.weights.objective) / len(evidence.quizzes),
            share(quiz.counted(policy.quiz.counts)),
        )
        steps.append(
            Step(
                "quiz",
                top * (1 - now),
                {
                    "item": quiz.item,
                    "title": quiz.title,
                    "left": left,
                    "share": now,
                    "top": top,
                    "missing": not quiz.attempts,
                },
            )
        )
    return steps


def _works(policy: Policy, evidence: Evidence, now: datetime, due: datetime, ends: datetime) -> list[Step]:
    steps, late = [], exact(policy.homework.late_factor)
    for work in evidence.works:
        if work.points is not None:
            continue
        top = exact(policy.result.weights.subjective) / len(evidence.works)
        numbers = {"item": work.item, "work": work.work, "title": work.title, "top": top, "missing": not work.handed_in}
        factor = _factor(work, now, due, ends, late)
        if factor is not None:
            steps.append(
                Step(
                    "work",
                    top * factor,
                    {
                        **numbers,
                        "factor": factor,
                        "due": work.revise_until or (due if now < due else ends),
                        "late": factor != ONE,
                    },
                )
            )
        elif work.waiting:
            factor = late if work.late else ONE
            steps.append(Step("wait", top * factor, {**numbers, "factor": factor}))
    return steps


def _factor(work: Work, now: datetime, due: datetime, ends: datetime, late: Fraction) -> Fraction | None:
    """What handing in now would count; None when it cannot be handed in (any more)."""
    if work.revise_until is not None:
        base = late if work.late else ONE
        return base if now < work.revise_until else late if now < ends else None
    if work.handed_in or now >= ends:
        return None
    return ONE if now < due else late
