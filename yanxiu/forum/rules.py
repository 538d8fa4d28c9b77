"""What a post is worth (A2.3) and why one counts for nothing (A1.4). Pure and exact.

Verdict: fixed when the post is written ("" counts). A copy stays a copy when the earlier text is removed later. Removal is kept apart,
so that a restored post is again what it was.

Points. In the order of writing: a post or reply earns its points until the day's cap is reached, featured adds its bonus outside of the
day's cap, and all of it stops at the forum's cap. The last one before a cap may earn a part. A removed post earns nothing and leaves its
room in the day to the others, since all is counted anew from what stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from yanxiu.lib import text
from yanxiu.lib.decision import Decision, Reason

TITLE_LIMIT = 60
BODY_LIMIT = 5000
REASON_LEAST = 5
VERDICTS = ("", "not_learner", "before_start", "after_end", "too_short", "filler", "copy")


class Interaction(Protocol):
    """The policy's group of keys."""

    post: Decimal
    reply: Decimal
    daily_cap: Decimal
    featured: Decimal
    forum_cap: Decimal
    min_post: int
    min_reply: int


@dataclass(frozen=True)
class Written:
    """A post as far as its points go, in the order of writing."""

    id: int
    day: date
    reply: bool
    verdict: str = ""
    removed: bool = False
    featured: bool = False
    length: int = 0

    @property
    def counts(self) -> bool:
        return not self.verdict and not self.removed


@dataclass(frozen=True)
class Worth:
    """What one post counts and why. `reasons` is empty when it earned in full; `code` of a reason names the verdict or the cap."""

    points: Fraction
    bonus: Fraction
    reasons: tuple[Reason, ...] = ()

    @property
    def total(self) -> Fraction:
        return self.points + self.bonus


@dataclass(frozen=True)
class Tally:
    """Of one learner in one class. `days`: points of each day before the forum's cap, featured left out; `bonus`: featured in all, before that cap."""

    points: Fraction
    counted: int
    written: int
    featured: int
    days: Mapping[date, Fraction]
    bonus: Fraction
    each: Mapping[int, Worth]


def verdict(
    *,
    body: str,
    reply: bool,
    at: datetime,
    starts: datetime,
    ends: datetime,
    learner: bool,
    seen_before: bool,
    interaction: Interaction,
) -> str:
    """The first thing that keeps it from counting. `seen_before`: the same text (after lib.text.normalise) stands earlier in the class, by anybody."""
    if not learner:
        return "not_learner"
    if at < starts:
        return "before_start"
    if at >= ends:
        return "after_end"
    if text.length(body) < (interaction.min_reply if reply else interaction.min_post):
        return "too_short"
    if text.is_filler(body):
        return "filler"
    return "copy" if seen_before else ""


def tally(posts: Iterable[Written], interaction: Interaction) -> Tally:
    cap_day, cap_forum = Fraction(interaction.daily_cap), Fraction(interaction.forum_cap)
    each: dict[int, Worth] = {}
    days: dict[date, Fraction] = {}
    bonus_all = total = Fraction(0)
    counted = written = featured = 0
    for post in posts:
        written += 1
        if not post.counts:
            each[post.id] = Worth(Fraction(0), Fraction(0), (_why_not(post, interaction),))
            continue
        counted += 1
        reasons = []
        worth = Fraction(interaction.reply if post.reply else interaction.post)
        earned = min(worth, cap_day - days.get(post.day, Fraction(0)))
        days[post.day] = days.get(post.day, Fraction(0)) + earned
        if earned < worth:
            reasons.append(
                Reason("capped_day", "A2.3", {"cap": _plain(cap_day), "worth": _plain(worth), "earned": _plain(earned)})
            )
        bonus = Fraction(interaction.featured) if post.featured else Fraction(0)
        featured += post.featured
        bonus_all += bonus
        kept = min(earned, cap_forum - total)
        kept_bonus = min(bonus, cap_forum - total - kept)
        if kept + kept_bonus < earned + bonus:
            reasons.append(
                Reason("capped_forum", "A2.3", {"cap": _plain(cap_forum), "earned": _plain(kept + kept_bonus)})
            )
        total += kept + kept_bonus
        each[post.id] = Worth(kept, kept_bonus, tuple(reasons))
    return Tally(total, counted, written, featured, days, bonus_all, each)


def _plain(points: Fraction) -> int | Fraction:
    """Whole points as an int, so that they are read as 3 and not as 3.00."""
    return points.numerator if points.denominator == 1 else points


def _why_not(post: Written, interaction: Interaction) -> Reason:
    if post.removed:
        return Reason("post_removed", "A2.3")
    numbers: dict[str, Any] = {}
    if post.verdict == "too_short":
        numbers = {"length": post.length, "least": interaction.min_reply if post.reply else interaction.min_post}
    clause = "A1.4" if post.verdict in ("too_short", "filler", "copy") else "A2.3"
    return Reason(f"post_{post.verdict}", clause, numbers)


# ── who may do what ─────────────────────────────────────────────────────────────────────────────────────────────────


def may_write(
    *, member: bool, body: str, title: str | None, thread_removed: bool, marking_ends: datetime, now: datetime
) -> Decision:
    """`title`: of a new thread, None for a reply. Open to learners and staff from the class's enrolment to the end of the marking days."""
    against = []
    if not member:
        against.append(Reason("not_in_class", "A2.3"))
    if now >= marking_ends:
        against.append(Reason("forum_closed", "A2.3", {"ended": marking_ends}))
    if thread_removed:
        against.append(Reason("thread_removed", "A2.3"))
    if title is not None and not title.strip():
        against.append(Reason("title_missing"))
    if title is not None and len(title) > TITLE_LIMIT:
        against.append(Reason("title_too_long", "", {"limit": TITLE_LIMIT}))
    if not body.strip():
        against.append(Reason("post_empty"))
    if len(body) > BODY_LIMIT:
        against.append(Reason("post_too_long", "", {"limit": BODY_LIMIT}))
    return Decision.unless(against)


def may_feature(*, moderator: bool, own: bool, post: Written, ends: datetime, now: datetime) -> Decision:
    """Only what counts, by somebody else, while points can still be earned."""
    against = []
    if not moderator:
        against.append(Reason("not_moderator", "S2.4.2"))
    if own:
        against.append(Reason("own_post", "S1.0"))
    if not post.counts:
        against.append(Reason("not_counting", "A2.3"))
    if now >= ends:
        against.append(Reason("batch_ended", "A2.3", {"ended": ends}))
    return Decision.unless(against)


def may_unfeature(*, moderator: bool, featured: bool, ends: datetime, now: datetime) -> Decision:
    against = []
    if not moderator:
        against.append(Reason("not_moderator", "S2.4.2"))
    if not featured:
        against.append(Reason("not_featured", "A2.3"))
    if now >= ends:
        against.append(Reason("batch_ended", "A2.3", {"ended": ends}))
    return Decision.unless(against)


def may_remove(*, moderator: bool, removed: bool, reason: str) -> Decision:
    against = []
    if not moderator:
        against.append(Reason("not_moderator", "S2.4.2"))
    if removed:
        against.append(Reason("already_removed"))
    if text.length(reason) < REASON_LEAST:
        against.append(Reason("reason_too_short", "A2.3", {"least": REASON_LEAST}))
    return Decision.unless(against)


def may_restore(*, moderator: bool, removed: bool) -> Decision:
    against = []
    if not moderator:
        against.append(Reason("not_moderator", "S2.4.2"))
    if not removed:
        against.append(Reason("not_removed"))
    return Decision.unless(against)
