"""Names of the parts, why a post does not count, figures as they are written here."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as N_

from yanxiu.web import wording

PART_NAMES = {
    "time": N_("学习时间"),
    "objective": N_("客观题"),
    "subjective": N_("主观题"),
    "excellent": N_("优秀作业"),
    "interaction": N_("互动交流"),
}
WHY_NOT = {
    "too_short": N_("字数不够"),
    "filler": N_("没有内容"),
    "copy": N_("与别的帖子相同"),
    "removed": N_("已被移除"),
    "after_end": N_("本期结束后才发"),
    "before_start": N_("开班前发"),
    "not_learner": N_("不是以学员身份发"),
}
COLOURS = {"time": "c1", "objective": "c3", "subjective": "c5", "excellent": "c4", "interaction": "c2"}


def mark_plain(value: Fraction | Decimal) -> str:
    """50, 2.5: a weight without needless zeros."""
    number = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    return f"{number.normalize():f}"


def minutes(seconds: int) -> str:
    return wording.seconds_words(seconds)
