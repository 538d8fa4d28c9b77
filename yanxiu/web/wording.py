"""Figures, dates and spans as people read them, in the language of the request. Used by templates, tables and reasons."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext, npgettext_lazy
from django.utils.translation import gettext as _

from yanxiu.web.terms import term

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
NOTHING = "–"


def english() -> bool:
    return (get_language() or "").startswith("en")


def local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI) if moment.tzinfo else moment


def as_day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime | None, *, year: bool = False) -> str:
    """9月13日 / 13 Sept; with `year` 2023年9月13日 / 13 Sept 2023."""
    if value is None:
        return NOTHING
    d = as_day(value)
    if english():
        return f"{d.day} {MONTHS[d.month - 1]}" + (f" {d.year}" if year else "")
    return (f"{d.year}年" if year else "") + f"{d.month}月{d.day}日"


def time(value: datetime | None, *, seconds: bool = False, year: bool = False) -> str:
    """9月13日 20:14 / 13 Sept 20:14, in Shanghai time."""
    if value is None:
        return NOTHING
    return f"{day(value, year=year)} {clock(value, seconds=seconds)}"


def clock(value: datetime | None, *, seconds: bool = False) -> str:
    if value is None:
        return NOTHING
    return local(value).strftime("%H:%M:%S" if seconds else "%H:%M")


def until(value: datetime | None, *, year: bool = False) -> str:
    """The end of a closed-open interval: midnight belongs to the day before, 9月16日 00:00 reads 9月15日 24:00."""
    if value is None:
        return NOTHING
    moment = local(value)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{day(moment.date() - timedelta(days=1), year=year)} 24:00"
    return time(moment, year=year)


def last_day(value: datetime | date | None) -> str:
    """The last whole day before the end of a closed-open interval."""
    if isinstance(value, datetime):
        return day(local(value) - timedelta(microseconds=1))
    return day(value)


def days(first: date | datetime, last: date | datetime, *, year: bool = False) -> str:
    """9月1日—20日, 9月16日—10月5日 / 1–20 Sept, 16 Sept – 5 Oct; both ends included."""
    a, b = as_day(first), as_day(last)
    if a == b:
        return day(a, year=year)
    same = (a.year, a.month) == (b.year, b.month)
    if english():
        return (
            f"{a.day}–{day(b, year=year)}"
            if same
            else f"{day(a, year=year and a.year != b.year)} – {day(b, year=year)}"
        )
    if same:
        return f"{day(a, year=year)}—{b.day}日"
    return f"{day(a, year=year)}—{day(b, year=year and a.year != b.year)}"


def span_parts(delta: timedelta) -> list[tuple[int, str]]:
    """The two largest units of a span that are not zero, with their words, for large figures: [(2, 天), (3, 小时)]."""
    minutes = max(0, int(delta.total_seconds())) // 60
    d, rest = divmod(minutes, 1440)
    h, m = divmod(rest, 60)
    words = [
        (d, ngettext("天", "天", d)),
        (h, ngettext("小时", "小时", h)),
        (m, ngettext("分钟", "分钟", m)),
    ]
    start = next((i for i, (n, _word) in enumerate(words) if n), 2)
    return [part for part in words[start : start + 2] if part[0]] or [words[2]]


def span(delta: timedelta) -> str:
    gap, between = (" ", " ") if english() else ("", "")
    return between.join(f"{n}{gap}{word}" for n, word in span_parts(delta))


def left(end: datetime, at: datetime) -> str:
    """还有2天3小时 / 2 days 3 hours left; 已截止 / closed when it is over."""
    if end <= at:
        return _("已截止")
    if end - at < timedelta(minutes=1):
        return _("还有不到1分钟")
    return _("还有%(span)s") % {"span": span(end - at)}


def seconds(value: int | float | None) -> str:
    """12:32, or 1:02:05 from an hour on."""
    if value is None:
        return NOTHING
    total = int(value)
    h, rest = divmod(total, 3600)
    m, s = divmod(rest, 60)
    return f"{h}:{m:02}:{s:02}" if h else f"{m}:{s:02}"


def seconds_words(value: int | float) -> str:
    """3分22秒 / 3 min 22 s."""
    m, s = divmod(int(value), 60)
    if english():
        return " ".join(p for p in (f"{m} min" if m else "", f"{s} s" if s or not m else "") if p)
    return (f"{m}分" if m else "") + (f"{s}秒" if s or not m else "")


_STEPS = [Decimal(1).scaleb(-digits) for digits in range(5)]


def exact(value, digits: int) -> str:
    if type(value) is Fraction:  # isinstance would ask its ABC: a fifth of the whole
        value = Decimal(value.numerator) / Decimal(value.denominator)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return f"{number.quantize(_STEPS[digits], ROUND_HALF_UP):,}"


# Words that stand beside a figure, in the number of the figure.
UNITS: dict[str, Any] = {
    "人": npgettext_lazy("unit", "人", "人", "n"),
    "行": npgettext_lazy("unit", "行", "行", "n"),
    "次": npgettext_lazy("unit", "次", "次", "n"),
    "天": npgettext_lazy("unit", "天", "天", "n"),
    "期": npgettext_lazy("unit", "期", "期", "n"),
    "学时": npgettext_lazy("unit", "学时", "学时", "n"),
}


def unit(word: Any, value: Any) -> str:
    """人 beside 1 is "person", beside 2 "people"; any other text as it is."""
    return str(UNITS[word] % {"n": 1 if value == 1 else 2} if word in UNITS else word)


def count(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}"


def mark(value) -> str:
    """A mark, always with two decimals."""
    return NOTHING if value is None or value == "" else exact(value, 2)


def trim(value) -> str:
    """A number of the rules (80分, 0.5分, 2.25分): as many of two decimals as it needs."""
    if value is None or value == "":
        return NOTHING
    text = exact(value, 2)
    return text.rstrip("0").rstrip(".")


def hours(value_seconds, minutes_per_hour: int = 40) -> str:
    """Credit hours from seconds, two decimals, cut and never rounded up: nobody reads a goal as reached before it is."""
    if value_seconds is None:
        return NOTHING
    hundredths = int(value_seconds) * 100 // (minutes_per_hour * 60)
    return f"{hundredths // 100:,}.{hundredths % 100:02}"


def percent(part, whole=None, digits: int = 1) -> str:
    """41.3%; with `whole` the ratio of the two; – where nothing is due."""
    if part is None or (whole is not None and not whole):
        return NOTHING
    ratio = Fraction(part) * 100 / Fraction(whole) if whole is not None else part
    return exact(ratio, digits) + "%"


def plain(value) -> str:
    """Any value that a reason or a table cell may carry, by its type."""
    match value:
        case None:
            return NOTHING
        case bool():
            return _("是") if value else _("否")
        case int():
            return f"{value:,}"
        case Decimal() | Fraction() | float():
            return exact(value, 2)
        case datetime():
            return until(value)
        case date():
            return day(value)
        case timedelta():
            return span(value)
        case list() | tuple() | set() | frozenset():
            return (", " if english() else "、").join(plain(v) for v in value)
    return term(str(value))
