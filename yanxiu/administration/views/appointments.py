"""Appointments: given below oneself, ended, handed over on a day; who is missing."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from yanxiu.access import queries as access
from yanxiu.access import rules
from yanxiu.access.models import Appointment, Role
from yanxiu.access.rules import Capability
from yanxiu.administration import actions, queries
from yanxiu.administration.forms import AppointmentForm, HandOverForm, first_instant
from yanxiu.lib.decision import Decision, Reason
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.shell import ROLE_NAMES, Request, place_name
from yanxiu.web.table import Column, Filter, Table

APPOINTMENTS = Table(
    "appointments",
    columns=[
        Column("place", _("单位或培训"), value=lambda row: row.unit.display if row.unit else place_name([row]), order="unit__path", cls="y-keep"),
        Column("role", _("任职"), value=lambda row: str(ROLE_NAMES[Role(row.role)]), order="role", cls="y-nb"),
        Column("person", _("姓名"), value="person.name", order="person__name_key", head=True, cls="y-nb"),
        Column("phone", _("手机号"), value=lambda row: row.person.phone_mask or None, kind="code", cls="y-nb"),
        Column("from", _("起"), value=lambda row: row.period.lower, kind="day", order="period"),
        Column("until", _("止"), value=lambda row: row.period.upper, template="administration/cells/until.html", export=lambda row: row.period.upper),
        Column("acts", _("操作"), value="pk", template="administration/cells/appointment_acts.html", hide_label=True, export=False),
    ],
    search=("person__name", "unit__full_name"),
    search_label=_("姓名或单位"),
    filters=[Filter("role", _("任职"), [("", _("全部任职")), *((role, ROLE_NAMES[Role(role)]) for role in Role.values)], field="role")],
    order="place",
    size=50,
    file=_("任职"),
    caption=_("任职"),
    empty=_("还没有任职"),
    empty_text=_("指定下级项目办的管理员以后，这里列出谁负责哪里、从何时到何时。"),
)  # fmt: skip


@door(Capability.APPOINT)
def appointments(request: Request) -> HttpResponseBase:
    scope = request.scope
    vacant = list(access.vacancies(scope)[:200])
    schools = access.schools_without_admin(scope).count()
    context = {
        "title": _("任职"),
        "vacant": vacant,
        "schools": schools,
        "past": access.past_appointments(scope).order_by("-pk")[:20],
        "roles": ROLE_NAMES,
    }
    return APPOINTMENTS.answer(request, access.appointments(scope), "administration/appointments.html", context)


@door(Capability.APPOINT)
def new(request: Request) -> HttpResponseBase:
    initial = {"unit": request.GET.get("unit", ""), "role": request.GET.get("role", "")}
    form = AppointmentForm(
        request.POST or None, scope=request.scope, units=queries.appointable_units(request.scope), initial=initial
    )
    decision = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = queries.candidates(request.scope, data["person"])
        if person is None:
            form.add_error("person", _("您的管理范围内没有这个人；编号要写完整。"))
        else:
            made = actions.appoint(
                person=person, role=data["role"], unit=data["unit"], training_path=data["training_path"], starts=data["starts"], ends=data["ends"],
                by=request.shell.me.pk, scope=request.scope,
            )  # fmt: skip
            decision = made.decision
            if made:
                say(
                    request,
                    "ok",
                    _("已任命%(name)s") % {"name": person.name},
                    str(_("已通知本人；没有密码的，请到人员页发链接或打印密码单。")),
                )
                return redirect("administration:appointments")
    request.shell.here = "administration:appointments"
    context = {"title": _("新任职"), "form": form, "decision": decision}
    return render(request, "administration/appointment_new.html", context, status=422 if form.is_bound else 200)


def _held(request: Request, pk: int) -> Appointment:
    return get_object_or_404(access.appointments(request.scope), pk=pk)


@door(Capability.APPOINT)
def hand_over(request: Request, pk: int) -> HttpResponseBase:
    held = _held(request, pk)
    form = HandOverForm(request.POST or None)
    decision = None
    if request.method == "POST" and form.is_valid():
        person = queries.candidates(request.scope, form.cleaned_data["person"])
        if person is None:
            form.add_error("person", _("您的管理范围内没有这个人；编号要写完整。"))
        else:
            at = form.cleaned_data["at"]
            made = actions.hand_over(held, to=person, at=at, by=request.shell.me.pk, scope=request.scope)
            decision = made.decision
            if made:
                say(
                    request,
                    "ok",
                    _("已交接给%(name)s") % {"name": person.name},
                    str(_("待办和草稿属于单位，随任职一起交接。")),
                )
                return redirect("administration:appointments")
    return _page(request, held, form, decision, "administration/hand_over.html", str(_("交接任职")))


@door(Capability.APPOINT)
def end(request: Request, pk: int) -> HttpResponseBase:
    held = _held(request, pk)
    decision: Decision | None = None
    if request.method == "POST":
        day = request.POST.get("at", "")
        form = HandOverForm({"person": "-", "at": day})
        at = first_instant(form.fields["at"].clean(day)) if form.is_valid() else None
        decision = (
            actions.end(held, at=at, by=request.shell.me.pk, scope=request.scope)
            if form.is_valid()
            else Decision.no(Reason("period_empty", "S1.0"))
        )
        if decision:
            say(request, "ok", str(_("任职已结束")))
            return redirect("administration:appointments")
    last = (
        held.role in rules.SLOTS and held.unit_id is not None and access.holders(held.role, held.unit_id).count() <= 1
    )
    return _page(request, held, None, decision, "administration/appointment_end.html", str(_("结束任职")), last=last)


def _page(
    request: Request, held: Appointment, form, decision, template: str, title: str, **more: object
) -> HttpResponseBase:
    request.shell.here = "administration:appointments"
    role, place = str(ROLE_NAMES[Role(held.role)]), held.unit.display if held.unit else place_name([held])
    context = {"title": title, "held": held, "role": role, "place": place, "form": form, "decision": decision, **more}
    return render(request, template, context, status=422 if request.method == "POST" else 200)
