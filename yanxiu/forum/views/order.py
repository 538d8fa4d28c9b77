"""Keeping a discussion in order: every post of the own classes, featuring, removing, restoring."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.forum import actions, queries
from yanxiu.web import reasons
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.table import Column, Filter, Table


def _classes(request: HttpRequest) -> list[tuple[str, str]]:
    rows = queries.classes_of(request.scope, request.shell.person)
    return [("", _("全部培训班")), *((str(row.pk), row.name) for row in rows)]


def _how(rows: Any, value: str) -> Any:
    match value:
        case "featured":
            return rows.filter(featured_at__isnull=False)
        case "removed":
            return rows.filter(removed_at__isnull=False)
        case "not":
            return rows.exclude(verdict="").exclude(verdict="not_learner")
        case _:
            return rows.filter(verdict="", removed_at=None, featured_at=None)


POSTS = Table(
    "posts",
    columns=[
        Column("body", gettext_lazy("帖子"), template="forum/cells/body.html", head=True, export=lambda row: row.body),
        Column("author", gettext_lazy("作者"), value="author.name", cls="y-nb"),
        Column("class", gettext_lazy("培训班"), value="training_class.name", cls="y-keep"),
        Column("at", gettext_lazy("时间"), kind="time", order="at"),
        Column("state", gettext_lazy("情况"), value="verdict", template="forum/cells/state.html"),
    ],
    filters=[
        Filter("class", gettext_lazy("培训班"), _classes, field="training_class_id"),
        Filter(
            "state",
            gettext_lazy("情况"),
            [
                ("", gettext_lazy("全部情况")),
                ("counts", gettext_lazy("计分")),
                ("featured", gettext_lazy("精华")),
                ("not", gettext_lazy("不计分")),
                ("removed", gettext_lazy("已移除")),
            ],
            apply=_how,
        ),
    ],
    search=("body", "title"),
    search_label=gettext_lazy("帖子里的词"),
    order="-at",
    file=gettext_lazy("讨论"),
    caption=gettext_lazy("帖子"),
    empty=gettext_lazy("还没有帖子"),
    empty_text=gettext_lazy("学员发了帖，新的排在前面。"),
)


@door(Capability.MODERATE)
def moderate(request: HttpRequest) -> HttpResponseBase:
    """All posts of the own classes, newest first: where to look for what is worth featuring, and what is out of place."""
    rows = queries.classes_of(request.scope, request.shell.person)
    return POSTS.answer(
        request, queries.recent(request.scope), "forum/moderate.html", {"title": _("讨论"), "classes": rows}
    )


@door(Capability.MODERATE)
@require_POST
def keep_order(request: HttpRequest, post_id: int, what: str) -> HttpResponse:
    row = queries.post(post_id)
    if row is None or not request.scope.covers(Capability.MODERATE, training=row.training_class.path):
        raise Http404
    by = {"by": request.shell.person.pk, "scope": request.scope, "post": post_id}
    match what:
        case "feature":
            outcome, said = actions.feature(**by), _("已设为精华，作者会收到消息")
        case "unfeature":
            outcome, said = actions.unfeature(**by), _("已取消精华")
        case "remove":
            outcome, said = actions.remove(**by, reason=request.POST.get("reason", "")), _("已移除，作者会看到原因")
        case "restore":
            outcome, said = actions.restore(**by), _("已恢复")
        case _:
            raise Http404
    if outcome:
        say(request, "ok", said)
    else:
        say(request, "stop", _("没有办成"), reasons.sentence(outcome.decision))
    return redirect("forum:thread", post_id)
