"""The province's cities and directly addressed counties as tiles, put together here: a template would ask each of the sixteen a dozen things."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.monitoring.queries import Row
from yanxiu.web.icons import icon
from yanxiu.web.navigation import pattern
from yanxiu.web.wording import percent

# Where a tile stands: directions as people have them in mind, not a map (no approval number is needed for it).
PLACES = {
    "320300": (1, 1), "321322": (1, 2), "320700": (1, 3), "321300": (2, 2), "320800": (2, 3), "320900": (2, 4), "321000": (3, 2), "321200": (3, 3),
    "321283": (3, 4), "320600": (3, 5), "320100": (4, 1), "321100": (4, 2), "320400": (4, 3), "320200": (4, 4), "320500": (4, 5), "320583": (4, 6),
}  # fmt: skip


def tiles(rows: Iterable[Row]) -> SafeString:
    """A link for each unit that has a place; empty where none has."""
    return mark_safe("".join(_tile(row) for row in rows if row.unit.code in PLACES))


def _tile(row: Row) -> str:
    (down, right), met = PLACES[row.unit.code], row.coverage.met
    low = "" if met else f'{icon("alert-triangle")}<span class="y-vh">{escape(_("还没有达到标准"))}</span>'
    return (
        f'<a href="{pattern("monitoring:unit") % row.unit.pk}" class="r{down} c{right} is-s{_step(row)}{"" if met else " is-low"}">'
        f"<b>{escape(row.unit.name)}</b><i>{percent(row.coverage.heads, row.coverage.base, 2)}</i>{low}</a>"
    )


def _step(row: Row) -> int:
    """1 to 5: a quarter of the line each, 5 from the line on."""
    heads, base, line = row.coverage
    if row.coverage.met:
        return 5
    return 1 + heads * 400 // (base * line)
