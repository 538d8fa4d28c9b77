"""The quota sheet as HTML: eighty schools by nine batches, put together here, where a template would ask each cell a dozen things."""

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yanxiu.organisation.models import Unit
from yanxiu.places.grids import Head, Line, Sheet, Square
from yanxiu.web.wording import count, day


def table(sheet: Sheet, *, now: datetime, mine: bool) -> SafeString:
    """Head and body: the sums of the unit, then a <tr> for each unit below. `mine`: not looked at from above."""
    lines = (
        _rows(sheet, now)
        if sheet.lines
        else f'<tr><td colspan="{len(sheet.heads) + 3}">{escape(_("下面没有单位"))}</td></tr>'
    )
    return mark_safe(f"<thead>{_heads(sheet, now, mine=mine)}</thead>\n<tbody>\n{_sums(sheet)}\n{lines}\n</tbody>")


# ── the batches ──
def _heads(sheet: Sheet, now: datetime, *, mine: bool) -> str:
    link = "" if mine else f"&amp;unit={sheet.unit.pk}"
    batches = "".join(_head(head, now, link) for head in sheet.heads)
    return (
        f'<tr><th scope="col">{escape(_("单位"))}<small>{escape(_("大：下发　小：已用"))}</small></th>'
        f'<th scope="col" class="y-wide">{escape(pgettext("figure", "教师"))}</th>{batches}'
        f'<th scope="col"><b>{escape(_("全年"))}</b>{escape(_("合计"))}</th></tr>'
    )


def _head(head: Head, now: datetime, link: str) -> str:
    batch, name = head.batch, escape(_("第%(n)s期") % {"n": head.batch.number})
    return (
        f'<th scope="col" data-batch="{batch.id}" data-name="{name}" class="{_width(head)}{" is-past" if head.past else ""}">'
        f'<a href="?b={batch.number}{link}"><b>{name}</b></a>{_when(head, now)}</th>'
    )


def _when(head: Head, now: datetime) -> str:
    if head.past:
        return escape(_("已结束") if now >= head.batch.ends else _("学习中"))
    if now >= head.batch.enrolment_opens:
        return escape(_("正在报名"))
    return escape(_("%(day)s起")) % {"day": f'<span class="y-nb">{day(head.batch.first_day)}</span>'}


def _width(head: Head) -> str:
    """On a phone only one batch stands."""
    return "is-now" if head.here else "y-wide"


# ── the unit itself ──
def _sums(sheet: Sheet) -> str:
    sums, province = sheet.sums, sheet.unit.level == Unit.Level.PROVINCE
    used = f"{escape(_('已用'))}<small>{escape(_('占位和报名'))}</small>"
    return "\n".join(
        (
            _sum(sheet, escape(_("各地收到") if province else _("收到")), lambda head: head.own.received, sums["received"]),
            _sum(sheet, escape(_("各地已下发") if province else _("已下发")), lambda head: head.own.passed_on, sums["passed_on"]),
            _sum(sheet, used, lambda head: head.used, sums["used"]),
            _sum(sheet, escape(_("各地还没下发") if province else _("还能下发")), lambda head: head.own.free, sums["free"], counts=True),
        )
    )  # fmt: skip


def _sum(sheet: Sheet, name: str, figure: Callable[[Head], int], total: int, *, counts: bool = False) -> str:
    """`counts`: what is left while numbers are typed is counted by quota.js."""
    cells = []
    for head in sheet.heads:
        n, batch = figure(head), head.batch.id
        data = f' data-free="{batch}" data-was="{n}"' if counts else ""
        cells.append(f'<td data-batch="{batch}" class="{_width(head)}"><b{data}>{count(n)}</b></td>')
    return f'<tr class="is-total"><th scope="row">{name}</th><td class="y-wide"></td>{"".join(cells)}<td><b>{count(total)}</b></td></tr>'


# ── the units below ──
def _rows(sheet: Sheet, now: datetime) -> str:
    """A <tr> for each unit. The cells of a batch that can still be moved are fields; quota.js reads their data."""
    words = {
        "used": escape(_("已用%(n)s")),
        "teachers": escape(_("教师%(n)s")),
        "label": escape(_("%(unit)s第%(n)s期下发")),
    }
    cells = [_cell(head, now) for head in sheet.heads]
    return "\n".join(_row(line, cells, words, first=n == 0) for n, line in enumerate(sheet.lines))


def _cell(head: Head, now: datetime) -> str:
    past = " is-past" if not head.open and now >= head.batch.starts else ""
    return f'<td data-batch="{head.batch.id}" class="{_width(head)}{past}">'


def _row(line: Line, cells: list[str], words: Mapping[str, str], *, first: bool) -> str:
    unit, name = line.unit, escape(line.unit.name)
    shown = name if unit.level == Unit.Level.SCHOOL else f'<a href="?unit={unit.pk}">{name}</a>'
    teachers = count(line.teachers)
    squares = "".join(
        f"{cell}{_field(square, name, words) if square.open else _figure(square)}</td>"
        for cell, square in zip(cells, line.squares, strict=True)
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
        f' value="{escape(str(square.value))}" data-was="{received}" data-least="{square.least}" data-b="{square.batch.id}"{more} autocomplete="off"'
        f' aria-label="{label}"{invalid}>'
        f'<input type="hidden" name="w-{key}" value="{received}"></span>'
    )
