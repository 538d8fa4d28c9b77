"""Every refusal, as a table: what is asked in which world, and all the codes that come back. And each code has its sentence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from yanxiu.places.rules import decide
from yanxiu.places.rules import values as v

from .test_rules import BATCH, NOW, OFFICE, START, facts

SCHOOL, OTHER = 10, 11
BEFORE, LATE, ENDED = BATCH.choice_opens - timedelta(seconds=1), START, BATCH.ends
Change = Callable[[v.Facts], Any]


def world() -> v.Facts:
    """100 holds, 101 is enrolled, 102 waits for a seat, 103 to 105 have nothing; class 1 has two seats, both taken, class 2 has one free."""
    known = facts({1: 2, 2: 1, 3: 0}, {SCHOOL: 9, OTHER: 9}, dict.fromkeys(range(100, 107), SCHOOL) | {107: OTHER})
    _ask(
        known,
        v.Choose(person=100, training_class=1),
        v.Choose(person=101, training_class=1),
        v.Enrol(person=101, school=SCHOOL),
    )
    _ask(known, v.Choose(person=102, training_class=1))
    known.classes[1].stages = ("小学", "初中")
    return known


def _ask(known: v.Facts, *requests: v.Request) -> list[v.Answer]:
    for request in requests:
        request.at = request.at or NOW
    n = 1000 + len(known.places) * 10
    return decide(list(requests), known, [(n + i, n + i, n + i) for i in range(len(requests))])[0]


def person(known: v.Facts, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(known.persons[103], name, value)


CHOOSE = {"person": 103, "training_class": 2}
ENROL = {"person": 103, "school": SCHOOL, "training_class": 2}
REPLACE = {"person": 101, "successor": 102, "school": SCHOOL, "reason": "调离教学岗位"}
RETURN = {"person": 101, "school": SCHOOL, "reason": "因病不能参加"}
REFUSE = {"person": 100, "school": SCHOOL, "reason": "课务安排不开"}
ALLOT = {"kind": "allot", "giver": OFFICE, "taker": SCHOOL, "amount": 1}
POLICY = BATCH.policy


def policy(**changes: Any) -> Change:
    from dataclasses import replace

    def change(known: v.Facts) -> None:
        known.batch = replace(BATCH, policy=replace(POLICY, **changes))

    return change


def nothing(known: v.Facts) -> None:
    pass


TABLE: list[tuple[v.Request, Change, tuple[str, ...]]] = [
    # choosing
    (v.Choose(**CHOOSE), nothing, ()),
    (v.Choose(**CHOOSE, at=BEFORE), nothing, ("window_not_open",)),
    (v.Choose(**CHOOSE, at=LATE), nothing, ("window_closed",)),
    (v.Choose(person=999, training_class=2), nothing, ("person_unknown",)),
    (v.Choose(person=103, training_class=99), nothing, ("class_unknown",)),
    (v.Choose(**CHOOSE), lambda k: person(k, on_roster=False), ("not_on_roster",)),
    (v.Choose(**CHOOSE), lambda k: person(k, school=None), ("not_on_roster",)),
    (v.Choose(**CHOOSE), lambda k: person(k, on_duty=False), ("off_duty",)),
    (v.Choose(person=103, training_class=1), lambda k: person(k, stage="高中"), ("stage_mismatch",)),
    (v.Choose(person=103, training_class=1), lambda k: person(k, stage=""), ("no_stage",)),
    (
        v.Choose(person=103, training_class=1),
        lambda k: (person(k, stage="高中"), policy(stage_must_match=False)(k)),
        (),
    ),
    (v.Choose(**CHOOSE), lambda k: person(k, barred_until=NOW + timedelta(seconds=1)), ("barred",)),
    (v.Choose(**CHOOSE), lambda k: person(k, barred_until=NOW), ()),
    (v.Choose(**CHOOSE), lambda k: person(k, took_part=(2022,)), ("consecutive_year",)),
    (v.Choose(**CHOOSE), lambda k: person(k, took_part=(2021,)), ()),
    (v.Choose(**CHOOSE), lambda k: (person(k, took_part=(2021,)), policy(gap_years=2)(k)), ("consecutive_year",)),
    (v.Choose(**CHOOSE), lambda k: person(k, took_part=(2022,), exempt=True), ()),
    (
        v.Choose(**CHOOSE),
        lambda k: (person(k, took_part=(2022,), exempt=True), policy(exemption=False)(k)),
        ("consecutive_year",),
    ),
    (v.Choose(**CHOOSE), lambda k: person(k, elsewhere=4), ("same_year",)),
    (v.Choose(**CHOOSE), lambda k: (person(k, elsewhere=4), policy(once_a_year=False)(k)), ()),
    (v.Choose(**CHOOSE), lambda k: setattr(k.classes[2], "opened_at", NOW + timedelta(1)), ("class_not_open",)),
    (v.Choose(person=100, training_class=2), nothing, ("duplicate_choice",)),
    (v.Choose(person=100, training_class=1, change=True), nothing, ("duplicate_choice",)),
    (v.Choose(person=100, training_class=2, change=True), nothing, ()),
    (v.Choose(person=101, training_class=2, change=True), nothing, ("already_enrolled",)),
    (
        v.Choose(person=103, training_class=1, at=BEFORE),
        lambda k: person(k, on_duty=False, stage="高中", barred_until=LATE, took_part=(2022,), elsewhere=4),
        ("window_not_open", "off_duty", "stage_mismatch", "barred", "consecutive_year", "same_year"),
    ),
    # withdrawing
    (v.Withdraw(person=100), nothing, ()),
    (v.Withdraw(person=103), nothing, ("nothing_to_leave",)),
    (v.Withdraw(person=101), nothing, ("enrolled_cannot_leave",)),
    (v.Withdraw(person=100, at=LATE), nothing, ("window_closed",)),
    # the school enrols
    (v.Enrol(**ENROL), nothing, ()),
    (v.Enrol(**ENROL, at=BATCH.enrolment_opens - timedelta(seconds=1)), nothing, ("window_not_open",)),
    (v.Enrol(**ENROL, at=LATE), nothing, ("window_closed",)),
    (v.Enrol(**ENROL, by=103), nothing, ("self_decision",)),
    (v.Enrol(person=999, school=SCHOOL, training_class=2), nothing, ("person_unknown",)),
    (v.Enrol(person=107, school=SCHOOL, training_class=2), nothing, ("not_own_school",)),
    (v.Enrol(person=103, school=SCHOOL), nothing, ("nothing_to_enrol",)),
    (v.Enrol(person=103, school=SCHOOL, training_class=99), nothing, ("class_unknown",)),
    (v.Enrol(person=103, school=SCHOOL, training_class=3), nothing, ("no_seat",)),
    (v.Enrol(**ENROL), lambda k: setattr(k.quotas[SCHOOL], "received", 2), ("no_quota",)),
    (
        v.Enrol(person=103, school=SCHOOL, training_class=3),
        lambda k: setattr(k.quotas[SCHOOL], "received", 2),
        ("no_seat", "no_quota"),
    ),
    (v.Enrol(**ENROL), lambda k: person(k, took_part=(2022,)), ("consecutive_year",)),
    (v.Enrol(person=101, school=SCHOOL), nothing, ("already_enrolled",)),
    (v.Enrol(person=102, school=SCHOOL), nothing, ("no_seat",)),
    (v.Enrol(person=100, school=SCHOOL, training_class=2), nothing, ("chose_other_class",)),
    (v.Enrol(person=100, school=SCHOOL), lambda k: setattr(k.persons[100], "barred_until", LATE), ("barred",)),
    (v.Enrol(person=100, school=SCHOOL), lambda k: setattr(k.persons[100], "on_roster", False), ()),
    (v.Enrol(person=100, school=OTHER), nothing, ("not_own_school",)),
    # the county confirms
    (v.Confirm(person=100), nothing, ("nothing_to_confirm",)),
    (v.Confirm(person=100), lambda k: setattr(k.places[100], "proposed", True), ()),
    (v.Confirm(person=100, yes=False), lambda k: setattr(k.places[100], "proposed", True), ("reason_too_short",)),
    (v.Enrol(person=100, school=SCHOOL), lambda k: setattr(k.places[100], "proposed", True), ("already_enrolled",)),
    # refusing, returning, replacing
    (v.Refuse(**REFUSE), nothing, ()),
    (v.Refuse(**{**REFUSE, "reason": " 忙  "}), nothing, ("reason_too_short",)),
    (v.Refuse(**{**REFUSE, "person": 101}), nothing, ("nothing_to_enrol",)),
    (v.Refuse(**{**REFUSE, "school": OTHER}), nothing, ("not_own_school",)),
    (v.Refuse(**REFUSE, at=LATE, by=100), nothing, ("window_closed", "self_decision")),
    (v.Return(**RETURN), nothing, ()),
    (v.Return(**RETURN, at=ENDED - timedelta(seconds=1)), nothing, ()),
    (v.Return(**RETURN, at=ENDED), nothing, ("batch_ended",)),
    (v.Return(**RETURN, at=LATE), policy(return_until="start"), ("batch_started",)),
    (v.Return(**{**RETURN, "reason": ""}, by=101), nothing, ("self_decision", "reason_too_short")),
    (v.Return(**{**RETURN, "person": 100}), nothing, ("nothing_to_return",)),
    (v.Return(**{**RETURN, "school": OTHER}), nothing, ("not_own_school",)),
    (v.Replace(**REPLACE), nothing, ()),
    (v.Replace(**{**REPLACE, "successor": 103}), nothing, ("replacement_first_in_line",)),
    (v.Replace(**{**REPLACE, "successor": 103}, at=LATE), nothing, ()),
    (
        v.Replace(**{**REPLACE, "successor": 103}, at=LATE),
        lambda k: person(k, on_duty=False, took_part=(2022,)),
        ("off_duty", "consecutive_year"),
    ),
    (v.Replace(**{**REPLACE, "successor": 107}, at=LATE), nothing, ("not_own_school",)),
    (v.Replace(**{**REPLACE, "successor": 101}, at=LATE), nothing, ("already_enrolled",)),
    (v.Replace(**{**REPLACE, "successor": 999}, at=LATE), nothing, ("person_unknown",)),
    (v.Replace(**REPLACE, at=ENDED), nothing, ("batch_ended",)),
    (v.Replace(**REPLACE, at=LATE), policy(replace_until="start"), ("batch_started",)),
    (v.Replace(**REPLACE, by=102), nothing, ("self_decision",)),
    (v.Replace(**{**REPLACE, "person": 103}), nothing, ("nothing_to_return",)),
    # seats and quota
    (v.Reseat(training_class=1, seats=1), nothing, ("seats_taken",)),
    (v.Reseat(training_class=1, seats=2, at=ENDED), nothing, ("batch_ended",)),
    (v.Reseat(training_class=99, seats=2), nothing, ("class_unknown",)),
    (v.Move(**ALLOT), nothing, ()),
    (v.Move(**ALLOT, at=LATE), nothing, ("window_closed",)),
    (v.Move(**{**ALLOT, "amount": 51}), nothing, ("quota_short",)),
    (v.Move(**{**ALLOT, "amount": 0}), nothing, ("amount_not_positive",)),
    (v.Move(**{**ALLOT, "giver": SCHOOL, "taker": OTHER}), nothing, ("not_next_level",)),
    (v.Move(kind="move", giver=SCHOOL, taker=OTHER, amount=7), nothing, ()),
    (v.Move(kind="move", giver=SCHOOL, taker=OTHER, amount=8), nothing, ("quota_short",)),
    (v.Move(kind="give_back", giver=SCHOOL, taker=OFFICE, amount=8), nothing, ("quota_short",)),
    (v.Move(kind="take_back", giver=SCHOOL, taker=OFFICE, amount=7), nothing, ()),
    (v.Move(kind="take_back", giver=OFFICE, taker=SCHOOL, amount=1), nothing, ("not_next_level",)),
    (v.Move(kind="reduce", giver=SCHOOL, taker=OFFICE, amount=1), nothing, ("not_next_level",)),
    (v.Move(kind="approve", giver=OFFICE, taker=SCHOOL, amount=1), nothing, ("not_next_level",)),
    (v.Move(kind="invent", giver=OFFICE, taker=SCHOOL, amount=1), nothing, ("not_next_level",)),
]


@pytest.mark.parametrize(
    ("request_", "change", "codes"),
    TABLE,
    ids=[f"{type(r).__name__}-{'-'.join(c) or 'yes'}-{i}" for i, (r, _, c) in enumerate(TABLE)],
)
def test_refusal(request_: v.Request, change: Change, codes: tuple[str, ...]) -> None:
    known = world()
    change(known)
    (answer,) = _ask(known, request_)
    assert answer.ok is (not codes) and (answer.codes == codes or not codes)
    if codes:
        assert answer.outcome == "no"


def test_every_code_has_its_sentence() -> None:
    from yanxiu.web import reasons

    codes = {code for _, _, codes in TABLE for code in codes}
    assert codes <= reasons.REASONS.keys()
    for request, change, expected in TABLE:
        if expected:
            known = world()
            change(known)
            for line in reasons.explain(_ask(known, request)[0].decision):
                assert "…" not in line.sentence, line


def test_with_review_the_school_proposes_and_the_county_confirms() -> None:
    known = world()
    policy(review="county")(known)
    (proposed,) = _ask(known, v.Enrol(person=100, school=SCHOOL))
    assert proposed.outcome == "holding" and known.places[100].proposed
    (confirmed,) = _ask(known, v.Confirm(person=100, by=1))
    assert confirmed.outcome == "enrolled"


@pytest.mark.parametrize(("running", "outcome"), [("finish", "enrolled"), ("stop", "returned")])
def test_a_bar_and_what_runs(running: str, outcome: str) -> None:
    known = world()
    policy(bar_running=running)(known)
    _ask(known, v.Cancel(person=101, reason="认定抄袭", at=START + timedelta(days=3)))
    assert known.places[101].state == outcome and known.classes[1].used == 2
