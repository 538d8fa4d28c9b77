"""Splitting whole numbers and rounding parts so that they add up (largest remainder). Exact: integers and fractions only."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm


def split(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in proportion to the weights; sums exactly; equal remainders go to the earlier place. Weights all zero count as equal."""
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("only numbers from zero up can be split")
    if not weights:
        if total:
            raise ValueError("nobody to split among")
        return []
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def added(fractions: Iterable[Fraction]) -> Fraction:
    """Their sum, over one denominator: Python's own sum looks for a new one at each step."""
    parts = list(fractions)
    whole = lcm(*(part.denominator for part in parts))
    return Fraction(sum(part.numerator * (whole // part.denominator) for part in parts), whole)


def parts_that_add_up(fractions: Sequence[Fraction], total_rounded: Decimal, digits: int) -> list[Decimal]:
    """Each part with `digits` decimals, so that they add up to the total, which was rounded once from their exact sum.

    Raises ValueError when the total is a whole unit or more away from the parts' sum: then it is not their total.
    """
    unit, whole = 10**digits, lcm(*(part.denominator for part in fractions))
    scaled = [part.numerator * (whole // part.denominator) * unit for part in fractions]
    goal = Fraction(total_rounded) * unit
    if goal.denominator != 1 or abs(int(goal) * whole - sum(scaled)) >= whole:
        raise ValueError("the total does not belong to these parts")
    floors = [part // whole for part in scaled]
    by_remainder = sorted(range(len(scaled)), key=lambda place: (-(scaled[place] % whole), place))
    for place in by_remainder[: int(goal) - sum(floors)]:
        floors[place] += 1
    return [Decimal(part).scaleb(-digits) for part in floors]
