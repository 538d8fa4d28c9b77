"""{% outline_rows chapter.rows %}: the lines of the course's outline, put together here: they stand beside every item, and a template asked each a dozen things."""

from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.catalogue.models import Item
from yanxiu.classroom.queries import Row
from yanxiu.web import icons, wording
from yanxiu.web.templatetags.figures import y_until

register = template.Library()


@register.simple_tag(takes_context=True)
def outline_rows(context: template.Context, rows: list[Row]) -> SafeString:
    """Of the page's `room`; `current`: the item shown; without `enrolment` as the staff see it; `before`: nothing can be opened yet."""
    current, before, enrolled = context.get("current"), context.get("before"), bool(context.get("enrolment"))
    due = context["room"].training_class.batch.work_due
    lines = []
    for row in rows:
        here = row.item.pk == current
        address = f' href="{escape(row.url)}"' if row.url and not before else ""
        done, now = ' class="is-done"' if row.done else "", ' aria-current="page"' if here else ""
        lines.append(
            f"<a{address}{done}{now}>\n{_icon(row)}\n<span>{escape(row.item.title)}</span>\n{_beside(row, here, enrolled, due)}</a>\n"
        )
    return mark_safe("".join(lines))


def _icon(row: Row) -> str:
    if row.done:
        return icons.icon("circle-check")
    return icons.icon("clock-hour-4" if row.credited else row.item.icon)


def _beside(row: Row, here: bool, enrolled: bool, due: Any) -> str:
    """How long it is and how far one is."""
    if row.timed:
        noted = ' id="p-noted"' if here else ""
        small = f"<small{noted}>{_watched(row)}</small>" if enrolled else ""
        return f'<span class="y-2">{wording.seconds(row.worth)}</span>{small}\n'
    if not enrolled or row.item.kind not in (Item.Kind.QUIZ, Item.Kind.HOMEWORK):
        return ""
    if row.item.kind == Item.Kind.QUIZ:
        if row.done:
            return f'<span class="y-2">{row.points} / {row.out_of}</span>\n'
        return f'<span class="y-2"></span><small>{_("还没有做")}</small>\n'
    points = _("%(n)s分") % {"n": row.points} if row.done else ""
    return f'<span class="y-2">{points}</span><small>{_handed_in(row, due)}</small>\n'


def _watched(row: Row) -> str:
    if row.done:
        return _("全部计入")
    if row.credited:
        return _("已计 %(t)s") % {"t": wording.seconds(row.credited)}
    return _("还没有看") if row.item.kind == Item.Kind.VIDEO else _("还没有读")


def _handed_in(row: Row, due: Any) -> str:
    if row.done:
        return _("已批改")
    match row.work:
        case "submitted":
            return _("已交，等批改")
        case "returned":
            return _("退回修改")
        case "draft":
            return _("草稿")
    return _("%(t)s 截止") % {"t": y_until(due)}
