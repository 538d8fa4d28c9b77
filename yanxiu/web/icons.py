"""Tabler outline icons, drawn inline (data/icons.json: name → paths; MIT, see static/vendor/licences)."""

import json
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


@cache
def paths() -> dict[str, str]:
    return json.loads((Path(__file__).parent / "data" / "icons.json").read_text())


@cache
def icon(name: str, cls: str = "") -> SafeString:
    """KeyError for a name that is not in the file: an icon that is missing should fail in the first test, not on the page."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true">{}</svg>',
        f" {cls}" if cls else "",
        mark_safe(paths()[name]),
    )
