import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib.decision import Decision, Reason

numbers = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.dates() | st.times() | st.fractions()
    | st.datetimes(timezones=st.just(UTC)) | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5).filter(lambda key: key != "@"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.text(min_size=1, max_size=8).filter(lambda key: key != "@"), numbers, max_size=4))
def test_json_keeps_codes_clauses_and_the_types_of_numbers(values):
    decision = Decision.no(Reason("window-closed", "T3.3b", values), Reason("quota", "T3.2b"))
    assert Decision.from_json(json.loads(json.dumps(decision.to_json()))) == decision


def test_types_survive():
    values = {
        "day": date(2023, 7, 16),
        "at": datetime(2023, 7, 16, tzinfo=UTC),
        "t": time(8),
        "mark": Decimal("79.995"),
        "share": Fraction(3, 10),
    }
    back = Decision.from_json(json.loads(json.dumps(Decision.no(Reason("x", "", values)).to_json())))
    assert {key: type(value) for key, value in back.reasons[0].numbers.items()} == {
        key: type(value) for key, value in values.items()
    }


def test_yes_and_no():
    assert Decision.yes()
    assert Decision.yes().reasons == ()
    refused = Decision.no(Reason("a"), Reason("b"))
    assert not refused
    assert refused.codes == ("a", "b")
    assert Decision.unless([]).ok
    assert Decision.unless([Reason("a")]) == Decision.no(Reason("a"))


def test_a_refusal_has_a_reason():
    with pytest.raises(ValueError, match="reason"):
        Decision.no()
    with pytest.raises(ValueError, match="reason"):
        Decision(False)


def test_floats_are_no_basis_of_a_decision():
    with pytest.raises(TypeError, match="float"):
        Reason("x", "", {"share": 0.3}).to_json()


def test_decisions_are_values():
    assert {Decision.no(Reason("a", "T1.1", {"n": 1})), Decision.no(Reason("a", "T1.1", {"n": 1}))} == {
        Decision.no(Reason("a", "T1.1", {"n": 1}))
    }
