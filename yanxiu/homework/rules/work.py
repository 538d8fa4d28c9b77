"""Subjective work: when it may be handed in, what is late, who may mark it and when (A2.2, silent.md Marks).

State follows from `now`: a work returned for revision whose days are over waits for a mark again, with the version that is there.

Versions. Until the due day any number, the last counts. After it: a work that was in time takes no further version (it would become
late without need), a late one may be replaced until the batch ends. A returned work keeps what it was (in time or late) when it comes
back within the days of the revision, also after the batch's end; after those days it is late, until the batch ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason

CLAIM_MINUTES = 30  # how long a tutor who opened a work has it alone; renewed while the page is open
COMMENT_LEAST = 5  # a return and a raise say why
WHOLE = 100


@dataclass(frozen=True)
class Window:
    """The batch's instants, closed-open."""

    starts: datetime
    due: datetime
    ends: datetime
    marking_ends: datetime


@dataclass(frozen=True)
class WorkFacts:
    """A work as it is stored. `state` of an untouched one: draft."""

    state: str = "draft"
    late: bool = False
    revise_until: datetime | None = None
    claimed_by: int | None = None
    claimed_until: datetime | None = None
    lock_version: int = 0
    points: int | None = None
    versions: int = 0


@dataclass(frozen=True)
class Submission:
    decision: Decision
    late: bool = False


@dataclass(frozen=True)
class Criterion:
    name: str
    points: int
    levels: tuple[tuple[int, str], ...]


def criteria(data: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """The rubric of an item, from its stored data."""
    return tuple(
        Criterion(
            c["name"], int(c["points"]), tuple((int(level["points"]), level["text"]) for level in c.get("levels", ()))
        )
        for c in data.get("criteria", ())
    )


def standing_state(facts: WorkFacts, now: datetime) -> str:
    """draft, submitted, returned or marked as of `now`."""
    if facts.state == "returned" and facts.revise_until is not None and now >= facts.revise_until:
        return "submitted"
    return facts.state


def may_submit(
    *, facts: WorkFacts, window: Window, standing: bool, length: int, least: int, now: datetime
) -> Submission:
    """May this version be handed in now, and is it late? `length` and `least` in letters, digits and Han."""
    against = []
    if not standing:
        against.append(Reason("not_learning", "T2.2"))
    if now < window.starts:
        against.append(Reason("batch_not_started", "T2.1", {"starts": window.starts}))
    revising = facts.state == "returned" and facts.revise_until is not None and now < facts.revise_until
    if facts.state == "marked":
        against.append(Reason("work_marked", "A2.2", {"points": facts.points}))
    elif now >= window.ends and not revising:
        against.append(Reason("batch_ended", "A2.2", {"ended": window.ends}))
    elif facts.state == "submitted" and not facts.late and now >= window.due:
        against.append(Reason("kept_in_time", "A2.2", {"due": window.due}))
    if length == 0:
        against.append(Reason("work_empty", "A2.2"))
    elif length < least:
        against.append(Reason("work_too_short", "A2.2", {"length": length, "least": least}))
    late = facts.late if revising else now >= window.due
    return Submission(Decision.unless(against), late)


def revise_until(*, now: datetime, days: int, window: Window) -> datetime:
    """24:00 of the `days`-th day after, not beyond the marking days."""
    return min(clock.day_start(clock.local(now).date() + timedelta(days=days + 1)), window.marking_ends)


def may_claim(*, facts: WorkFacts, marker: int, learner: int, now: datetime) -> Decision:
    against = []
    if marker == learner:
        against.append(Reason("own_work", "S1.0"))
    if facts.state == "draft" or facts.versions == 0:
        against.append(Reason("nothing_to_mark", "S2.4.2"))
    if _claimed_by_other(facts, marker, now):
        against.append(Reason("claimed_by_other", "S2.4.2", {"until": facts.claimed_until}))
    return Decision.unless(against)


def may_mark(
    *,
    facts: WorkFacts,
    window: Window,
    marker: int,
    learner: int,
    as_tutor: bool,
    as_province: bool,
    lock_version: int,
    given: Sequence[int],
    rubric: Sequence[Criterion],
    now: datetime,
) -> Decision:
    """Tutors until the marking days end (their own mark may be corrected until then), the province afterwards and only what has no mark.

    `lock_version`: of the work as the marker saw it; another one means that somebody marked or the learner handed in anew meanwhile.
    """
    against = _who(
        facts=facts, window=window, marker=marker, learner=learner, as_tutor=as_tutor, as_province=as_province, now=now
    )
    if now >= window.marking_ends and facts.state == "marked":
        against.append(Reason("mark_stands", "A2.4", {"ended": window.marking_ends}))
    if standing_state(facts, now) == "returned":
        against.append(Reason("being_revised", "S2.4.2", {"until": facts.revise_until}))
    against += _meanwhile(facts, lock_version)
    if len(given) != len(rubric) or any(
        not 0 <= points <= criterion.points for points, criterion in zip(given, rubric, strict=False)
    ):
        against.append(Reason("criteria_incomplete", "S2.4.2", {"criteria": len(rubric)}))
    return Decision.unless(against)


def may_return(
    *,
    facts: WorkFacts,
    window: Window,
    marker: int,
    learner: int,
    as_tutor: bool,
    lock_version: int,
    comment_length: int,
    until: datetime,
    now: datetime,
) -> Decision:
    against = _who(
        facts=facts, window=window, marker=marker, learner=learner, as_tutor=as_tutor, as_province=False, now=now
    )
    if facts.state == "marked":
        against.append(Reason("mark_stands", "A2.4", {"ended": window.marking_ends}))
    if standing_state(facts, now) == "returned":
        against.append(Reason("being_revised", "S2.4.2", {"until": facts.revise_until}))
    against += _meanwhile(facts, lock_version)
    if comment_length < COMMENT_LEAST:
        against.append(Reason("comment_too_short", "S2.4.2", {"least": COMMENT_LEAST}))
    if until <= now:
        against.append(Reason("no_time_to_revise", "A2.2", {"ended": window.marking_ends}))
    return Decision.unless(against)


def _who(
    *, facts: WorkFacts, window: Window, marker: int, learner: int, as_tutor: bool, as_province: bool, now: datetime
) -> list[Reason]:
    against = []
    if marker == learner:
        against.append(Reason("own_work", "S1.0"))
    if facts.state == "draft" or facts.versions == 0:
        against.append(Reason("nothing_to_mark", "S2.4.2"))
    if now >= window.marking_ends:
        if not as_province:
            against.append(Reason("marking_over", "A2.4", {"ended": window.marking_ends}))
    elif not as_tutor:
        against.append(Reason("not_marker", "S2.4.2", {"from": window.marking_ends}))
    if _claimed_by_other(facts, marker, now):
        against.append(Reason("claimed_by_other", "S2.4.2", {"until": facts.claimed_until}))
    return against


def _claimed_by_other(facts: WorkFacts, marker: int, now: datetime) -> bool:
    return (
        facts.claimed_by is not None
        and facts.claimed_by != marker
        and facts.claimed_until is not None
        and now < facts.claimed_until
    )


def _meanwhile(facts: WorkFacts, lock_version: int) -> list[Reason]:
    return [] if facts.lock_version == lock_version else [Reason("changed_meanwhile")]


def points_of(given: Sequence[int], rubric: Sequence[Criterion]) -> int:
    """Of 100. A rubric that adds up to something else is brought to 100, half up to a whole point."""
    out_of = sum(criterion.points for criterion in rubric)
    total = sum(given)
    if out_of in (0, WHOLE):
        return min(total, WHOLE)
    return (2 * total * WHOLE + out_of) // (2 * out_of)


def raised(*, before: int | None, after: int, comment_length: int, decider: int, learner: int) -> Decision:
    """By a decided appeal: up or as it was, never down (A2.4)."""
    against = []
    if decider == learner:
        against.append(Reason("own_work", "S1.0"))
    if before is None:
        against.append(Reason("nothing_to_raise", "A2.4"))
    elif after < before:
        against.append(Reason("never_lower", "A2.4", {"before": before, "after": after}))
    if not 0 <= after <= WHOLE:
        against.append(Reason("points_out_of_range", "A2.4", {"top": WHOLE}))
    if comment_length < COMMENT_LEAST:
        against.append(Reason("comment_too_short", "S2.4.2", {"least": COMMENT_LEAST}))
    return Decision.unless(against)


def due_stage(*, window: Window, now: datetime) -> str:
    """Where the day stands for somebody who has not handed in: before, in_time, late, over."""
    if now < window.starts:
        return "before"
    if now < window.due:
        return "in_time"
    return "late" if now < window.ends else "over"
