"""Marks: exact, capped, monotone, explained so that the lines add up; the boundaries as a table (A2.1-A2.4)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scoring.evidence import days, evidence, evidences, policies, policy
from yanxiu.scoring.rules import Evidence, Quiz, TalkDay, Work, assess, lines_that_add_up

FULL = 24_000


@settings(max_examples=120, deadline=None)
@given(policies, evidences)
def test_parts_and_lines_add_up_and_stay_under_their_weights(policy, facts):
    found = assess(policy, facts)
    assert sum(part.shown for part in found.parts) == found.total
    assert abs(Fraction(found.total) - found.exact) < Fraction(1, 10**policy.result.digits)
    for part in found.parts:
        assert 0 <= part.exact <= part.weight
        assert sum((line.points for line in part.lines), Fraction(0)) == part.exact
        assert sum((shown for _line, shown in lines_that_add_up(part, policy.result.digits)), Decimal(0)) == part.shown


@settings(max_examples=80, deadline=None)
@given(policies, evidences, st.integers(0, 20_000), days, st.integers(0, 100))
def test_more_is_never_less(policy, facts, seconds, more_days, mark):
    before = assess(policy, facts).total
    assert assess(policy, replace(facts, video_seconds=facts.video_seconds + seconds)).total >= before
    assert assess(policy, replace(facts, featured=facts.featured + 1)).total >= before
    fuller = {d.day: d for d in facts.days} | {
        d.day: TalkDay(d.day, d.posts + o.posts, d.replies + o.replies)
        for d, o in zip(more_days, (*facts.days, *[TalkDay(d.day, 0, 0) for d in more_days]), strict=False)
    }
    assert assess(policy, replace(facts, days=tuple(fuller.values()))).total >= before
    first = facts.works[0]
    better = replace(first, handed_in=True, points=max(mark, first.points or 0), excellent=first.excellent)
    assert assess(policy, facts.with_works((better, *facts.works[1:]))).total >= before


@settings(max_examples=60, deadline=None)
@given(evidences)
def test_stored_evidence_gives_the_same_mark(facts):
    again = Evidence.from_json(facts.to_json())
    assert again == facts
    assert assess(policy(), again) == assess(policy(), facts)


TIME = [
    ("proportional", 0, Fraction(0)),
    ("proportional", 1, Fraction(50, FULL)),
    ("proportional", FULL - 1, Fraction(50) * (FULL - 1) / FULL),
    ("proportional", FULL, Fraction(50)),
    ("proportional", FULL * 2, Fraction(50)),
    ("stepped", 2_399, Fraction(0)),
    ("stepped", 2_400, Fraction(5)),
    ("stepped", FULL - 1, Fraction(45)),
    ("stepped", FULL, Fraction(50)),
    ("all-or-nothing", FULL - 1, Fraction(0)),
    ("all-or-nothing", FULL, Fraction(50)),
]


@pytest.mark.parametrize(("rule", "seconds", "points"), TIME)
def test_time(rule, seconds, points):
    assert assess(policy(time__full_mark=rule), Evidence(video_seconds=seconds)).part("time").exact == points


@pytest.mark.parametrize(
    ("exact_cents", "digits_rule", "total", "passed"),
    [
        (Fraction("7999.5"), "half-up", "80.00", True),
        (Fraction("7999.4"), "half-up", "79.99", False),
        (Fraction("7999.499"), "half-up", "79.99", False),
        (Fraction("8000"), "half-up", "80.00", True),
        (Fraction("7999.5"), "half-even", "80.00", True),
        (Fraction("7998.5"), "half-even", "79.98", False),
        (Fraction("7999.9"), "down", "79.99", False),
    ],
)
def test_the_threshold_compares_the_rounded_total(exact_cents, digits_rule, total, passed):
    """79.995 is 80.00 and passes; 79.994 is 79.99 and fails."""
    # Everything but the time is full (10 + 20); the weights put the rest on the time, cut to the exact cent.
    rest = exact_cents / 100 - 30
    rule = policy(
        result__rounding=digits_rule,
        result__weights__time="70",
        result__weights__interaction="0",
        result__weights__excellent="0",
        **NO_TALK,
    )
    seconds = rest * FULL / 70
    scale = seconds.denominator
    rule = rule.model_copy(update={"time": rule.time.model_copy(update={"required_hours": Decimal(10 * scale)})})
    found = assess(rule, evidence(int(seconds * scale), [100], [100]))
    assert found.exact * 100 == exact_cents
    assert (str(found.total), found.passed) == (total, passed)


NO_TALK = {
    f"interaction__{name}": "0"
    for name in (
        "post",
        "reply",
        "daily_cap",
        "featured",
        "forum_cap",
        "live_points",
        "live_session_cap",
        "live_cap",
        "activity_points",
        "activity_cap",
    )
}


@pytest.mark.parametrize(
    ("points", "passed", "honours"),
    [(79, False, False), (80, True, False), (89, True, False), (90, True, True)],
)
def test_pass_and_honours_are_inclusive(points, passed, honours):
    # time 50 + objective 10 + subjective 20 × mark + forum 12 (of 18): the mark of the work moves the total in steps of 0.2.
    facts = evidence(FULL, [100], [min(100, (points - 72) * 5) if points <= 92 else 100], posts=12)
    found = assess(policy(), facts)
    assert (found.total, found.passed, found.honours) == (points, passed, honours)


def test_a_confirmed_finding_fails():
    found = assess(policy(), evidence(FULL, [100], [100], posts=12, finding=True))
    assert found.total == 92
    assert (found.passed, found.honours) == (False, False)
    assert [r.code for r in found.against] == ["finding_confirmed"]


def test_objective_takes_the_best_of_three_and_counts_a_missing_quiz_as_zero():
    facts = Evidence(quizzes=(Quiz(1, "一", ((3, 10), (9, 10), (5, 10))), Quiz(2, "二")))
    assert assess(policy(), facts).part("objective").exact == Fraction(9, 2)
    assert assess(policy(quiz__counts="last"), facts).part("objective").exact == Fraction(5, 2)
    assert assess(policy(quiz__counts="first"), facts).part("objective").exact == Fraction(3, 2)


@pytest.mark.parametrize(
    ("works", "points", "codes"),
    [
        ([(True, False, 88)], Fraction("17.6"), ["work"]),
        ([(True, True, 88)], Fraction("14.08"), ["work_late"]),
        ([(True, False, 90), (False, False, None)], Fraction(9), ["work", "work_missing"]),
        ([(True, False, 90), (True, False, None)], Fraction(9), ["work", "work_waiting"]),
        ([(True, False, 0)], Fraction(0), ["work"]),
        (
            [(True, False, 100), (True, True, 100), (True, False, 50)],
            Fraction(20, 3) * Fraction("2.3"),
            ["work", "work_late", "work"],
        ),
    ],
)
def test_subjective(works, points, codes):
    facts = Evidence(works=tuple(Work(i, "作业", i, *row) for i, row in enumerate(works)))
    part = assess(policy(), facts).part("subjective")
    assert (part.exact, [line.code for line in part.lines]) == (points, codes)


def test_unmarked_work_waits_and_is_not_a_zero():
    assert assess(policy(), evidence(FULL, [100], [None])).waiting is False
    assert assess(policy(), Evidence(works=(Work(1, "作业", 1, True),))).waiting is True


def test_excellent_is_flat_and_once():
    two = tuple(Work(i, "作业", i, True, False, 90, excellent=True) for i in (1, 2))
    assert assess(policy(), Evidence(works=two)).part("excellent").exact == 2


@pytest.mark.parametrize(
    ("rows", "featured", "points"),
    [
        ([(1, 0)], 0, 1),
        ([(0, 1)], 0, Fraction(1, 2)),
        ([(3, 1)], 0, 3),  # the day's cap
        ([(9, 0), (9, 0)], 0, 6),
        ([(3, 0)], 1, 5),  # featured beside the day's cap
        ([(3, 0)] * 4, 0, 12),
        ([(3, 0)] * 10, 5, 12),  # the forum's cap
        ([], 7, 12),
    ],
)
def test_interaction(rows, featured, points):
    facts = evidence(featured=featured)
    facts = replace(
        facts, days=tuple(TalkDay(__import__("datetime").date(2023, 9, n), p, r) for n, (p, r) in enumerate(rows, 1))
    )
    assert assess(policy(), facts).part("interaction").exact == points


@pytest.mark.parametrize(
    ("minima", "codes"),
    [
        ({"time": "40"}, ["below_minimum"]),
        ({"objective": "all-works"}, ["works_missing"]),
        ({"subjective": "all-works", "time": "40"}, ["below_minimum", "works_missing"]),
        ({"interaction": "6"}, []),
    ],
)
def test_minima_stop_a_pass_whatever_the_total(minima, codes):
    rule = policy(result__minima=minima, result__pass="50", result__excellent="50")
    found = assess(rule, evidence(18_000, [100, None], [100, None], posts=12))
    assert sorted(r.code for r in found.against) == codes
    assert found.passed is (not codes)
