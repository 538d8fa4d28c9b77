from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib.shares import added, parts_that_add_up, split

weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=80)


@given(st.integers(0, 1_000_000), weights)
def test_split_sums_exactly_and_stays_within_one(total, given_weights):
    shares = split(total, given_weights)
    assert sum(shares) == total
    whole = sum(given_weights)
    if whole:
        for share, weight in zip(shares, given_weights, strict=True):
            assert abs(share - Fraction(total * weight, whole)) < 1
            assert weight or not share


@given(st.integers(0, 100_000), weights)
def test_split_more_weight_never_gets_less(total, given_weights):
    shares = split(total, given_weights)
    ranked = sorted(zip(given_weights, shares, strict=True))
    by_weight = {}
    for weight, share in ranked:
        by_weight.setdefault(weight, []).append(share)
    levels = [by_weight[weight] for weight in sorted(by_weight)]
    for lower, higher in pairwise(levels):
        assert max(lower) <= max(higher)


@pytest.mark.parametrize(
    ("total", "given_weights", "shares"),
    [
        (10, [1, 1, 1], [4, 3, 3]),  # equal remainders: the earlier place
        (0, [3, 5], [0, 0]),
        (5, [0, 0], [3, 2]),  # nobody counts more
        (7, [0, 9, 0], [0, 7, 0]),
        (100, [333, 333, 334], [33, 33, 34]),
        (0, [], []),
    ],
)
def test_split_examples(total, given_weights, shares):
    assert split(total, given_weights) == shares


@pytest.mark.parametrize(("total", "given_weights"), [(1, []), (-1, [1]), (1, [-1, 2])])
def test_split_refuses(total, given_weights):
    with pytest.raises(ValueError, match=r"split|nobody"):
        split(total, given_weights)


parts = st.lists(st.fractions(0, 50, max_denominator=9000), min_size=1, max_size=6)


def rounded(fraction: Fraction, digits: int) -> Decimal:
    scaled = fraction * 10**digits
    return Decimal((scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)).scaleb(-digits)


@given(parts, st.integers(0, 4))
def test_parts_add_up_to_the_rounded_total_and_nothing_stays_nothing(fractions, digits):
    total = rounded(sum(fractions, Fraction(0)), digits)
    shown = parts_that_add_up(fractions, total, digits)
    assert sum(shown) == total
    for exact, part in zip(fractions, shown, strict=True):
        assert abs(Fraction(part) - exact) < Fraction(1, 10**digits)
        assert exact or not part


def test_rounded_helper_is_half_up():
    assert (
        rounded(Fraction(79995, 1000), 2)
        == Decimal("79.995").quantize(Decimal("0.01"), ROUND_HALF_UP)
        == Decimal("80.00")
    )


def test_parts_example():
    third = Fraction(100, 3)
    assert parts_that_add_up([third, third, third], Decimal("100.00"), 2) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]


@pytest.mark.parametrize("total", ["100.01", "99.99", "100.005"])
def test_parts_refuse_another_total(total):
    with pytest.raises(ValueError, match="total"):
        parts_that_add_up([Fraction(50), Fraction(50)], Decimal(total), 2)


@given(st.lists(st.fractions()))
def test_a_sum_over_one_denominator_is_the_sum(fractions: list[Fraction]) -> None:
    assert added(fractions) == sum(fractions, Fraction(0))
