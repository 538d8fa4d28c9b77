"""Evidence → mark (A2.1-A2.4). Exact fractions throughout; the total is rounded once, the parts shown add up to it.

time         50 × min(1, credited ÷ required), or by whole credit hours, or all or nothing
objective    10 × mean of the quizzes' shares, a quiz not done counts 0
subjective   20 × mean of the tutor's marks ÷ 100 × late factor, a work not handed in counts 0
excellent     2, once, when at least one work is marked excellent
interaction  18 at most: posts and replies under the day's cap, featured ones beside it, together under the forum's cap
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from yanxiu.lib import hours
from yanxiu.lib.decision import Reason
from yanxiu.lib.shares import added, parts_that_add_up
from yanxiu.programme.rules import Policy

from .evidence import Evidence, share

PARTS = ("time", "objective", "subjective", "excellent", "interaction")
CLAUSE = {"time": "A2.1", "objective": "A2.2", "subjective": "A2.2", "excellent": "A2.2", "interaction": "A2.3"}
ZERO, ONE = Fraction(0), Fraction(1)
exact = lru_cache(maxsize=1024)(Fraction)  # of a policy's numbers, which every mark asks for


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation. Its sentence is the page's; here: the code, the numbers, what it is worth, at most how much."""

    code: str
    points: Fraction = ZERO
    top: Fraction | None = None
    clause: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """`exact` decides, `shown` is for people: the five add up to the total."""

    name: str
    weight: Fraction
    exact: Fraction
    shown: Decimal
    lines: tuple[Line, ...]

    @property
    def clause(self) -> str:
        return CLAUSE[self.name]


@dataclass(frozen=True, slots=True)
class Assessment:
    parts: tuple[Part, ...]
    exact: Fraction
    total: Decimal
    passed: bool
    honours: bool
    waiting: bool  # a work handed in has no mark: the total is not the last word
    against: tuple[Reason, ...]  # everything that stands between this and a pass

    def part(self, name: str) -> Part:
        return self.parts[PARTS.index(name)]


def assess(policy: Policy, evidence: Evidence) -> Assessment:
    weights = policy.result.weights
    drafts = (
        (exact(weights.time), _time(policy, evidence)),
        (exact(weights.objective), _objective(policy, evidence)),
        (exact(weights.subjective), _subjective(policy, evidence)),
        (exact(weights.excellent), _excellent(policy, evidence)),
        (exact(weights.interaction), _interaction(policy, evidence)),
    )
    points = [added(line.points for line in lines) for _weight, lines in drafts]
    whole = added(points)
    total = rounded(whole, policy)
    shown = parts_that_add_up(points, total, policy.result.digits)
    parts = tuple(Part(name, drafts[i][0], points[i], shown[i], tuple(drafts[i][1])) for i, name in enumerate(PARTS))
    against = tuple(_against(policy, evidence, total, parts))
    passed = not against
    return Assessment(
        parts, whole, total, passed, passed and total >= policy.result.excellent, evidence.waiting, against
    )


def rounded(value: Fraction, policy: Policy) -> Decimal:
    """Rounded once, by the policy's rule. Exact: no detour over a decimal division that rounds already."""
    digits, rule = policy.result.digits, policy.result.rounding
    below, rest = divmod(value.numerator * 10**digits, value.denominator)
    if rule == "half-up":
        below += 2 * rest >= value.denominator
    elif rule == "half-even":
        below += 2 * rest > value.denominator or (2 * rest == value.denominator and below % 2 == 1)
    return Decimal(below).scaleb(-digits)


def lines_that_add_up(part: Part, digits: int) -> list[tuple[Line, Decimal]]:
    """The lines of a part with figures that add up to the part's own shown figure."""
    return (
        list(zip(part.lines, parts_that_add_up([line.points for line in part.lines], part.shown, digits), strict=True))
        if part.lines
        else []
    )


# ── the five parts ──────────────────────────────────────────────────────────────────────────────────────────────────
def time_points(policy: Policy, seconds: int) -> Fraction:
    """What so many credited seconds are worth."""
    weight, required = exact(policy.result.weights.time), policy.time.required_seconds
    if seconds >= required:
        return weight
    match policy.time.full_mark:
        case "proportional":
            return weight * Fraction(seconds, required)
        case "stepped":
            whole = int(hours.hours(seconds, policy.time.minutes_per_hour))
            return weight * min(ONE, whole / exact(policy.time.required_hours))
    return ZERO  # all-or-nothing


def _time(policy: Policy, evidence: Evidence) -> list[Line]:
    points, seconds = time_points(policy, evidence.seconds), evidence.seconds
    lines = []
    for code, own in (
        ("video", evidence.video_seconds),
        ("text", evidence.text_seconds),
        ("other", evidence.other_seconds),
    ):
        if own or code != "other":
            worth = points * Fraction(own, seconds) if seconds else ZERO
            lines.append(Line(f"time_{code}", worth, None, "A2.1", {"seconds": own}))
    return lines


def _objective(policy: Policy, evidence: Evidence) -> list[Line]:
    weight, count = exact(policy.result.weights.objective), len(evidence.quizzes)
    lines = []
    for quiz in evidence.quizzes:
        best, top = quiz.counted(policy.quiz.counts), weight / count
        numbers = {"item": quiz.item, "title": quiz.title, "used": len(quiz.attempts), "attempts": policy.quiz.attempts}
        if best is None:
            lines.append(Line("quiz_missing", ZERO, top, "A2.2", numbers))
        else:
            lines.append(
                Line("quiz", top * share(best), top, "A2.2", {**numbers, "points": best[0], "out_of": best[1]})
            )
    return lines


def _subjective(policy: Policy, evidence: Evidence) -> list[Line]:
    weight, count, factor = (
        exact(policy.result.weights.subjective),
        len(evidence.works),
        exact(policy.homework.late_factor),
    )
    lines = []
    for work in evidence.works:
        top = weight / count
        numbers = {"item": work.item, "work": work.work, "title": work.title}
        if work.points is not None:
            worth = top * Fraction(work.points, 100) * (factor if work.late else ONE)
            lines.append(
                Line(
                    "work_late" if work.late else "work",
                    worth,
                    top,
                    "A2.2",
                    {**numbers, "points": work.points, "factor": policy.homework.late_factor},
                )
            )
        elif work.revise_until is not None:
            lines.append(Line("work_returned", ZERO, top, "A2.2", {**numbers, "until": work.revise_until}))
        else:
            lines.append(Line("work_waiting" if work.handed_in else "work_missing", ZERO, top, "A2.2", numbers))
    return lines


def _excellent(policy: Policy, evidence: Evidence) -> list[Line]:
    weight = exact(policy.result.weights.excellent)
    chosen = [work.title for work in evidence.works if work.excellent]
    if chosen:
        return [Line("excellent", weight, weight, "A2.2", {"titles": tuple(chosen)})]
    return [Line("excellent_none", ZERO, weight, "A2.2")]


def forum_day(policy: Policy, posts: int, replies: int) -> Fraction:
    """A day's points, under its cap."""
    talk = policy.interaction
    return min(exact(talk.daily_cap), posts * exact(talk.post) + replies * exact(talk.reply))


def forum_raw(policy: Policy, evidence: Evidence) -> Fraction:
    """Days under their caps and featured posts, before the forum's own cap."""
    in_days = added(forum_day(policy, d.posts, d.replies) for d in evidence.days)
    return in_days + evidence.featured * exact(policy.interaction.featured)


def _interaction(policy: Policy, evidence: Evidence) -> list[Line]:
    talk, weight = policy.interaction, exact(policy.result.weights.interaction)
    posts, replies = sum(d.posts for d in evidence.days), sum(d.replies for d in evidence.days)
    plain = posts * exact(talk.post) + replies * exact(talk.reply)
    in_days = added(forum_day(policy, d.posts, d.replies) for d in evidence.days)
    raw = forum_raw(policy, evidence)
    counted = min(raw, exact(talk.forum_cap), weight)
    lines = [
        Line(
            "posts",
            posts * exact(talk.post),
            None,
            "A2.3",
            {"count": posts, "each": talk.post, "least": talk.min_post},
        ),
        Line(
            "replies",
            replies * exact(talk.reply),
            None,
            "A2.3",
            {"count": replies, "each": talk.reply, "least": talk.min_reply},
        ),
    ]
    if plain > in_days:
        over = sum(
            forum_day(policy, d.posts, d.replies) < d.posts * exact(talk.post) + d.replies * exact(talk.reply)
            for d in evidence.days
        )
        lines.append(Line("daily_cap", in_days - plain, None, "A2.3", {"cap": talk.daily_cap, "days": over}))
    lines.append(
        Line(
            "featured",
            evidence.featured * exact(talk.featured),
            None,
            "A2.3",
            {"count": evidence.featured, "each": talk.featured},
        )
    )
    if raw > counted:
        lines.append(
            Line(
                "forum_cap",
                counted - raw,
                None,
                "A2.3",
                {"cap": min(Decimal(talk.forum_cap), policy.result.weights.interaction)},
            )
        )
    # Live sessions and approved activities have no source yet; the line says what they would add, so that 18 does not look reachable by posts alone.
    lines.append(
        Line("live_and_activities", ZERO, None, "A2.3", {"live_cap": talk.live_cap, "activity_cap": talk.activity_cap})
    )
    return lines


def _against(policy: Policy, evidence: Evidence, total: Decimal, parts: Sequence[Part]) -> list[Reason]:
    reasons = []
    if evidence.finding:
        reasons.append(Reason("finding_confirmed", "T4.2b"))
    if total < policy.result.pass_:
        reasons.append(
            Reason(
                "below_pass",
                "A2.4",
                {"total": total, "pass": policy.result.pass_, "missing": policy.result.pass_ - total},
            )
        )
    for part in parts:
        least = policy.result.minima.get(cast(Any, part.name))
        if least == "all-works":
            missing = sum(line.code in ("quiz_missing", "work_missing") for line in part.lines)
            if missing:
                reasons.append(Reason("works_missing", part.clause, {"part": part.name, "missing": missing}))
        elif least is not None and rounded(part.exact, policy) < least:
            reasons.append(
                Reason(
                    "below_minimum",
                    part.clause,
                    {"part": part.name, "points": rounded(part.exact, policy), "least": least},
                )
            )
    return reasons
