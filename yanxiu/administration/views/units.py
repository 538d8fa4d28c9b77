"""The tree of units, browsed level by level; schools made, merged, closed by whoever manages units."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yanxiu.access import queries as access
from yanxiu.access.rules import Capability
from yanxiu.administration import queries
from yanxiu.administration.forms import MergeForm, UnitForm
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation import actions as organisation
from yanxiu.organisation import queries as organisation_queries
from yanxiu.organisation.models import Unit
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Table
from yanxiu.web.terms import term


def _state(rows, value: str):
    return {
        "closed": rows.exclude(closed_on=None),
        "open": rows.filter(closed_on=None),
        "none": rows.filter(closed_on=None, has_admin=False),
    }[value]


CHILDREN = Table(
    "units",
    columns=[
        Column(
            "name",
            _("单位"),
            order="sort_key",
            head=True,
            url=lambda row: reverse("administration:unit", args=[row.pk]),
        ),
        Column("code", _("代码"), kind="code", order="code"),
        Column("stages", _("学段"), value=lambda row: [term(stage) for stage in row.stages] or None),
        Column("counted", _("教师总数"), kind="count", order="counted"),
        Column(
            "has_admin",
            _("管理员"),
            template="administration/cells/has_admin.html",
            export=lambda row: _("有管理员") if row.has_admin else _("没有管理员"),
        ),
    ],
    search=organisation_queries.units_matching,
    search_label=_("单位名称，或完整的代码"),
    filters=[
        Filter(
            "state",
            _("情况"),
            [("open", _("现有单位")), ("none", _("没有管理员")), ("closed", _("单位已撤销"))],
            apply=_state,
            default="open",
        )
    ],
    order="code",
    size=100,
    file=_("单位"),
    caption=_("下级单位"),
    empty=_("还没有下级单位"),
)


@door(Capability.READ_PEOPLE, Capability.MANAGE_UNITS)
def units(request: Request) -> HttpResponseBase:
    """Where the own part of the tree begins."""
    roots = queries.roots(request.scope)
    if not roots:
        raise Http404
    return unit(request, roots[0].pk)


@door(Capability.READ_PEOPLE, Capability.MANAGE_UNITS)
def unit(request: Request, pk: int) -> HttpResponseBase:
    here = get_object_or_404(queries.units(request.scope).select_related("successor"), pk=pk)
    counted_on = queries.last_count_date()
    inside = set(
        queries.units(request.scope)
        .filter(path__in=[u.path for u in organisation_queries.ancestors(here.path)])
        .values_list("pk", flat=True)
    )
    above = [(u, u.pk in inside) for u in organisation_queries.ancestors(here.path)[:-1]]
    admins = [a for role in ("city_admin", "county_admin", "school_admin") for a in access.holders(role, here.pk)]
    manages = request.scope.covers(Capability.MANAGE_UNITS, unit=here.path)
    request.shell.here = "administration:units"
    context = {
        "title": here.display, "here": here, "above": above, "admins": admins, "manages": manages and here.closed_on is None,
        "counted_on": counted_on, "counted": organisation_queries.count_of(here, counted_on) if counted_on else None,
        "people": queries.teachers_below(here), "unit_form": UnitForm(auto_id="new_%s"), "merge_form": MergeForm(),
    }  # fmt: skip
    if here.level == "school":
        return render(request, "administration/unit.html", context)
    return CHILDREN.answer(
        request, queries.children(request.scope, here, counted_on), "administration/unit.html", context
    )


def _managed(request: Request, pk: int) -> Unit:
    return get_object_or_404(
        Unit.objects.filter(access.within(request.scope, Capability.MANAGE_UNITS, units="path"), closed_on=None), pk=pk
    )


@door(Capability.MANAGE_UNITS)
@require_POST
def create(request: Request, pk: int) -> HttpResponseBase:
    """A school below a county; a development zone below a city."""
    above = _managed(request, pk)
    form = UnitForm(request.POST, auto_id="new_%s")
    if above.level not in ("city", "county"):
        raise Http404
    if not form.is_valid():
        return render(
            request, "administration/unit_new.html", {"title": _("新建单位"), "here": above, "form": form}, status=422
        )
    name, by = form.cleaned_data["name"].strip(), request.shell.me.pk
    if above.level == "county":
        made = organisation.create_school(name=name, county=above, stages=form.cleaned_data["stages"], by=by)
    else:
        made = organisation.create_zone(name=name, city=above, by=by)
    say(request, "ok", _("已建立%(name)s") % {"name": made.display}, _("代码%(code)s") % {"code": made.code})
    return redirect("administration:unit", made.pk)


@door(Capability.MANAGE_UNITS)
@require_POST
def merge(request: Request, pk: int) -> HttpResponseBase:
    """Closes a school: into another, or into the county's hands."""
    school = _managed(request, pk)
    code = request.POST.get("successor", "").strip().upper()
    successor = (
        Unit.objects.filter(access.within(request.scope, Capability.MANAGE_UNITS, units="path"), code=code).first()
        if code
        else None
    )
    if code and successor is None:
        decision = Decision.no(Reason("unit_not_school", "S1.0"))
    else:
        decision = organisation.merge_school(
            school=school.pk, successor=successor.pk if successor else None, by=request.shell.me.pk
        )
    if decision:
        say(request, "ok", _("%(name)s已撤销，人员、剩余配额和选课已经转走") % {"name": school.display})
        return redirect("administration:unit", school.parent_id)
    return render(
        request,
        "administration/unit_refused.html",
        {"title": school.display, "here": school, "decision": decision},
        status=422,
    )
