"""What is missing to pass and the shortest way there (S2.1.3): the fewest things to do, each with what it can still bring.

1. What may still be earned, thing by thing (remaining_of).
2. What already waits for a mark costs the learner nothing: it comes along.
3. Parts below a minimum of the policy first, then the largest gains until the threshold is reached: no shorter list exists. A work's
   mark is somebody else's to give: it is planned at the pass mark of 100, at a full 100 only when there is no other way, and
   excellence only when even that is too little.
4. What is left over makes the last thing smaller: a work need not be perfect.
Not reachable any more is said so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from yanxiu.lib import clock
from yanxiu.programme.rules import Policy

from .assess import ONE, ZERO, Assessment, forum_day, forum_raw, time_points
from .evidence import Evidence, Work, share

ORDER = ("time", "forum", "quiz", "work", "wait", "excellent")  # surest first; what others judge last
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
        return sum((option.gain for option in self.options), ZERO)

    def of(self, part: str) -> Fraction:
        return sum((option.gain for option in self.options if PART_OF[option.code] == part), ZERO)


@dataclass(frozen=True, slots=True)
class Way:
    """`most`: the best total that is still possible. Without steps: passed already, or not reachable."""

    reachable: bool
    missing: Decimal
    most: Fraction
    steps: tuple[Step, ...] = ()


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
        options.append(Step("excellent", Fraction(policy.result.weights.excellent)))
    return Remaining(tuple(option for option in options if option.gain > 0))


def missing_to_pass(assessment: Assessment, policy: Policy, remaining: Remaining) -> Way:
    most = assessment.exact + remaining.points
    missing = max(Decimal(0), policy.result.pass_ - assessment.total)
    if assessment.passed:
        return Way(True, missing, most)
    if any(reason.code == "finding_confirmed" for reason in assessment.against):
        return Way(False, missing, most)
    chosen = [option for option in remaining.options if option.code == "wait"]
    others = sorted(
        (o for o in remaining.options if o.code != "wait"),
        key=lambda o: (o.code == "excellent", -o.gain, ORDER.index(o.code)),
    )
    for part in assessment.parts:
        least = policy.result.minima.get(cast(Any, part.name))
        if least is None:
            continue
        for option in [
            o for o in others if (PART_OF[o.code] == part.name and o.code != "excellent") or part.name == o.code
        ]:
            have = part.exact + sum((o.gain for o in chosen if PART_OF[o.code] == part.name), ZERO)
            if option.numbers.get("missing") if least == "all-works" else have < Fraction(least):
                chosen.append(option)
                others.remove(option)
        have = part.exact + sum((o.gain for o in chosen if PART_OF[o.code] == part.name), ZERO)
        unmet = _still_missing(part, chosen) if least == "all-works" else have < Fraction(least)
        if unmet:
            return Way(False, missing, most)
    forced = len(chosen)
    need = Fraction(policy.result.pass_) - assessment.exact
    own = [o for o in others if o.code != "excellent"]
    excellence = [o for o in others if o.code == "excellent"]
    chosen = (
        _enough(chosen, own, need, Fraction(policy.result.pass_) / 100)
        or _enough(chosen, own, need, ONE)
        or _enough([*chosen, *excellence], own, need, ONE)  # it is needed, so it may save a smaller thing
        or chosen
    )
    spare = sum((o.gain for o in chosen), ZERO) - need
    if spare < 0:
        return Way(False, missing, most)
    has_minima = bool(policy.result.minima) and forced > 0
    return Way(
        True,
        missing,
        most,
        tuple(
            _with_target(policy, step)
            for step in (_ordered(chosen) if has_minima else _spared(_ordered(chosen), spare))
        ),
    )


def planned(step: Step, share_of_work: Fraction) -> Fraction:
    return step.gain * share_of_work if step.code in ("work", "wait") else step.gain


def _enough(chosen: list[Step], others: list[Step], need: Fraction, share_of_work: Fraction) -> list[Step] | None:
    """The chosen and as few of the others as bring what is needed; None when all of them do not."""
    have, found = sum((planned(o, share_of_work) for o in chosen), ZERO), list(chosen)
    for option in sorted(others, key=lambda o: (-planned(o, share_of_work), ORDER.index(o.code))):
        if have >= need:
            break
        found.append(option)
        have += planned(option, share_of_work)
    return found if have >= need else None


def _still_missing(part: Any, chosen: list[Step]) -> bool:
    done = {step.numbers.get("item") for step in chosen}
    return any(
        line.code in ("quiz_missing", "work_missing") and line.numbers["item"] not in done for line in part.lines
    )


def _ordered(steps: list[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: (ORDER.index(step.code), -step.gain))


def _spared(steps: list[Step], spare: Fraction) -> list[Step]:
    """The last things carry what is left over. Excellence is all or nothing, and so is time where the policy says so."""
    left = []
    for step in reversed(steps):
        less = ZERO if step.code == "excellent" or step.numbers.get("whole") else min(spare, step.gain)
        spare -= less
        if less < step.gain:
            left.append(replace(step, gain=step.gain - less))
    return left[::-1]


def _with_target(policy: Policy, step: Step) -> Step:
    """What has to be done for the gain: seconds, posts, a share of the quiz, the mark of the work."""
    numbers = dict(step.numbers)
    match step.code:
        case "time":
            numbers["seconds"] = _seconds_for(policy, numbers["have"], step.gain)
        case "forum":
            numbers["posts"] = _posts_for(policy, numbers.pop("rooms"), step.gain)
        case "quiz":
            numbers["percent"] = -(-100 * (numbers["share"] + step.gain / numbers["top"]) // 1)
        case "work" | "wait":
            numbers["mark"] = -(-100 * step.gain // (numbers["top"] * numbers["factor"]))
    return replace(step, numbers=numbers)


def _posts_for(policy: Policy, rooms: list[Fraction], gain: Fraction) -> int:
    """The fewest posts that bring it: first those worth a whole post, then those that a day's cap cuts."""
    each = Fraction(policy.interaction.post) or Fraction(policy.interaction.reply)
    whole = sum(int(room // each) for room in rooms)
    if gain <= whole * each:
        return -(-gain // each)
    posts, left = whole, gain - whole * each
    for rest in sorted((room % each for room in rooms), reverse=True):
        if left <= 0:
            break
        posts, left = posts + 1, left - rest
    return posts


def _seconds_for(policy: Policy, have: int, gain: Fraction) -> int:
    """The fewest further seconds that bring at least the gain. Points never fall with time: halve until found."""
    goal, low, high = time_points(policy, have) + gain, 0, policy.time.required_seconds
    while low < high:
        middle = (low + high) // 2
        if time_points(policy, have + middle) >= goal:
            high = middle
        else:
            low = middle + 1
    return low


# ── what may still be earned ────────────────────────────────────────────────────────────────────────────────────────
def _time(policy: Policy, evidence: Evidence, begin: datetime, ends: datetime, material_left: int) -> list[Step]:
    real = int((ends - begin).total_seconds() * Fraction(policy.time.max_speed))
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
    rooms = [Fraction(talk.daily_cap) - done.get(first + timedelta(days=n), ZERO) for n in range(_days(begin, ends))]
    raw = forum_raw(policy, evidence)
    top = min(Fraction(talk.forum_cap), Fraction(policy.result.weights.interaction))
    return [Step("forum", min(sum(rooms, ZERO), max(ZERO, top - raw)), {"rooms": rooms, "cap": talk.daily_cap})]


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
            Fraction(policy.result.weights.objective) / len(evidence.quizzes),
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
    steps, late = [], Fraction(policy.homework.late_factor)
    for work in evidence.works:
        if work.points is not None:
            continue
        top = Fraction(policy.result.weights.subjective) / len(evidence.works)
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
