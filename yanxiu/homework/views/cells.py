"""Cells of a list of works (queries.listed), put together here: the queue shows fifty rows, and a tutor opens it after each mark."""

from html import escape
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.homework.models import Work
from yanxiu.web.navigation import pattern
from yanxiu.web.templatetags.figures import y_until
from yanxiu.web.templatetags.y import y_tag

State = Work.State
Row = dict[str, Any]


def work(row: Row, request: HttpRequest) -> SafeString:
    """Who wrote it is told when it is marked."""
    name = row["writer"] if row["state"] == State.MARKED else _("匿名%(n)s") % {"n": row["pk"]}
    return mark_safe(f'<a class="y-nb" href="{pattern("homework:mark") % row["pk"]}">{escape(name)}</a>')


def state(row: Row, request: HttpRequest) -> SafeString:
    marked, now = row["state"] == State.MARKED, request.shell.now
    if marked:
        tag = y_tag("ok", _("已评%(n)s分") % {"n": row["points"]})
    elif row["taken"]:
        tag = y_tag("wait", _("别人在评"), icon="lock")
    elif row["claimed_until"] and row["claimed_until"] > now and row["claimed_by_id"] == request.shell.person.pk:
        tag = y_tag("now", _("您在评"), icon="pencil")
    elif row["state"] == State.RETURNED:
        tag = y_tag(
            "wait",
            mark_safe(escape(_("修改到%(until)s")) % {"until": y_until(row["revise_until"])}),
            icon="arrow-back-up",
        )
    else:
        tag = y_tag("todo", _("待批"))
    late = [y_tag("warn", _("迟交"), icon="clock")] if row["late"] else []
    excellent = [y_tag("ok", _("优秀"), icon="award")] if row["excellent"] and marked else []
    return mark_safe(" ".join([tag, *late, *excellent]))


def act(row: Row, request: HttpRequest) -> SafeString:
    revised = row["state"] == State.RETURNED and row["revise_until"] and row["revise_until"] > request.shell.now
    word = _("看") if row["state"] == State.MARKED or row["taken"] or revised else _("评")
    what = escape(_("作业%(n)s") % {"n": row["pk"]})
    address = pattern("homework:mark") % row["pk"]
    return mark_safe(f'<a class="btn btn-sm" href="{address}">{escape(word)}<span class="y-vh">{what}</span></a>')
