"""What is missing to pass, and the shortest way: doing what it says passes; nothing shorter would; "not reachable" is true."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.factories import moment
from tests.scoring.evidence import FIRST_DAY, evidence, evidences, policy
from yanxiu.lib import clock
from yanxiu.programme.rules import Policy
from yanxiu.scoring.rules import Evidence, TalkDay, Way, Work, assess, missing_to_pass, remaining_of
from yanxiu.scoring.rules.assess import time_points
from yanxiu.scoring.rules.way import _seconds_for, planned

DATES = {
    "starts": moment("2023-09-01 00:00"),
    "due": moment("2023-09-16 00:00"),
    "ends": moment("2023-09-21 00:00"),
    "marking_ends": moment("2023-09-28 00:00"),
}
RULE = policy()


def way(facts: Evidence, now: str = "2023-09-13 20:14", left: int = 24_000, rule: Policy = RULE) -> Way:
    remaining = remaining_of(rule, facts, now=moment(now), material_left=left, **DATES)
    return missing_to_pass(assess(rule, facts), rule, remaining)


def done(facts: Evidence, steps, now, rule: Policy) -> Evidence:
    """The evidence after a learner did exactly what the steps ask for, no more."""
    for step in steps:
        n = step.numbers
        match step.code:
            case "time":
                facts = replace(facts, video_seconds=facts.video_seconds + n["seconds"])
            case "quiz":
                facts = replace(
                    facts,
                    quizzes=tuple(
                        replace(q, attempts=(*q.attempts, (n["percent"], 100))) if q.item == n["item"] else q
                        for q in facts.quizzes
                    ),
                )
            case "work" | "wait":
                late = n["factor"] != 1
                facts = facts.with_works(
                    tuple(
                        replace(w, handed_in=True, late=late, points=n["mark"]) if w.item == n["item"] else w
                        for w in facts.works
                    )
                )
            case "excellent":
                first = next(w for w in facts.works)
                facts = facts.with_works((replace(first, excellent=True), *facts.works[1:]))
            case "forum":
                facts = replace(facts, days=_posted(facts, n["posts"], now, rule))
    return facts


def _posted(facts, posts, now, rule):
    """The posts on the days where each brings most."""
    today = max(clock.local(now).date(), FIRST_DAY)
    rows = {d.day: d for d in facts.days}
    days = [today + timedelta(days=n) for n in range((DATES["ends"].date() - today).days)]
    for _ in range(posts):

        def gain(day):
            d = rows.get(day, TalkDay(day, 0, 0))
            return min(Fraction(3), d.posts + 1 + Fraction(d.replies, 2)) - min(
                Fraction(3), d.posts + Fraction(d.replies, 2)
            )

        best = max(days, key=gain)
        d = rows.get(best, TalkDay(best, 0, 0))
        rows[best] = replace(d, posts=d.posts + 1)
    return tuple(rows.values())


nows = st.sampled_from(
    [
        "2023-08-30 09:00",
        "2023-09-01 00:00",
        "2023-09-10 12:00",
        "2023-09-18 08:00",
        "2023-09-20 23:50",
        "2023-09-22 10:00",
    ]
)


@settings(max_examples=250, deadline=None)
@given(evidences, nows, st.integers(0, 24_000), st.sampled_from(["proportional", "stepped", "all-or-nothing"]))
def test_doing_what_it_says_passes_and_nothing_shorter_does(facts, now, left, full_mark):
    rule = policy(time__full_mark=full_mark)
    found = assess(rule, facts)
    remaining = remaining_of(rule, facts, now=moment(now), material_left=left, **DATES)
    said = missing_to_pass(found, rule, remaining)
    assume(not found.passed)
    best = max(
        (
            sum((o.gain for o in some), Fraction(0))
            for r in range(len(remaining.options) + 1)
            for some in combinations(remaining.options, r)
        ),
        default=0,
    )
    assert said.reachable is (found.exact + best >= 80)
    if not said.reachable:
        return
    assert assess(rule, done(facts, said.steps, moment(now), rule)).passed
    own = [s for s in said.steps if s.code != "wait"]
    acts = [o for o in remaining.options if o.code != "wait"]
    # A work is planned at the pass mark where that is enough, else at 100; excellence only when even that is too little.
    for work, excellent in ((Fraction(80, 100), False), (Fraction(1), False), (Fraction(1), True)):
        tier = [planned(o, work) for o in acts if excellent or o.code != "excellent"]
        free = found.exact + sum((planned(o, work) for o in remaining.options if o.code == "wait"), Fraction(0))
        if free + sum(tier) >= 80:
            assert not own or all(free + sum(some) < 80 for some in combinations(tier, len(own) - 1))
            break


def test_where_excellence_is_needed_a_smaller_thing_is_not():
    """36 + quiz 10 + work 20 + forum 12 + excellence 2 is 80: the second that is left of the course is nobody's business."""
    facts = evidence(17_280, [None], [None])
    remaining = remaining_of(policy(), facts, now=moment("2023-08-30 09:00"), material_left=1, **DATES)
    said = missing_to_pass(assess(policy(), facts), policy(), remaining)
    assert said.reachable and sorted(step.code for step in said.steps) == ["excellent", "forum", "quiz", "work"]


def test_the_still_of_the_blueprint():
    """38.50 + 6.75 + 8.80 + 9.50: the rest of the course, then the second work, which need not be perfect."""
    facts = evidence(18_480, [100, 90, 80, None], [88, None], posts=9)
    facts = replace(
        facts,
        days=(*facts.days, replace(facts.days[0], day=facts.days[-1].day + timedelta(days=1), posts=0, replies=1)),
    )
    assert assess(RULE, facts).total == Fraction("63.55")
    said = way(facts, left=5_520)
    assert said.reachable
    assert str(said.missing) == "16.45"
    assert [s.code for s in said.steps] == ["time", "work"]
    assert said.steps[0].numbers["seconds"] == 5_520
    assert said.steps[1].numbers["mark"] == 50


def test_a_perfect_work_is_planned_only_when_there_is_no_other_way():
    facts = evidence(19_200, [90, None], [88, None], posts=7)
    assert [(s.code, s.numbers.get("mark")) for s in way(facts, left=4_800).steps] == [
        ("time", None),
        ("forum", None),
        ("work", 47),
    ]


def test_late_work_counts_less_on_the_way():
    said = way(evidence(24_000, [100], [None, 60]), now="2023-09-17 08:00", left=0)
    work = next(s for s in said.steps if s.code == "work")
    assert (work.numbers["late"], work.numbers["factor"]) == (True, Fraction("0.8"))


def test_not_reachable_is_said():
    said = way(evidence(0, [50], [40, 40]), now="2023-09-20 23:00", left=24_000)
    assert (said.reachable, said.steps) == (False, ())
    assert said.most < 80


def test_after_the_end_only_marks_can_come():
    waiting = replace(evidence(24_000, [100], posts=9), works=(Work(1, "作业", 1, True),))
    said = way(waiting, now="2023-09-22 10:00")
    assert [(s.code, s.numbers["mark"]) for s in said.steps] == [("wait", 55)]
    assert not way(evidence(20_000, [100], [50]), now="2023-09-22 10:00").reachable


def test_passed_has_no_way_left():
    said = way(evidence(24_000, [100], [100]))
    assert (said.reachable, said.missing, said.steps) == (True, 0, ())


def test_a_finding_leaves_no_way():
    assert not way(evidence(24_000, [100], [None], finding=True)).reachable


def test_minima_come_first():
    rule = policy(result__minima={"interaction": "2"})
    said = way(evidence(24_000, [100], [100]), rule=rule)
    assert [s.code for s in said.steps] == ["forum"]
    rule = policy(result__minima={"objective": "all-works"})
    said = way(evidence(24_000, [100, None], [100]), rule=rule)
    assert [s.code for s in said.steps] == ["quiz"]


@given(have=st.integers(0, 25_000), gain=st.fractions(0, 60, max_denominator=997), full_mark=st.sampled_from(["proportional", "stepped"]))  # fmt: skip
def test_the_seconds_for_a_gain_are_the_fewest(have, gain, full_mark):
    rule = policy(time__full_mark=full_mark)
    goal, seconds = time_points(rule, have) + gain, _seconds_for(rule, have, gain)
    assume(goal <= rule.result.weights.time)
    assert time_points(rule, have + seconds) >= goal
    assert seconds == 0 or time_points(rule, have + seconds - 1) < goal
