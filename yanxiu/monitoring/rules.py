"""The six indicators of A1.2, defined here and nowhere else. Ratios of sums; "–" (None) where nothing is due."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple


class Sums(NamedTuple):
    """What is added up over learners: of a class, a school, a county, a city, the province. Seconds, counts and points."""

    learners: int = 0
    seconds: int = 0
    works_due: int = 0
    works_done: int = 0
    talkers: int = 0
    marks_sum: int = 0
    marks_count: int = 0
    decided: int = 0
    passed: int = 0


SUM_FIELDS = Sums._fields


def total(parts: Iterable[Sums]) -> Sums:
    return Sums(*map(sum, zip(*parts, strict=True)))


class Ratio(NamedTuple):
    """Numerator and denominator stay visible; `value` is None where nothing is due."""

    part: int
    whole: int

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None

    def number(self, times: int = 1) -> float | None:
        """`times` the value as the nearest float: for a table of many, a fraction costs too much."""
        return self.part * times / self.whole if self.whole else None


class Indicators(NamedTuple):
    participation: Ratio  # 参训率: distinct persons standing ÷ teachers on the count date
    hours: Ratio  # 在线学习时数: credit hours a learner (seconds ÷ learners × seconds of an hour)
    works: Ratio  # 作业完成率: quizzes and works handed in ÷ due
    discussion: Ratio  # 参与讨论率: learners with at least one counted post or reply
    quality: Ratio  # 作业质量: mean of the tutors' marks
    passing: Ratio  # 成果考核: passed ÷ decided


def indicators(sums: Sums, *, heads: int, base: int, seconds_per_hour: int) -> Indicators:
    """`heads`: distinct persons standing in the period looked at; `base`: teachers on the count date."""
    return Indicators(
        participation=Ratio(heads, base),
        hours=Ratio(sums.seconds, sums.learners * seconds_per_hour),
        works=Ratio(sums.works_done, sums.works_due),
        discussion=Ratio(sums.talkers, sums.learners),
        quality=Ratio(sums.marks_sum, sums.marks_count),
        passing=Ratio(sums.passed, sums.decided),
    )


class Coverage(NamedTuple):
    """T3.2a: met when heads × 100 ≥ base × percent, in integers; `needed` is rounded up."""

    heads: int
    base: int
    percent: int

    @property
    def needed(self) -> int:
        return -(-self.base * self.percent // 100)

    @property
    def met(self) -> bool:
        return self.heads * 100 >= self.base * self.percent

    @property
    def short(self) -> int:
        return max(0, self.needed - self.heads)
