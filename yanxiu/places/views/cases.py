"""The province's exemptions from the two-years rule (T1.2), and the bars (T4.2b)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.views.decorators.http import require_POST

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability
from yanxiu.lib.decision import Decision
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person
from yanxiu.places import actions, queries
from yanxiu.places.forms import ExemptForm, ReasonForm
from yanxiu.programme import queries as programmes
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Table


def _of_state(rows: Any, value: str) -> Any:
    return rows.filter(withdrawn_at=None) if value == "on" else rows.exclude(withdrawn_at=None)


def _bar_state(rows: Any, value: str) -> Any:
    return rows.filter(lifted_at=None) if value == "on" else rows.exclude(lifted_at=None)


EXEMPTIONS = Table(
    "exemptions",
    columns=[
        Column("name", N_("教师"), value="person.name", order="person__name_key", head=True, cls="y-nb"),
        Column("school", N_("学校"), value=lambda row: row.person.school.display if row.person.school else None, cls="y-keep"),
        Column("reason", N_("原因")),
        Column("at", N_("准许时间"), order="at", kind="time"),
        Column("by", N_("办理人"), value="by.name"),
        Column("state", N_("情况"), value=lambda row: _("已撤销") if row.withdrawn_at else _("有效"), template="places/cells/exemption.html"),
    ],
    search=("person__name", "person__teacher_number", "person__school__name"),
    search_label=N_("姓名、教师编号或学校"),
    filters=[Filter("state", N_("情况"), [("", N_("全部情况")), ("on", N_("有效")), ("off", N_("已撤销"))], apply=_of_state)],
    order="-at",
    file=N_("例外"),
    caption=N_("准许连续参加的教师"),
    empty=N_("还没有准许过例外"),
    empty_text=N_("查到教师、写明原因，就可以准许。"),
)  # fmt: skip

BARS = Table(
    "bars",
    columns=[
        Column("name", N_("教师"), value="person.name", order="person__name_key", head=True, cls="y-nb"),
        Column("school", N_("学校"), value=lambda row: row.person.school.display if row.person.school else None, cls="y-keep"),
        Column("year", N_("年度"), value=lambda row: str(row.year)),
        Column("until", N_("到"), order="until", template="places/cells/until.html"),
        Column("reason", N_("原因")),
        Column("at", N_("开始时间"), order="at", kind="time"),
        Column("state", N_("情况"), value=lambda row: _("已解除") if row.lifted_at else _("有效"), template="places/cells/bar.html"),
    ],
    search=("person__name", "person__teacher_number", "person__school__name"),
    search_label=N_("姓名、教师编号或学校"),
    filters=[Filter("state", N_("情况"), [("", N_("全部情况")), ("on", N_("有效")), ("off", N_("已解除"))], apply=_bar_state)],
    order="-at",
    file=N_("禁止参加"),
    caption=N_("本年度不能参加的教师"),
    empty=N_("没有被禁止参加的教师"),
    empty_text=N_("抄袭认定生效后，会列在这里。"),
)  # fmt: skip


@door(Capability.EXEMPT)
def exemptions(request: Request) -> HttpResponseBase:
    return _exemptions(request)


def _exemptions(request: Request, *, form: ExemptForm | None = None, against: Decision | None = None) -> HttpResponseBase:  # fmt: skip
    programme = programmes.programme()
    if programme is None:
        raise Http404
    request.shell.here = "places:exemptions"
    context = {
        "title": _("连续参加的例外"),
        "form": form or ExemptForm(),
        "against": against,
        "possible": programmes.policy(programmes.current_version(programme)).repeat.exemption,
        "series": programme.series,
    }
    response = EXEMPTIONS.answer(request, queries.exemptions(request.scope, programme.pk), "places/exemptions.html", context)  # fmt: skip
    if form or against is not None:
        response.status_code = 422
    return response


@door(Capability.EXEMPT)
@require_POST
def exempt(request: Request) -> HttpResponseBase:
    programme = programmes.programme()
    if programme is None:
        raise Http404
    form = ExemptForm(request.POST)
    if not form.is_valid():
        return _exemptions(request, form=form)
    number = form.cleaned_data["number"].strip()
    person = organisation.by_numbers([number]).get(number)
    seen = Person.objects.filter(within(request.scope, Capability.EXEMPT, units="school_path"))
    if person is None or not seen.filter(pk=person.pk).exists():
        form.add_error("number", _("名册里没有这个人，请核对号码。"))
        return _exemptions(request, form=form)
    assert request.shell.person is not None
    done = actions.exempt(
        programme=programme.pk, person=person.pk, reason=form.cleaned_data["reason"], by=request.shell.person.pk
    )
    if not done.ok:
        return _exemptions(request, form=form, against=done.decision)
    say(request, "ok", _("已准许%(name)s连续参加") % {"name": person.name}, _("教师现在可以选课；这次准许记入审计记录。"))  # fmt: skip
    return redirect("places:exemptions")


@door(Capability.EXEMPT)
@require_POST
def withdraw_exemption(request: Request, exemption_id: int) -> HttpResponse:
    programme = programmes.programme()
    if programme is None:
        raise Http404
    row = get_object_or_404(queries.exemptions(request.scope, programme.pk), pk=exemption_id)
    assert request.shell.person is not None
    actions.withdraw_exemption(exemption=row.pk, by=request.shell.person.pk)
    say(request, "ok", _("已撤销%(name)s的例外") % {"name": row.person.name}, _("已经占位的，学校报名时会再查一次。"))
    return redirect("places:exemptions")


@door(Capability.BAR)
def bars(request: Request) -> HttpResponseBase:
    request.shell.here = "places:exemptions"
    return BARS.answer(request, queries.bars(request.scope), "places/bars.html", {"title": _("本年度不能参加的教师")})


@door(Capability.BAR)
@require_POST
def lift(request: Request, bar_id: int) -> HttpResponse:
    row = get_object_or_404(queries.bars(request.scope), pk=bar_id)
    form = ReasonForm(request.POST)
    assert request.shell.person is not None
    if not form.is_valid():
        say(request, "stop", _("没有解除"), _("请写明原因，至少4个字。"))
        return redirect("places:bars")
    done = actions.lift_bar(bar=row.pk, by=request.shell.person.pk, reason=form.cleaned_data["reason"])
    if done.ok:
        say(
            request,
            "ok",
            _("已解除%(name)s的禁止") % {"name": row.person.name},
            _("已经取消的选课不会回来，可以重新选。"),
        )
    return redirect("places:bars")
