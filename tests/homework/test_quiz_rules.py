"""Marking is exact, attempts count by the policy, windows close to the second."""

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import QUIZ
from yanxiu.homework import rules

ASKED = rules.questions(QUIZ)
RIGHT = {"0": "B", "1": ["D", "B"], "2": False, "3": "４ 。"}
START = datetime(2023, 9, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
END = START + timedelta(days=20)


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        (RIGHT, (40, 30, 10, 20)),
        ({}, (0, 0, 0, 0)),
        ({"0": "A", "1": ["B"], "2": True, "3": "五"}, (0, 0, 0, 0)),
        ({"1": ["B", "D", "A"]}, (0, 0, 0, 0)),  # one too many: nothing
        ({"1": ["B", "D", "D"]}, (0, 30, 0, 0)),
        ({"1": "BD"}, (0, 0, 0, 0)),  # not a list of letters
        ({"0": ["B"]}, (0, 0, 0, 0)),
        ({"0": "b"}, (0, 0, 0, 0)),  # no option of that letter
        ({"2": "false"}, (0, 0, 10, 0)),
        ({"2": 0}, (0, 0, 0, 0)),  # zero is not "false"
        ({"3": "。"}, (0, 0, 0, 0)),
        ({"3": " 四！ "}, (0, 0, 0, 20)),
        ({"9": "B", "x": "y"}, (0, 0, 0, 0)),
    ],
)
def test_marking(answers: dict, points: tuple[int, ...]) -> None:
    marked = rules.mark(ASKED, answers)
    assert marked.points == points
    assert marked.out_of == 100


@pytest.mark.parametrize(
    ("given", "accepted", "right"),
    [
        ("Ｎｅｗ　Ｙｏｒｋ", "new york", True),
        ("newyork.", "New York", True),
        ("回音", "回音。", True),
        ("“回音”", "回音", False),  # a mark in front is not at the end
        ("3.14", "3.14", True),
        ("314", "3.14", False),
        ("", "回音", False),
    ],
)
def test_fill_is_compared_without_width_case_space_and_final_marks(given: str, accepted: str, right: bool) -> None:
    asked = rules.questions({"questions": [{"kind": "fill", "text": "？", "answer": [accepted], "points": 5}]})
    assert (rules.mark(asked, {"0": given}).total == 5) is right


def test_public_side_of_a_question_has_no_answer() -> None:
    for question in ASKED:
        assert set(rules.public(question)) == {"kind", "text", "options", "points"}


@pytest.mark.parametrize(
    ("counts", "worth"),
    [("best", Fraction(9, 10)), ("last", Fraction(1, 3)), ("first", Fraction(1, 2)), ("mean", Fraction(26, 45))],
)
def test_attempts_count_by_the_policy(counts: str, worth: Fraction) -> None:
    assert rules.fraction([(5, 10), (9, 10), (1, 3)], counts) == worth
    assert rules.fraction([], counts) is None


@given(st.lists(st.tuples(st.integers(0, 100), st.just(100)), min_size=1, max_size=6))
def test_any_way_of_counting_stays_between_worst_and_best(attempts: list[tuple[int, int]]) -> None:
    shares = [Fraction(p, o) for p, o in attempts]
    for counts in ("best", "last", "first", "mean"):
        assert min(shares) <= rules.fraction(attempts, counts) <= max(shares)


answers = st.dictionaries(
    st.sampled_from(["0", "1", "2", "3", "4", ""]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=6),
        st.lists(st.one_of(st.text(max_size=2), st.integers()), max_size=5),
        st.dictionaries(st.text(max_size=2), st.text(max_size=2), max_size=2),
    ),
    max_size=6,
)


@given(answers)
def test_whatever_a_browser_sends_is_marked_question_by_question(given: dict) -> None:
    marked = rules.mark(ASKED, given)
    assert all(p in (0, q.points) for p, q in zip(marked.points, ASKED, strict=True))
    assert rules.mark(ASKED, rules.clean(ASKED, given)) == marked
    # A single answer changes at most its own question.
    for place in given:
        without = {k: v for k, v in given.items() if k != place}
        differ = [
            i for i, (a, b) in enumerate(zip(marked.points, rules.mark(ASKED, without).points, strict=True)) if a != b
        ]
        assert differ in ([], [int(place)] if place.isdecimal() else [])


def facts(**changes: object) -> rules.QuizFacts:
    return rules.QuizFacts(**{"standing": True, "starts": START, "ends": END, "allowed": 3, **changes})


@pytest.mark.parametrize(
    ("changes", "now", "codes"),
    [
        ({}, START, ()),
        ({}, START - timedelta(seconds=1), ("batch_not_started",)),
        ({}, END - timedelta(microseconds=1), ()),
        ({}, END, ("batch_ended",)),
        ({"used": 2}, START, ()),
        ({"used": 3}, START, ("no_attempts_left",)),
        ({"used": 1, "full": True}, START, ()),
        ({"standing": False, "used": 3}, END, ("not_learning", "batch_ended", "no_attempts_left")),
    ],
)
def test_starting_and_handing_in(changes: dict, now: datetime, codes: tuple[str, ...]) -> None:
    assert rules.may_start(facts(**changes), now).codes == codes
    assert rules.may_submit(facts(**changes), now).codes == codes


@pytest.mark.parametrize(
    ("changes", "now", "shown"),
    [
        ({}, START, False),
        ({"used": 1}, START, False),
        ({"used": 2}, END - timedelta(seconds=1), False),
        ({"used": 3}, START, True),
        ({"used": 1, "full": True}, START, True),
        ({"used": 1, "full": True, "counts": "mean"}, START, False),
        ({"used": 1}, END, True),
        ({}, END, True),
    ],
)
def test_answers_are_shown_once_knowing_them_wins_nothing(changes: dict, now: datetime, shown: bool) -> None:
    assert rules.revealed(facts(**changes), now) is shown
