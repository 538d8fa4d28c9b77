"""{% mark_parts panel.parts %}, {% mark_steps panel.steps %}, {% mark_rows block.rows %}: the lines of a mark and of its explanation, put together here.

They stand on the desk and on the mark's own page, and a template asked each a dozen things.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.scoring.explaining.panel import PartRow
from yanxiu.scoring.explaining.rows import Row
from yanxiu.web import wording
from yanxiu.web.templatetags.y import y_meter, y_tag

register = template.Library()


@register.simple_tag
def mark_parts(parts: Iterable[PartRow]) -> SafeString:
    """The <li> of each part."""
    return mark_safe("\n".join(map(_part, parts)))


def _part(part: PartRow) -> str:
    shown = f'<span class="y-of"><b>{wording.mark(part.shown)}</b> / {part.top}</span>'
    meter = y_meter(part.shown, part.weight, part.reading)
    return f"<li><b>{escape(part.label)}</b>{meter}{shown}<p>{escape(part.note)}</p></li>"


@register.simple_tag
def mark_steps(steps: Iterable[str]) -> SafeString:
    """The <li> of each step of the way to a pass."""
    return mark_safe("".join(f"<li>{n}. {escape(step)}</li>" for n, step in enumerate(steps, 1)))


@register.simple_tag(takes_context=True)
def mark_rows(context: template.Context, rows: Iterable[Row]) -> SafeString:
    """The <tr> of each row; `own`: the learner reads it."""
    how, points = escape(_("怎样算")), escape(_("得分"))
    number = escape(_("您的数") if context.get("own") else _("学员的数"))

    def line(row: Row) -> str:
        own = y_tag(row.tag, row.own) if row.tag else escape(row.own)
        top = f' <span class="y-2">/ {escape(row.top)}</span>' if row.top else ""
        return (
            f'<tr><th scope="row">{escape(row.item)}</th><td data-l="{how}">{escape(row.how)}</td><td data-l="{number}">{own}</td>'
            f'<td data-l="{points}" class="y-r y-nb"><span><b>{escape(row.points)}</b>{top}</span></td></tr>'
        )

    return mark_safe("\n".join(map(line, rows)))
