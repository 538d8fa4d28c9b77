"""The days of a class as bars, put together here: twenty stand beside each other, and a template asked each a dozen things."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe


def days(bars: Iterable[dict[str, Any]]) -> SafeString:
    """What stands in the <svg>: the rail of each day, its bar, and the longest one's time."""
    return mark_safe("".join(map(_day, bars)))


def _day(bar: dict[str, Any]) -> str:
    place = f'x="{bar["x"]}" width="{bar["width"]}"'
    drawn = f'<rect class="f-rail" {place} y="96%" height="4%"/>'
    if bar["seconds"]:
        drawn += f'<rect class="f-accent" {place} y="{bar["y"]}%" height="{bar["height"]}%"><title>{escape(bar["words"])}</title></rect>'
    if bar["label"]:
        drawn += f'<text class="is-ink" x="{bar["middle"]}" y="-6" text-anchor="{bar["anchor"]}">{escape(bar["label"])}</text>'
    return drawn
