"""The rows of the quota sheet as HTML: eighty schools by nine batches, put together here, where a template would ask each cell a dozen things."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.organisation.models import Unit
from yanxiu.places.grids import Head, Line, Sheet, Square
from yanxiu.web.wording import count


def rows(sheet: Sheet, *, now: datetime) -> SafeString:
    """A <tr> for each unit. The cells of a batch that can still be moved are fields; quota.js reads their data."""
    words = {
        "used": escape(_("已用%(n)s")),
        "teachers": escape(_("教师%(n)s")),
        "label": escape(_("%(unit)s第%(n)s期下发")),
    }
    heads = [(head, _cell(head, now)) for head in sheet.heads]
    return mark_safe("\n".join(_row(line, heads, words, first=n == 0) for n, line in enumerate(sheet.lines)))


def _cell(head: Head, now: datetime) -> str:
    past = " is-past" if not head.open and now >= head.batch.starts else ""
    return f'<td data-batch="{head.batch.pk}" class="{"is-now" if head.here else "y-wide"}{past}">'


def _row(line: Line, heads: list[tuple[Head, str]], words: Mapping[str, str], *, first: bool) -> str:
    unit, name = line.unit, escape(line.unit.name)
    shown = name if unit.level == Unit.Level.SCHOOL else f'<a href="?unit={unit.pk}">{name}</a>'
    teachers = count(line.teachers)
    squares = "".join(
        f"{cell}{_field(square, name, words) if square.open else _figure(square)}</td>"
        for (_head, cell), square in zip(heads, line.squares, strict=True)
    )
    return (
        f'<tr class="{"is-head" if first else ""}" data-row data-teachers="{line.teachers or 0}" data-find-in="{name} {escape(unit.full_name)}">'
        f'<th scope="row">{shown}<small class="y-only-phone">{words["teachers"] % {"n": teachers}}</small></th>'
        f'<td class="y-wide y-2">{teachers}</td>\n{squares}<td><b>{count(line.received)}</b><small>{count(line.used)}</small></td></tr>'
    )


def _figure(square: Square) -> str:
    received = square.cell.received
    return f"<b>{count(received)}</b>" + (f"<small>{count(square.used)}</small>" if square.used or received else "")


def _field(square: Square, name: str, words: Mapping[str, str]) -> str:
    received, label = square.cell.received, words["label"] % {"unit": name, "n": square.batch.number}
    key = square.name
    wrong = square.refused is not None
    invalid = ' aria-invalid="true"' if wrong else ""
    more = "" if square.suggested is None else f' data-more="{square.suggested}"'
    return (
        f'<span class="y-cell{" is-changed" if square.changed else ""}"><small>{words["used"] % {"n": count(square.used)}}</small>'
        f'<input class="form-control{" is-invalid" if wrong else ""}" type="text" inputmode="numeric" id="n-{key}" name="n-{key}"'
        f' value="{escape(square.value)}" data-was="{received}" data-least="{square.least}" data-b="{square.batch.pk}"{more} autocomplete="off"'
        f' aria-label="{label}"{invalid}>'
        f'<input type="hidden" name="w-{key}" value="{received}"></span>'
    )
