from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib import identity
from yanxiu.lib.identity import IdentityProblem, PhoneProblem

births = st.dates(date(1900, 1, 1), date(2010, 12, 31))
numbers = st.builds(identity.make, st.from_regex(r"[1-9][0-9]{5}", fullmatch=True), births, st.integers(0, 999))
GOOD = "11010519491231002X"  # the standard's own example


@given(numbers)
def test_made_numbers_are_right(number):
    assert len(number) == 18
    assert identity.check(number) is None
    assert identity.check(number.lower()) is None


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(number, place, other):
    wrong = number[:place] + other + number[place + 1 :]
    assert (identity.check(wrong) is None) == (wrong == number)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_found(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (identity.check(swapped) is None) == (swapped == number)


@given(numbers)
def test_what_a_spreadsheet_makes_of_it_is_told_apart(number):
    digits = int(number[:17] + "0")
    shown = f"{digits:.5E}"
    assert identity.check(shown) is IdentityProblem.SCIENTIFIC
    zeroed = number[:15] + "000"
    if zeroed != number:
        assert identity.check(zeroed) in {IdentityProblem.ZEROED, None}
        assert identity.check(zeroed) is IdentityProblem.ZEROED or identity.check_digit(zeroed[:17]) == "0"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", IdentityProblem.EMPTY),
        ("   ", IdentityProblem.EMPTY),
        ("11010519491231002", IdentityProblem.LENGTH),
        ("110105491231002", IdentityProblem.LENGTH),  # the old 15 digits
        ("11010519491231002XX", IdentityProblem.LENGTH),
        ("1101051949123100ZX", IdentityProblem.CHARACTERS),
        ("同上", IdentityProblem.CHARACTERS),
        ("护照E1234567", IdentityProblem.CHARACTERS),
        ("X1010519491231002X", IdentityProblem.CHARACTERS),
        ("110105194912310O2X", IdentityProblem.CHARACTERS),
        ("110105194902300021", IdentityProblem.DATE),
        ("110105189912310021", IdentityProblem.DATE),
        ("110105194912310021", IdentityProblem.CHECKSUM),
        ("3.20102E+17", IdentityProblem.SCIENTIFIC),
        ("3.20102e17", IdentityProblem.SCIENTIFIC),
        ("3.20102199001011E+17", IdentityProblem.SCIENTIFIC),
        ("320102199001011000", IdentityProblem.ZEROED),
        (GOOD, None),
        ("11010519491231002x", None),
        ("110105 19491231 002X", None),
        ("'11010519491231002X", None),
        ("１１０１０５１９４９１２３１００２Ｘ", None),
        ("\u200b11010519491231002X\u00a0", None),
    ],
)
def test_table(value, problem):
    assert identity.check(value) == problem
    if problem is None:
        assert identity.normalise(value) == GOOD


def test_born_later_than_today_is_refused_where_the_day_is_known():
    number = identity.make("320102", date(2024, 5, 1), 3)
    assert identity.check(number) is None
    assert identity.check(number, today=date(2023, 8, 29)) is IdentityProblem.DATE
    assert identity.check(number, today=date(2024, 5, 1)) is None


def test_masks():
    assert identity.mask("32010219900101123X") == "320102********123X"
    assert identity.mask("12345") == "*****"
    assert identity.mask_phone("13812341234") == "138****1234"
    assert identity.mask_phone("1381234") == "*******"


@pytest.mark.parametrize(
    ("area", "seq"), [("32010", 1), ("3201022", 1), ("32010a", 1), ("320102", 1000), ("320102", -1)]
)
def test_make_refuses(area, seq):
    with pytest.raises(ValueError, match="area"):
        identity.make(area, date(1990, 1, 1), seq)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", PhoneProblem.EMPTY),
        ("1381234123", PhoneProblem.LENGTH),
        ("025-83758377", PhoneProblem.CHARACTERS),  # eleven digits, but a landline
        ("12812341234", PhoneProblem.CHARACTERS),
        ("1381234123a", PhoneProblem.CHARACTERS),
        ("1.38123E+10", PhoneProblem.SCIENTIFIC),
        ("13812341234", None),
        ("+86 138-1234-1234", None),
        ("0086 13812341234", None),
        ("１３８１２３４１２３４", None),
    ],
)
def test_phones(value, problem):
    assert identity.check_phone(value) == problem
    if problem is None:
        assert identity.normalise_phone(value) == "13812341234"
