"""What is missing to pass and the shortest way there (S2.1.3): the fewest things to do, each with what it can still bring.

1. What may still be earned, thing by thing (remaining.py).
2. What already waits for a mark costs the learner nothing: it comes along.
3. Parts below a minimum of the policy first, then the largest gains until the threshold is reached: no shorter list exists. A work's
   mark is somebody else's to give: it is planned at the pass mark of 100, at a full 100 only when there is no other way, and
   excellence only when even that is too little.
4. What is left over makes the last thing smaller: a work need not be perfect.
Not reachable any more is said so.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from yanxiu.lib.shares import added
from yanxiu.programme.rules import Policy

from .assess import ONE, ZERO, Assessment, exact, time_points
from .remaining import PART_OF, Remaining, Step

ORDER = ("time", "forum", "quiz", "work", "wait", "excellent")  # surest first; what others judge last


@dataclass(frozen=True, slots=True)
class Way:
    """`most`: the best total that is still possible. Without steps: passed already, or not reachable."""

    reachable: bool
    missing: Decimal
    most: Fraction
    steps: tuple[Step, ...] = ()


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
    need = exact(policy.result.pass_) - assessment.exact
    own = [o for o in others if o.code != "excellent"]
    excellence = [o for o in others if o.code == "excellent"]
    chosen = (
        _enough(chosen, own, need, exact(policy.result.pass_) / 100)
        or _enough(chosen, own, need, ONE)
        or _enough([*chosen, *excellence], own, need, ONE)  # it is needed, so it may save a smaller thing
        or chosen
    )
    spare = added(o.gain for o in chosen) - need
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
    have, found = added(planned(o, share_of_work) for o in chosen), list(chosen)
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
    each = exact(policy.interaction.post) or exact(policy.interaction.reply)
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
    """The fewest further seconds that bring at least the gain. Points never fall with time: halve until found, where they do not grow evenly."""
    goal, low, high = time_points(policy, have) + gain, 0, policy.time.required_seconds
    if policy.time.full_mark == "proportional":
        weight = exact(policy.result.weights.time)
        return max(0, -(-goal * high // weight) - have) if goal <= weight else high
    while low < high:
        middle = (low + high) // 2
        if time_points(policy, have + middle) >= goal:
            high = middle
        else:
            low = middle + 1
    return low
