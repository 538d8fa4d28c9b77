"""Quota plans: the office drafts and submits; the province approves, also other numbers, returns, reopens."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Unit
from yanxiu.places import actions, queries
from yanxiu.places.forms import ReopenForm
from yanxiu.places.models import QuotaPlan
from yanxiu.places.rules import plans as rules
from yanxiu.places.views.batches import all_batches
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch, Programme
from yanxiu.programme.rules import plan_closes
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Table

STATES = [("", N_("全部情况")), ("none", N_("还没有填")), ("draft", N_("草稿")), ("submitted", N_("等待核准")), ("approved", N_("已核准")), ("returned", N_("已退回"))]  # fmt: skip
PLANS = Table(
    "plans",
    columns=[
        Column("unit", N_("项目办"), value="unit.name", head=True, template="places/cells/plan_unit.html", cls="y-nb"),
        Column("state", N_("情况"), value=lambda row: str(dict(STATES)[row["state"]]), template="places/cells/plan_state.html"),
        Column("asked", N_("要的总数"), kind="count", order=True),
        Column("approved", N_("核准总数"), kind="count", order=True),
        Column("submitted_at", N_("提交时间"), kind="time", order=True),
        Column("open_until", N_("重新开放到"), kind="time"),
    ],
    search=("unit.name",),
    search_label=N_("市或县的名称"),
    filters=[Filter("state", N_("情况"), STATES)],
    file=N_("配额计划"),
    caption=N_("十六个项目办的配额计划"),
    empty=N_("没有可以看的计划"),
)  # fmt: skip


def _programme() -> Programme:
    programme = programmes.programme()
    if programme is None:
        raise Http404
    return programme


# --- the office's own ------------------------------------------------------------------------------------------------------


@door(Capability.SUBMIT_PLAN)
def plan(request: Request) -> HttpResponse:
    return _own(request)


@door(Capability.SUBMIT_PLAN)
@require_POST
def save(request: Request) -> HttpResponse:
    """Keeps the draft; with `submit` hands it in as well."""
    unit, programme = _office(request), _programme()
    if not _is_office(unit):
        raise Http404
    batches = all_batches(request)
    typed = {b.pk: request.POST.get(f"n-{b.pk}", "").strip().replace(",", "")[:12] for b in batches}
    wrong = {pk for pk, text in typed.items() if text and not (text.isascii() and text.isdigit())}
    if wrong:
        return _own(request, typed=typed, wrong=wrong, against=Decision.no(Reason("plan_number", "T3.3a", {"most": rules.MOST})))  # fmt: skip
    assert request.shell.person is not None
    by = request.shell.person.pk
    version = request.POST.get("version", "")
    decision = actions.save_plan(
        programme=programme.pk, unit=unit.pk, asked={pk: int(text) for pk, text in typed.items() if text}, by=by,
        note=request.POST.get("note", "")[:1000], lock_version=int(version) if version.isdecimal() else None,
    )  # fmt: skip
    if decision.ok and request.POST.get("submit"):
        decision = actions.submit_plan(programme=programme.pk, unit=unit.pk, by=by)
        if decision.ok:
            say(request, "ok", _("计划已提交"), _("省级项目办核准后，数字就是本级的配额；核准前不能再改。"))
            return redirect("places:plan")
    if not decision.ok:
        return _own(request, typed=typed, against=decision)
    say(request, "ok", _("草稿已保存"), _("还没有提交；提交后省级项目办才看得到。"))
    return redirect("places:plan")


def _office(request: Request) -> Unit:
    unit = request.shell.unit
    if unit is None or not request.scope.covers(Capability.SUBMIT_PLAN, unit=unit.path):
        raise Http404
    return unit


def _is_office(unit: Unit) -> bool:
    return rules.is_office(unit.level, unit.direct, unit.parent.level if unit.parent else None)


def _own(request: Request, *, typed: dict[int, str] | None = None, against: Decision | None = None, wrong: set[int] | None = None) -> HttpResponse:  # fmt: skip
    unit, programme = _office(request), _programme()
    row = queries.plan_of(request.scope, programme.pk, unit.pk)
    lines = queries.plan_lines(row) if row else {}
    facts = _facts(row, programme, unit)
    context = {
        "title": _("全年配额计划"),
        "unit": unit,
        "office": _is_office(unit),
        "plan": row,
        "status": {"state": row.state if row else "none"},
        "rows": [
            _line(b, lines.get(b.pk), (typed or {}).get(b.pk), b.pk in (wrong or ())) for b in all_batches(request)
        ],
        "closes": rules.open_until(facts),
        "deadline": facts.closes,
        "locked": request.shell.now >= rules.open_until(facts),
        "may": _is_office(unit)
        and request.shell.now < rules.open_until(facts)
        and facts.state in ("draft", "returned"),
        "against": against,
        "version": row.lock_version if row else 0,
        "note": request.POST.get("note") if against is not None else row.note if row else "",
    }
    return render(request, "places/plan.html", context, status=422 if against is not None else 200)


def _line(batch: Batch, line: Any, typed: str | None, wrong: bool) -> dict[str, Any]:
    asked = line.asked if line else None
    return {
        "batch": batch,
        "asked": asked,
        "approved": line.approved if line else None,
        "value": typed if typed is not None else "" if asked is None else asked,
        "wrong": wrong,
    }


def _facts(row: QuotaPlan | None, programme: Programme, unit: Unit) -> rules.PlanFacts:
    policy = programmes.policy(programmes.current_version(programme))
    return rules.PlanFacts(
        state=row.state if row else "draft",
        closes=plan_closes(policy),
        reopened_until=row.reopened_until if row else None,
        is_office=_is_office(unit),
    )


# --- the province's reading ------------------------------------------------------------------------------------------------


@door(Capability.READ_QUOTA)
def plans(request: Request) -> HttpResponseBase:
    programme = _programme()
    rows = []
    for unit, row in queries.plans_of(request.scope, programme):
        # A draft is its office's own business until it is handed in; only that there is one is seen.
        lines = list(row.lines.all()) if row and row.state != "draft" else []
        rows.append(
            {
                "unit": unit,
                "plan": row,
                "state": row.state if row else "none",
                "asked": sum(line.asked for line in lines) if lines else None,
                "approved": sum(line.approved or 0 for line in lines) if row and row.decided_at and lines else None,
                "submitted_at": row.submitted_at if row else None,
                "open_until": row.reopened_until if row and row.reopened_until and row.reopened_until > request.shell.now else None,
            }
        )  # fmt: skip
    closes = plan_closes(programmes.policy(programmes.current_version(programme)))
    context = {
        "title": _("配额计划"),
        "offices": len(rows),
        "closes": closes,
        "locked": request.shell.now >= closes,
        "waiting": sum(r["state"] == "submitted" for r in rows),
        "missing": sum(r["state"] in ("none", "draft", "returned") for r in rows),
        "approved": sum(r["state"] == "approved" for r in rows),
        "may": request.scope.can(Capability.DECIDE_PLAN),
    }
    request.shell.here = "places:plans"
    return PLANS.answer(request, rows, "places/plans.html", context)


@door(Capability.READ_QUOTA)
def one(request: Request, unit_id: int) -> HttpResponse:
    return _one(request, unit_id)


def _one(request: Request, unit_id: int, *, typed: dict[int, str] | None = None, reason: str = "", form: ReopenForm | None = None, against: Decision | None = None) -> HttpResponse:  # fmt: skip
    unit = next((u for u in queries.offices(request.scope) if u.pk == unit_id), None)
    if unit is None:
        raise Http404
    programme = _programme()
    row = queries.plan_of(request.scope, programme.pk, unit.pk)
    hidden = row is not None and row.state == "draft" and row.decided_at is None
    lines = queries.plan_lines(row) if row and not hidden else {}
    rows = []
    for b in all_batches(request):
        line = _line(b, lines.get(b.pk), None, False)
        line["decide"] = (typed or {}).get(b.pk, "" if line["asked"] is None else line["asked"])
        rows.append(line)
    until = clock.local(request.shell.now + timedelta(days=3)).replace(hour=18, minute=0, second=0, microsecond=0)
    context = {
        "title": _("%(unit)s的配额计划") % {"unit": unit.name},
        "unit": unit,
        "plan": row,
        "status": {"state": row.state if row else "none"},
        "hidden": hidden,
        "rows": rows,
        "sums": {k: sum(r[k] or 0 for r in rows) for k in ("asked", "approved")},
        "may": request.scope.can(Capability.DECIDE_PLAN),
        "against": against,
        "reason": reason,
        "reopen": form or ReopenForm(initial={"until": until.strftime("%Y-%m-%dT%H:%M")}, auto_id="reopen-%s"),
    }
    request.shell.here = "places:plans"
    bad = against is not None or form is not None
    return render(request, "places/plan_one.html", context, status=422 if bad else 200)


@door(Capability.DECIDE_PLAN)
@require_POST
def decide(request: Request, unit_id: int) -> HttpResponse:
    row = _plan(request, unit_id)
    reason = request.POST.get("reason", "").strip()[:500]
    typed = {b.pk: request.POST.get(f"n-{b.pk}", "").strip().replace(",", "")[:12] for b in all_batches(request)}
    approved = None
    if request.POST.get("yes") == "1":
        numbers = {pk: int(text) for pk, text in typed.items() if text.isascii() and text.isdigit()}
        approved = numbers if len(numbers) == len(typed) else {**dict.fromkeys(typed, 0), 0: -1}
    assert request.shell.person is not None
    decision = actions.decide_plan(plan=row.pk, approved=approved, by=request.shell.person.pk, reason=reason)
    if not decision.ok:
        return _one(request, unit_id, typed=typed, reason=reason, against=decision)
    name = row.unit.name
    say(
        request,
        "ok",
        (_("已核准%(unit)s的计划") if approved is not None else _("已退回%(unit)s的计划")) % {"unit": name},
    )
    return redirect("places:plans")


@door(Capability.DECIDE_PLAN)
@require_POST
def reopen(request: Request, unit_id: int) -> HttpResponse:
    row = _plan(request, unit_id)
    form = ReopenForm(request.POST, auto_id="reopen-%s")
    if not form.is_valid():
        return _one(request, unit_id, form=form)
    until: datetime = form.cleaned_data["until"]
    assert request.shell.person is not None
    decision = actions.reopen_plan(plan=row.pk, until=until, reason=form.cleaned_data["reason"], by=request.shell.person.pk)  # fmt: skip
    if not decision.ok:
        return _one(request, unit_id, form=form, against=decision)
    say(request, "ok", _("已重新开放%(unit)s的计划") % {"unit": row.unit.name}, _("已核准的数在再次核准前继续有效。"))
    return redirect("places:plan_one", unit_id=unit_id)


def _plan(request: Request, unit_id: int) -> QuotaPlan:
    """An office that never wrote one can be reopened too: then there is an empty one."""
    unit = next((u for u in queries.offices(request.scope) if u.pk == unit_id), None)
    if unit is None:
        raise Http404
    row = queries.plan_of(request.scope, _programme().pk, unit.pk)
    if row is None:
        raise Http404
    return get_object_or_404(QuotaPlan.objects.select_related("unit"), pk=row.pk)
