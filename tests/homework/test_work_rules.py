"""Late, in time, revised, marked by whom: a table of every refusal."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import HOMEWORK, moment
from yanxiu.homework import rules

W = rules.Window(
    moment("2023-09-01 00:00"), moment("2023-09-16 00:00"), moment("2023-09-21 00:00"), moment("2023-09-28 00:00")
)
RUBRIC = rules.criteria(HOMEWORK)
TUTOR, OTHER, LEARNER = 1, 2, 3


def facts(**changes: object) -> rules.WorkFacts:
    return rules.WorkFacts(**{"state": "submitted", "versions": 1, **changes})


@pytest.mark.parametrize(
    ("changes", "at", "length", "codes", "late"),
    [
        ({"state": "draft"}, "2023-09-01 00:00", 20, (), False),
        ({"state": "draft"}, "2023-08-31 23:59", 20, ("batch_not_started",), False),
        ({"state": "draft"}, "2023-09-15 23:59", 20, (), False),
        ({"state": "draft"}, "2023-09-16 00:00", 20, (), True),  # day 15, 24:00 is over
        ({"state": "draft"}, "2023-09-20 23:59", 20, (), True),
        ({"state": "draft"}, "2023-09-21 00:00", 20, ("batch_ended",), True),
        ({"state": "draft"}, "2023-09-05 00:00", 0, ("work_empty",), False),
        ({"state": "draft"}, "2023-09-05 00:00", 19, ("work_too_short",), False),
        # another version
        ({}, "2023-09-15 23:59", 20, (), False),
        ({}, "2023-09-16 00:00", 20, ("kept_in_time",), True),
        ({"late": True}, "2023-09-18 00:00", 20, (), True),
        ({"state": "marked", "points": 80}, "2023-09-05 00:00", 20, ("work_marked",), False),
        # a revision keeps what it was
        ({"state": "returned", "revise_until": moment("2023-09-19 00:00")}, "2023-09-18 00:00", 20, (), False),
        (
            {"state": "returned", "late": True, "revise_until": moment("2023-09-19 00:00")},
            "2023-09-18 00:00",
            20,
            (),
            True,
        ),
        ({"state": "returned", "revise_until": moment("2023-09-19 00:00")}, "2023-09-19 00:00", 20, (), True),
        ({"state": "returned", "revise_until": moment("2023-09-23 00:00")}, "2023-09-22 23:59", 20, (), False),
        (
            {"state": "returned", "revise_until": moment("2023-09-23 00:00")},
            "2023-09-23 00:00",
            20,
            ("batch_ended",),
            True,
        ),
    ],
)
def test_handing_in(changes: dict, at: str, length: int, codes: tuple[str, ...], late: bool) -> None:
    made = rules.may_submit_work(
        facts=facts(**changes), window=W, standing=True, length=length, least=20, now=moment(at)
    )
    assert made.decision.codes == codes
    assert made.late is late


def test_who_has_left_hands_in_nothing() -> None:
    made = rules.may_submit_work(
        facts=facts(), window=W, standing=False, length=5, least=20, now=moment("2023-09-22 00:00")
    )
    assert made.decision.codes == ("not_learning", "batch_ended", "work_too_short")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2023-09-05 20:14", "2023-09-09 00:00"),  # 24:00 of the third day after
        ("2023-09-05 00:00", "2023-09-09 00:00"),
        ("2023-09-19 12:00", "2023-09-23 00:00"),
        ("2023-09-26 12:00", "2023-09-28 00:00"),  # not beyond the marking days
    ],
)
def test_days_of_a_revision(now: str, until: str) -> None:
    assert rules.revise_until(now=moment(now), days=3, window=W) == moment(until)


def mark(changes: dict | None = None, **given: object) -> tuple[str, ...]:
    asked = {
        "marker": TUTOR,
        "learner": LEARNER,
        "as_tutor": True,
        "as_province": False,
        "lock_version": 0,
        "given": (50, 40),
        "now": moment("2023-09-10 09:00"),
    }
    return rules.may_mark(facts=facts(**(changes or {})), window=W, rubric=RUBRIC, **{**asked, **given}).codes


AFTER = {"now": moment("2023-09-28 00:00"), "as_tutor": False, "as_province": True}


@pytest.mark.parametrize(
    ("changes", "asked", "codes"),
    [
        ({}, {}, ()),
        ({}, {"learner": TUTOR}, ("own_work",)),
        ({"state": "draft", "versions": 0}, {}, ("nothing_to_mark",)),
        ({}, {"now": moment("2023-09-27 23:59")}, ()),
        ({}, {"now": moment("2023-09-28 00:00")}, ("marking_over",)),
        ({}, AFTER, ()),
        ({}, {"as_tutor": False, "as_province": True}, ("not_marker",)),
        ({"state": "marked", "points": 60}, {}, ()),  # the tutor's own correction
        ({"state": "marked", "points": 60}, AFTER, ("mark_stands",)),
        ({"lock_version": 1}, {}, ("changed_meanwhile",)),
        ({"claimed_by": OTHER, "claimed_until": moment("2023-09-10 09:01")}, {}, ("claimed_by_other",)),
        ({"claimed_by": OTHER, "claimed_until": moment("2023-09-10 09:00")}, {}, ()),
        ({"claimed_by": TUTOR, "claimed_until": moment("2023-09-10 09:01")}, {}, ()),
        ({"state": "returned", "revise_until": moment("2023-09-12 00:00")}, {}, ("being_revised",)),
        (
            {"state": "returned", "revise_until": moment("2023-09-10 09:00")},
            {},
            (),
        ),  # not revised in time: what is there is marked
        ({}, {"given": (50,)}, ("criteria_incomplete",)),
        ({}, {"given": (51, 0)}, ("criteria_incomplete",)),
        ({}, {"given": (-1, 0)}, ("criteria_incomplete",)),
        (
            {"lock_version": 2, "claimed_by": OTHER, "claimed_until": moment("2023-10-01 00:00")},
            {"learner": TUTOR, "now": moment("2023-09-28 00:00"), "given": ()},
            ("own_work", "marking_over", "claimed_by_other", "changed_meanwhile", "criteria_incomplete"),
        ),
    ],
)
def test_marking(changes: dict, asked: dict, codes: tuple[str, ...]) -> None:
    assert mark(changes, **asked) == codes


@pytest.mark.parametrize(
    ("changes", "asked", "codes"),
    [
        ({}, {}, ()),
        ({}, {"comment_length": 4}, ("comment_too_short",)),
        ({}, {"until": moment("2023-09-10 09:00")}, ("no_time_to_revise",)),
        ({"state": "marked", "points": 10}, {}, ("mark_stands",)),
        ({"lock_version": 3}, {}, ("changed_meanwhile",)),
        ({}, {"learner": TUTOR}, ("own_work",)),
        ({}, {"as_tutor": False}, ("not_marker",)),
        ({"state": "returned", "revise_until": moment("2023-09-12 00:00")}, {}, ("being_revised",)),
    ],
)
def test_returning(changes: dict, asked: dict, codes: tuple[str, ...]) -> None:
    now = moment("2023-09-10 09:00")
    given = {
        "marker": TUTOR,
        "learner": LEARNER,
        "as_tutor": True,
        "lock_version": 0,
        "comment_length": 5,
        "until": moment("2023-09-14 00:00"),
        "now": now,
        **asked,
    }
    assert rules.may_return(facts=facts(**changes), window=W, **given).codes == codes


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        (70, 71, ()),
        (70, 70, ()),
        (70, 69, ("never_lower",)),
        (None, 70, ("nothing_to_raise",)),
        (70, 101, ("points_out_of_range",)),
    ],
)
def test_an_appeal_never_lowers(before: int | None, after: int, codes: tuple[str, ...]) -> None:
    assert rules.raised(before=before, after=after, comment_length=9, decider=TUTOR, learner=LEARNER).codes == codes


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.data())
def test_points_are_of_a_hundred_whatever_the_rubric(tops: list[int], data: st.DataObject) -> None:
    rubric = [rules.Criterion(str(i), top, ()) for i, top in enumerate(tops)]
    given_points = [data.draw(st.integers(0, top)) for top in tops]
    points = rules.points_of(given_points, rubric)
    assert 0 <= points <= 100
    assert abs(points * sum(tops) - 100 * sum(given_points)) * 2 <= sum(tops)
    assert rules.points_of(tops, rubric) == 100


@given(st.datetimes(datetime(2023, 9, 1), datetime(2023, 9, 27)))
def test_a_revision_has_three_whole_days_or_all_that_is_left(at: datetime) -> None:
    now = at.replace(tzinfo=W.starts.tzinfo)
    until = rules.revise_until(now=now, days=3, window=W)
    assert until == W.marking_ends or timedelta(days=3) < until - now <= timedelta(days=4)
