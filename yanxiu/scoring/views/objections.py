"""Objections to be answered (tutor) and decided (province)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from yanxiu.access.rules import Capability
from yanxiu.scoring import actions, explaining, queries
from yanxiu.scoring.forms import DecisionForm
from yanxiu.scoring.models import Objection
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.table import Column, Filter, Table

from .learners import about

WAITING = (Objection.State.TUTOR, Objection.State.PROVINCE)


def _by_state(rows: Any, value: str) -> Any:
    return rows.filter(state__in=WAITING) if value == "waiting" else rows.filter(state=value)


OBJECTIONS = Table(
    "objections",
    columns=[
        Column("person", N_("学员"), value="result.enrolment.person.name", order="result__enrolment__person__name_key", head=True, cls="y-nb", template="scoring/cells/objector.html"),
        Column("class", N_("培训班"), value="result.enrolment.training_class.name", order="result__enrolment__training_class__name"),
        Column("part", N_("分项"), value=lambda row: str(explaining.PART_NAMES[row.part])),
        Column("at", N_("提出时间"), order="at", kind="time"),
        Column("state", N_("情况"), value="get_state_display", template="scoring/cells/objection_state.html"),
    ],
    search=("result__enrolment__person__name",),
    search_label=N_("姓名"),
    filters=[
        Filter(
            "state",
            N_("情况"),
            [
                ("waiting", N_("等待处理")),
                (Objection.State.ANSWERED.value, N_("总辅导员已答复")),
                (Objection.State.DECIDED.value, N_("省级项目办已决定")),
                ("all", N_("全部情况")),
            ],
            apply=lambda rows, value: rows if value == "all" else _by_state(rows, value),
            default="waiting",
        )
    ],
    order="at",
    file=N_("异议"),
    caption=N_("对成绩的异议"),
    empty=N_("没有等待处理的异议"),
    empty_text=N_("成绩公示期间学员提出的异议会列在这里。"),
)  # fmt: skip


@door(Capability.MARK, Capability.DECIDE_OBJECTIONS)
def objections(request: HttpRequest) -> HttpResponseBase:
    pending = queries.pending(request.scope)
    context = {"title": _("对成绩的异议"), "pending": list(pending[:50]), "pending_count": pending.count()}
    return OBJECTIONS.answer(request, queries.objections(request.scope), "scoring/objections.html", context)


@door(Capability.MARK, Capability.DECIDE_OBJECTIONS)
def objection(request: HttpRequest, objection_id: int) -> HttpResponse:
    row = queries.visible_objection(request.scope, objection_id)
    if row is None:
        raise Http404
    enrolment = row.result.enrolment
    act = _act(request, row)
    form = DecisionForm(request.POST or None, with_work=bool(row.work_id)) if act else None
    decision = None
    if request.method == "POST":
        if form is None:
            decision = act
        elif form.is_valid():
            decision = act(by=request.shell.person, scope=request.scope, objection_id=row.pk, **form.cleaned_data)
            if decision:
                say(
                    request, "ok", _("已答复，学员会收到消息") if act is actions.answer else _("已决定，学员会收到消息")
                )
                return redirect("scoring:objections")
    standing = queries.standing(queries.whole(enrolment.pk))
    row.closes, row.about = queries.closes(row), about(row, standing)
    context = {
        "title": _("%(name)s的异议") % {"name": enrolment.person.name},
        "row": row,
        "standing": standing,
        "blocks": [b for b in explaining.blocks(standing) if b.clause == standing.assessment.part(row.part).clause],
        "work": next((w for w in standing.evidence.works if row.work_id and w.work == row.work_id), None),
        "form": form,
        "decision": decision,
        "decides": act is actions.decide,
        "changes": list(row.result.changes.select_related("by").order_by("at")),
    }
    return render(request, "scoring/objection.html", context, status=422 if request.method == "POST" else 200)


def _act(request: HttpRequest, row: Objection) -> Any:
    """What this person may do with it now; None: read."""
    enrolment = row.result.enrolment
    if row.state == Objection.State.TUTOR and request.scope.covers(Capability.MARK, training=enrolment.class_path):
        return actions.answer
    if row.state == Objection.State.PROVINCE and request.scope.covers(
        Capability.DECIDE_OBJECTIONS, unit=enrolment.school_path
    ):
        return actions.decide
    return None
