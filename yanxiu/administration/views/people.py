"""People: found, read masked, revealed against a reason, corrected; their accounts opened and reset."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yanxiu.access import actions as access
from yanxiu.access import rules
from yanxiu.access.actions.accounts import LINK_LASTS, SLIP_LASTS
from yanxiu.access.rules import Capability
from yanxiu.administration import actions, queries, wording
from yanxiu.administration.forms import PersonForm, RevealForm, changes_of
from yanxiu.lib.decision import Decision
from yanxiu.organisation import actions as organisation
from yanxiu.organisation import queries as organisation_queries
from yanxiu.organisation import rules as organisation_rules
from yanxiu.organisation.models import Person
from yanxiu.web.door import door, signed_in
from yanxiu.web.navigation import pattern
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Pick, Table
from yanxiu.web.templatetags.y import y_tag
from yanxiu.web.terms import term

MOST_SLIPS = 50


ACCOUNT_STATES = {
    None: ("todo", _("没有账号")),
    "closed": ("stop", _("已停用")),
    "unused": ("wait", _("没有登录过")),
    "used": ("ok", _("已开通")),
}


def _account(rows: Any, value: str) -> Any:
    match value:
        case "none":
            return rows.filter(account_state=None)
        case "open":
            return rows.filter(account_state__in=["unused", "used"])
    return rows.filter(account_state=value)


def _roster(rows: Any, value: str) -> Any:
    match value:
        case "on":
            return rows.filter(on_roster=True)
        case "off_duty":
            return rows.filter(on_roster=True, on_duty=False)
        case "unconfirmed":
            return rows.filter(on_roster=True, profile_confirmed_at=None)
        case "gone":
            return rows.filter(gone_at__isnull=False, on_roster=False)
        case "staff":
            return rows.filter(gone_at=None, on_roster=False)
    return rows


def _account_tag(row: Any, request: HttpRequest) -> SafeString:
    return y_tag(*ACCOUNT_STATES[row.account_state])


PEOPLE = Table(
    "people",
    columns=[
        Column("name", _("姓名"), order="name_key", head=True, cls="y-nb", url=lambda row: pattern("administration:person") % row.pk),
        Column("teacher_number", _("教师编号"), kind="code", cls="y-nb"),
        Column("school", _("单位"), value="school.display", order="school_path", cls="y-keep"),
        Column("subject", _("学科"), value=lambda row: term(row.subject) or None, export=lambda row: row.subject),
        Column("stage", _("学段"), value=lambda row: term(row.stage) or None),
        Column("title", _("职称"), value=lambda row: term(row.title) or None),
        Column("phone_mask", _("手机号"), value=lambda row: row.phone_mask or None, cls="y-nb"),
        Column("account", _("账号"), draw=_account_tag, export=False),
    ],
    search=organisation_queries.matching,
    search_label=_("姓名，或完整的教师编号、身份证号、手机号"),
    filters=[
        Filter("stage", _("学段"), [("", _("全部学段")), *((s, _(s)) for s in organisation_rules.STAGES)], field="stage"),
        Filter(
            "account", _("账号"), apply=_account,
            choices=[("", _("账号不限")), ("none", _("没有账号")), ("open", _("已开通")), ("unused", _("没有登录过")), ("closed", _("已停用"))],
        ),
        Filter(
            "roster", _("名册"), apply=_roster, default="on",
            choices=[("on", _("在名册上")), ("unconfirmed", _("没有确认信息")), ("off_duty", _("不在岗")), ("gone", _("已离开")), ("staff", _("管理人员")), ("all", _("全部人员"))],
        ),
    ],
    order="name",
    size=50,
    file=_("人员"),
    caption=_("人员"),
    empty=_("还没有人员"),
    empty_text=_("导入教师名册以后，这里列出管理范围内的教师。"),
    pick=Pick("person", "slips", value="pk", allowed=lambda row: row.on_roster),
)  # fmt: skip


@door(Capability.READ_PEOPLE)
def people(request: Request) -> HttpResponseBase:
    shell = request.shell
    rows = queries.people(request.scope)
    manages = request.scope.can(Capability.MANAGE_ACCOUNTS)
    if request.GET.get("export"):
        page = PEOPLE.read(request, rows)
        if page.wants_export:
            actions.record_export(
                by=shell.me.pk, appointment=shell.appointment.pk if shell.appointment else None, unit_path=shell.unit.path if shell.unit else "",
                name="administration.people", rows=page.total, query=request.GET.urlencode(),
            )  # fmt: skip
    # Who searches wants the person; the figures of everybody below are the first page's, and cost more than the search.
    first = not request.headers.get("HX-Request") and not request.GET.get("q")
    figures = queries.school_figures(request.scope) if first else {}
    context = {
        "title": _("人员"), "figures": figures, "manages": manages, "imports": request.scope.can(Capability.IMPORT_ROSTER),
        "corrections": queries.open_corrections(request.scope) if manages else 0,
    }  # fmt: skip
    # The table is narrowed to the roster by itself.
    return PEOPLE.answer(request, rows, "administration/people.html", context, total=figures.get("people"))


def _person(request: Request, pk: int) -> Person:
    return get_object_or_404(queries.people(request.scope), pk=pk)


def _page(request: Request, person: Person, status: int = 200, **more: Any) -> HttpResponseBase:
    account = getattr(person, "account", None)
    appointments = person.appointments.select_related("unit").order_by("-pk")[:20]
    request.shell.here = "administration:people"
    context = {
        "title": person.name, "person": person, "account": account, "appointments": appointments, "self": person.pk == request.shell.me.pk,
        "manages": request.scope.covers(Capability.MANAGE_ACCOUNTS, unit=person.school_path),
        "reveals": request.scope.covers(Capability.REVEAL_IDENTITY, unit=person.school_path), "now": request.shell.now, **more,
    }  # fmt: skip
    response = render(request, "administration/person.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@door(Capability.READ_PEOPLE)
def person(request: Request, pk: int) -> HttpResponseBase:
    return _page(request, _person(request, pk))


@door(Capability.REVEAL_IDENTITY)
@require_POST
def reveal(request: Request, pk: int) -> HttpResponseBase:
    """Shown once in this answer; the reason is on the trail before the number is on the screen."""
    if not request.scope.can(Capability.READ_PEOPLE):
        raise PermissionDenied
    person = _person(request, pk)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, person, 422, reveal_form=form)
    appointment = request.shell.appointment.pk if request.shell.appointment else None
    field = form.cleaned_data["field"]
    shown = organisation.reveal(
        person.pk, field=field, reason=form.cleaned_data["reason"], by=request.shell.me.pk, appointment=appointment
    )
    if isinstance(shown, Decision):
        return _page(request, person, 422, decision=shown)
    return _page(request, person, revealed={"label": wording.COLUMNS[field], "value": shown or "–"})


@door(Capability.MANAGE_ACCOUNTS)
def edit(request: Request, pk: int) -> HttpResponseBase:
    person = get_object_or_404(queries.manageable(request.scope), pk=pk)
    if person.pk == request.shell.me.pk:
        raise PermissionDenied
    initial = {name: getattr(person, name) for name in ("name", "stage", "subject", "title", "on_duty")}
    form = PersonForm(request.POST or None, initial=initial)
    decision = None
    if request.method == "POST" and form.is_valid():
        decision = organisation.update_person(person.pk, changes_of(form, person), by=request.shell.me.pk)
        if decision:
            say(request, "ok", str(_("已更正")))
            return redirect("administration:person", person.pk)
    request.shell.here = "administration:people"
    context = {"title": _("更正信息"), "person": person, "form": form, "decision": decision}
    return render(request, "administration/person_edit.html", context, status=422 if form.is_bound else 200)


@door(Capability.MANAGE_ACCOUNTS)
@require_POST
def account(request: Request, pk: int) -> HttpResponseBase:
    """Open, send a link, print a slip, end sessions, close, open again. Link and password are in this one answer only."""
    person = get_object_or_404(queries.manageable(request.scope), pk=pk)
    by, act = request.shell.me.pk, request.POST.get("act", "")
    if act not in ("link", "slip", "revoke", "close", "open"):
        raise Http404
    if person.pk == by:
        return _page(request, _person(request, pk), 422, decision=Decision.no(*rules.not_about_oneself(by, person.pk)))
    if act == "slip":
        return _slips(request, [person])
    account = access.activate(person.pk, by=by) if act == "link" else getattr(person, "account", None)
    if account is None:
        raise Http404
    if act == "link":
        token = access.make_link(account.pk, by=by)
        if isinstance(token, Decision):
            return _page(request, _person(request, pk), 422, decision=token)
        link = request.build_absolute_uri(reverse("administration:use_link", args=[token]))
        return _page(request, _person(request, pk), link=link, hours=int(LINK_LASTS.total_seconds() // 3600))
    said = {"revoke": _("已在所有设备上退出"), "close": _("账号已停用"), "open": _("账号已恢复")}
    done: Any = {"revoke": access.revoke, "close": access.close_account, "open": access.open_account}[act](
        account.pk, by=by
    )
    if isinstance(done, Decision) and not done:
        return _page(request, _person(request, pk), 422, decision=done)
    say(request, "ok", str(said[act]))
    return redirect("administration:person", pk)


@door(Capability.MANAGE_ACCOUNTS)
@require_POST
def slips(request: Request) -> HttpResponseBase:
    """First passwords for those picked, one slip each, to print and cut."""
    chosen = [pk for pk in request.POST.getlist("person") if pk.isdecimal()][:MOST_SLIPS]
    people = list(
        queries.manageable(request.scope)
        .filter(pk__in=chosen, on_roster=True)
        .exclude(pk=request.shell.me.pk)
        .order_by("name_key")
    )
    if not people:
        say(request, "warn", str(_("没有选中可以开通账号的人")))
        return redirect("administration:people")
    return _slips(request, people)


def _slips(request: Request, people: list[Person]) -> HttpResponseBase:
    done = actions.slips(people, by=request.shell.me.pk)
    request.shell.here = "administration:people"
    title = ngettext("%(n)s张初始密码单", "%(n)s张初始密码单", len(done)) % {"n": len(done)}
    address = request.build_absolute_uri(reverse("administration:sign_in"))
    context = {"title": title, "slips": done, "address": address, "days": SLIP_LASTS.days}
    response = render(request, "administration/slips.html", context)
    response["Cache-Control"] = "no-store"
    return response


@signed_in
def search(request: Request) -> HttpResponseBase:
    """People and units below whoever looks; a teacher finds the own colleagues nowhere here."""
    word = request.GET.get("q", "").strip()[:80]
    found_people: list[Person] = []
    found_units: list[Any] = []
    if word:
        if request.scope.can(Capability.READ_PEOPLE):
            found_people = list(
                organisation_queries.matching(queries.people(request.scope), word).order_by("name_key")[:20]
            )
        if request.scope.can(Capability.READ_PEOPLE) or request.scope.can(Capability.MANAGE_UNITS):
            found_units = list(
                organisation_queries.units_matching(queries.units(request.scope), word).order_by("path")[:20]
            )
    may = request.scope.can(Capability.READ_PEOPLE) or request.scope.can(Capability.MANAGE_UNITS)
    context = {"title": _("查找"), "word": word, "people": found_people, "units": found_units, "may": may}
    return render(request, "administration/search.html", context)
