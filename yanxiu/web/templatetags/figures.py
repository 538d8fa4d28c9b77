"""Dates, spans and figures in a page's words (yanxiu.web.wording). Built in: no {% load %} needed."""

from datetime import datetime, timedelta
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from yanxiu.lib import clock
from yanxiu.web import terms, wording

register = template.Library()


def _whole(text: str) -> SafeString:
    """In one line."""
    return mark_safe(f'<span class="y-nb">{escape(text)}</span>')


@register.filter
def y_day(value: Any, year: str = "") -> SafeString:
    return _whole(wording.day(value, year=bool(year)))


@register.filter
def y_time(value: Any, how: str = "") -> SafeString:
    """`how`: "seconds", "year"."""
    return _whole(wording.time(value, seconds="seconds" in how, year="year" in how))


@register.filter
def y_clock(value: Any, how: str = "") -> str:
    return wording.clock(value, seconds=how == "seconds")


@register.filter
def y_until(value: Any, year: str = "") -> SafeString:
    return _whole(wording.until(value, year=bool(year)))


@register.filter
def y_last_day(value: Any) -> SafeString:
    return _whole(wording.last_day(value))


@register.filter
def y_iso(value: datetime) -> str:
    return wording.local(value).isoformat(timespec="seconds")


@register.filter
def y_stamp(value: datetime, how: str) -> str:
    """For machines and forms, in Shanghai time: `how` as strftime has it."""
    return wording.local(value).strftime(how)


@register.simple_tag
def y_days(first: Any, last: Any, year: bool = False) -> SafeString:
    """Both days included."""
    return _whole(wording.days(first, last, year=year))


@register.simple_tag
def y_period(starts: datetime, ends: datetime, year: bool = False) -> SafeString:
    """A closed-open period as its first and last day."""
    return _whole(wording.days(starts, wording.local(ends) - timedelta(microseconds=1), year=year))


@register.filter
def y_left(end: datetime) -> str:
    return wording.left(end, clock.now())


@register.filter
def y_span(value: timedelta) -> str:
    return wording.span(value)


@register.simple_tag
def y_left_big(end: datetime) -> SafeString:
    """2<small>天</small> 3<small>小时</small>, for .y-num."""
    parts = wording.span_parts(max(timedelta(0), end - clock.now()))
    return format_html_join(" ", "{}<small>{}</small>", parts)


register.filter("y_seconds", wording.seconds)
register.filter("y_seconds_words", wording.seconds_words)
register.filter("y_count", wording.count)
register.filter("y_mark", wording.mark)
register.filter("y_trim", wording.trim)
register.filter("y_plain", wording.plain)
register.filter("y_term", terms.term)


@register.filter
def y_hours(seconds: Any, minutes_per_hour: int = 40) -> str:
    return wording.hours(seconds, minutes_per_hour)


@register.filter
def y_percent(value: Any, digits: int = 1) -> str:
    return wording.percent(value, digits=digits)


@register.simple_tag
def y_ratio(part: Any, whole: Any, digits: int = 1) -> str:
    """The share of `part` in `whole`; – when nothing is due."""
    return wording.percent(part, whole or 0, digits)
