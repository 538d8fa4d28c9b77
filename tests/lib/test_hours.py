from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib import hours


@given(st.integers(0, 10**6), st.integers(1, 120))
def test_seconds_undo_hours(seconds, minutes):
    assert hours.seconds(hours.hours(seconds, minutes), minutes) == seconds


def test_the_notices_target():
    assert hours.seconds(10, 40) == 24_000
    assert hours.hours(24_000, 40) == 10
    assert hours.seconds(Fraction(1, 7), 40) == 343  # 342.86: a target is never undercut


@pytest.mark.parametrize(
    ("exact", "digits", "shown"),
    [(Fraction(10), 1, "10"), (Fraction(999, 100), 1, "9.9"), (Fraction(1, 3), 2, "0.33"), (Fraction(0), 1, "0"), (Fraction(19, 2), 1, "9.5"),
     (Fraction(100), 0, "100"), (Fraction(20), 2, "20")],
)  # fmt: skip
def test_show_cuts(exact, digits, shown):
    assert hours.show(exact, digits) == shown


@pytest.mark.parametrize(
    ("seconds", "face"), [(0, "0:00"), (59, "0:59"), (61, "1:01"), (3723, "1:02:03"), (24_000, "6:40:00")]
)
def test_clock_face(seconds, face):
    assert hours.clock_face(seconds) == face
