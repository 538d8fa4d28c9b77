"""Seconds and credit hours (学时). A credit hour has the minutes that the policy gives it; nothing is rounded before it is shown."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache


def hours(seconds: int, minutes_per_hour: int) -> Fraction:
    """Credit hours of so many seconds, exact."""
    return Fraction(seconds, 60 * minutes_per_hour)


@lru_cache(maxsize=1024)
def seconds(credit_hours: int | Fraction | Decimal, minutes_per_hour: int) -> int:
    """Seconds of so many credit hours; a part of a second counts as a whole one, so that a target is never undercut."""
    exact = Fraction(credit_hours) * 60 * minutes_per_hour
    return -(-exact.numerator // exact.denominator)


def show(credit_hours: Fraction, digits: int = 1) -> str:
    """For people: cut, not rounded (9.99 hours are not 10), without trailing zeros."""
    cut = credit_hours.numerator * 10**digits // credit_hours.denominator
    whole, rest = divmod(cut, 10**digits)
    return f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".") if digits else str(whole)


def clock_face(seconds: int) -> str:
    """1:02:03 or 2:03."""
    minutes, rest = divmod(seconds, 60)
    whole, minutes = divmod(minutes, 60)
    return f"{whole}:{minutes:02d}:{rest:02d}" if whole else f"{minutes}:{rest:02d}"
