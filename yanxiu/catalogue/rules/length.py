"""How long a text is, and how long reading it takes (policy: `time.text_chars_per_minute`, `time.text_min_seconds`)."""

import re
from html import unescape

_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def characters(html: str) -> int:
    """What is to be read: code points without tags and spaces."""
    return len(_SPACE.sub("", unescape(_TAG.sub("", html))))


def text_seconds(count: int, *, per_minute: int, least: int) -> int:
    """What a text is worth at most: its length ÷ the reading speed, rounded down, at least `least`."""
    return max(least, count * 60 // per_minute)
