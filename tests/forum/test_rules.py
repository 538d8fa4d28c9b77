"""What counts and what it is worth: tables, and properties against a plain second reading of silent.md."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tests.factories import moment
from yanxiu.forum import rules
from yanxiu.forum.rules import Written

I = make.policy().policy.interaction  # noqa: E741
STARTS, ENDS = moment("2023-09-01 00:00"), moment("2023-09-21 00:00")
DAY = date(2023, 9, 5)
TWENTY = "我让学生先读自己的草稿给同桌听再改一遍试试"  # 21 Han
TEN = "您的第二步怎么分组的呢"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, ""),
        ({"body": TWENTY[:20]}, ""),
        ({"body": TWENTY[:19]}, "too_short"),
        ({"body": TWENTY[:19] + "！！！……"}, "too_short"),  # punctuation is no length
        ({"body": "𠮷" * 3 + TWENTY[:17]}, ""),  # code points, whatever the plane
        ({"body": TEN, "reply": True}, ""),
        ({"body": TEN[:9], "reply": True}, "too_short"),
        ({"body": "学习了，收获很大，受益匪浅，感谢老师，老师辛苦了，非常好"}, "filler"),
        ({"body": "好" * 40}, "filler"),
        ({"seen_before": True}, "copy"),
        ({"body": "好" * 40, "seen_before": True}, "filler"),
        ({"learner": False}, "not_learner"),
        ({"at": STARTS - timedelta(seconds=1)}, "before_start"),
        ({"at": STARTS}, ""),
        ({"at": ENDS - timedelta(seconds=1)}, ""),
        ({"at": ENDS}, "after_end"),
    ],
)
def test_verdict(changes: dict, verdict: str) -> None:
    asked = {
        "body": TWENTY,
        "reply": False,
        "at": moment("2023-09-05 20:14"),
        "starts": STARTS,
        "ends": ENDS,
        "learner": True,
        "seen_before": False,
        **changes,
    }
    assert rules.verdict(interaction=I, **asked) == verdict


def posts(*kinds: str, day: date = DAY, first: int = 1) -> list[Written]:
    """p post, r reply, P and R featured; a star behind: removed; a question mark: a copy."""
    return [
        Written(
            first + i, day, k[0] in "rR", "copy" if "?" in k else "", removed="*" in k, featured=k[0] in "PR", length=30
        )
        for i, k in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("kinds", "points"),
    [
        ((), "0"),
        (("p",), "1"),
        (("r",), "1/2"),
        (("p", "r", "p", "r"), "3"),
        (("p", "p", "p", "p"), "3"),
        (("p", "p", "r", "p"), "3"),  # the last earns the half that is left
        (("P", "p", "p", "p"), "5"),  # featured is outside of the day's cap
        (("P*", "p", "p", "p"), "3"),  # removed: its room goes to the others, its bonus is gone
        (("p", "p", "p", "R"), "5"),  # nothing left in the day, the bonus still
        (("p?", "r"), "1/2"),
        (("P?",), "0"),
    ],
)
def test_points_of_a_day(kinds: tuple[str, ...], points: str) -> None:
    assert rules.tally(posts(*kinds), I).points == Fraction(points)


def test_each_post_says_what_it_earned_and_why() -> None:
    made = rules.tally(posts("p", "p", "r", "P", "r", "p?", "p*"), I)
    assert [str(made.each[i].points) for i in range(1, 8)] == ["1", "1", "1/2", "1/2", "0", "0", "0"]
    assert made.each[4].bonus == 2
    assert [[r.code for r in made.each[i].reasons] for i in range(1, 8)] == [
        [],
        [],
        [],
        ["capped_day"],
        ["capped_day"],
        ["post_copy"],
        ["post_removed"],
    ]
    assert (made.counted, made.written, made.featured) == (5, 7, 1)


def test_the_forum_stops_at_twelve() -> None:
    many = [p for n in range(6) for p in posts("p", "p", "p", day=DAY + timedelta(days=n), first=n * 10)]
    made = rules.tally(many, I)
    assert made.points == 12
    assert made.each[40].reasons[0].code == "capped_forum"
    assert sum(made.days.values()) == 18


written = st.lists(
    st.builds(
        Written,
        id=st.just(0),
        day=st.integers(0, 6).map(lambda n: DAY + timedelta(days=n)),
        reply=st.booleans(),
        verdict=st.sampled_from(["", "", "", "", "too_short", "copy", "filler", "after_end"]),
        removed=st.sampled_from([False, False, False, True]),
        featured=st.sampled_from([False, False, False, True]),
        length=st.integers(0, 60),
    ),
    max_size=40,
).map(lambda rows: [Written(n, *_rest(r)) for n, r in enumerate(rows)])


def _rest(r: Written) -> tuple:
    return r.day, r.reply, r.verdict, r.removed, r.featured, r.length


def plainly(rows: list[Written]) -> Fraction:
    """silent.md in five lines."""
    days: dict[date, Fraction] = defaultdict(Fraction)
    bonus = Fraction(0)
    for r in rows:
        if not r.verdict and not r.removed:
            days[r.day] += Fraction(1, 2) if r.reply else 1
            bonus += 2 if r.featured else 0
    return min(Fraction(12), sum((min(Fraction(3), d) for d in days.values()), bonus))


@given(written)
def test_caps_are_never_exceeded_and_the_posts_add_up(rows: list[Written]) -> None:
    made = rules.tally(rows, I)
    assert made.points == plainly(rows) == sum((w.total for w in made.each.values()), Fraction(0))
    assert made.points <= 12
    assert all(d <= 3 for d in made.days.values())
    for row in rows:
        worth = made.each[row.id]
        assert worth.total >= 0
        if not row.counts:
            assert worth.total == 0 and worth.reasons
        elif worth.total < (Fraction(1, 2) if row.reply else 1) + (2 if row.featured else 0):
            assert {r.code for r in worth.reasons} <= {"capped_day", "capped_forum"} and worth.reasons


@given(written, st.data())
def test_removal_counts_anew_and_restoring_undoes_it(rows: list[Written], data: st.DataObject) -> None:
    if not rows:
        return
    place = data.draw(st.integers(0, len(rows) - 1))
    removed = [
        Written(*(r.id, r.day, r.reply, r.verdict, True, r.featured, r.length)) if n == place else r
        for n, r in enumerate(rows)
    ]
    without = [r for n, r in enumerate(rows) if n != place]
    before, after = rules.tally(rows, I), rules.tally(removed, I)
    assert after.points == rules.tally(without, I).points
    assert after.points <= before.points
    assert after.points >= before.points - 3


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ()),
        ({"title": "标题"}, ()),
        ({"title": "  "}, ("title_missing",)),
        ({"title": "长" * 61}, ("title_too_long",)),
        ({"body": " \n"}, ("post_empty",)),
        ({"body": "长" * 5001}, ("post_too_long",)),
        ({"member": False}, ("not_in_class",)),
        ({"now": moment("2023-09-28 00:00")}, ("forum_closed",)),
        ({"thread_removed": True}, ("thread_removed",)),
    ],
)
def test_writing(changes: dict, codes: tuple[str, ...]) -> None:
    asked = {
        "member": True,
        "body": "你好",
        "title": None,
        "thread_removed": False,
        "marking_ends": moment("2023-09-28 00:00"),
        "now": moment("2023-09-05 00:00"),
    }
    assert rules.may_write(**{**asked, **changes}).codes == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ()),
        ({"moderator": False}, ("not_moderator",)),
        ({"own": True}, ("own_post",)),
        ({"post": Written(1, DAY, False, "copy")}, ("not_counting",)),
        ({"post": Written(1, DAY, False, "", removed=True)}, ("not_counting",)),
        ({"now": ENDS}, ("batch_ended",)),
    ],
)
def test_featuring(changes: dict, codes: tuple[str, ...]) -> None:
    asked = {"moderator": True, "own": False, "post": Written(1, DAY, False), "ends": ENDS, "now": STARTS, **changes}
    assert rules.may_feature(**asked).codes == codes


def test_removing_and_restoring() -> None:
    assert rules.may_remove(moderator=True, removed=False, reason="与课程无关").ok
    assert rules.may_remove(moderator=False, removed=True, reason="无").codes == (
        "not_moderator",
        "already_removed",
        "reason_too_short",
    )
    assert rules.may_restore(moderator=True, removed=True).ok
    assert rules.may_restore(moderator=False, removed=False).codes == ("not_moderator", "not_removed")
