"""The own data: confirmed or corrected before learning (S2.1.1), read and exported; and the school's queue of wishes."""

import dataclasses
import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yanxiu.access import actions as access
from yanxiu.access.rules import Capability
from yanxiu.administration import actions, queries, wording
from yanxiu.administration.forms import AnswerForm, CorrectionForm, changes_of
from yanxiu.lib import clock
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import ProfileCorrection
from yanxiu.web.door import door, signed_in
from yanxiu.web.said import say
from yanxiu.web.shell import Request


@signed_in(free=True)
def profile(request: Request) -> HttpResponse:
    person = request.shell.me
    initial = {name: getattr(person, name) for name in ("name", "stage", "subject", "title")}
    form = CorrectionForm(request.POST or None, initial=initial)
    decision = None
    if request.method == "POST" and form.is_valid():
        decision = organisation.ask_correction(
            person.pk, changes=changes_of(form, person), note=form.cleaned_data["note"]
        )
        if decision:
            say(request, "ok", _("已请学校更正"), _("学校答复以后会通知您；现在可以继续选课和学习。"))
            return redirect("administration:profile")
    latest = person.corrections.select_related("decided_by").order_by("-pk").first()
    context = {
        "title": _("个人信息"), "person": person, "form": form, "decision": decision, "latest": latest,
        "fields": _fields(latest) if latest else [], "must": request.shell.must,
    }  # fmt: skip
    return render(request, "administration/profile.html", context, status=422 if request.method == "POST" else 200)


def _fields(correction: ProfileCorrection) -> list[tuple[str, str]]:
    """(what, wanted value); a phone only by its mask."""
    shown = {name: value for name, value in correction.changes.items() if name != "phone_sealed"}
    return [(str(wording.COLUMNS.get(name.split("_")[0], name)), value) for name, value in shown.items()]


@signed_in(free=True)
@require_POST
def confirm(request: Request) -> HttpResponse:
    organisation.confirm_profile(request.shell.me.pk)
    say(request, "ok", _("个人信息已确认"))
    return redirect("/")


@signed_in
@require_POST
def export(request: Request) -> HttpResponse:
    """All that is held about the person, readable by people and machines."""
    access.data_exported(request.shell.me.account)
    data = json.dumps(dataclasses.asdict(queries.own_data(request.shell.me)), ensure_ascii=False, indent=2)
    response = HttpResponse(data, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="yanxiu-{clock.today():%Y%m%d}.json"'
    return response


@door(Capability.MANAGE_ACCOUNTS)
def corrections(request: Request) -> HttpResponse:
    rows = queries.corrections(request.scope)
    waiting = [_line(row) for row in rows.filter(state="open").order_by("pk")[:100]]
    done = [_line(row) for row in rows.exclude(state="open")[:50]]
    request.shell.here = "administration:people"
    context = {"title": _("更正个人信息"), "waiting": waiting, "done": done, "own": request.shell.me.pk}
    return render(request, "administration/corrections.html", context)


def _line(row: ProfileCorrection) -> dict[str, object]:
    now = {str(wording.COLUMNS[name]): getattr(row.person, name) for name in ("name", "stage", "subject", "title")}
    now[str(wording.COLUMNS["phone"])] = row.person.phone_mask
    return {"row": row, "fields": [(what, now.get(what, ""), wanted) for what, wanted in _fields(row)]}


@door(Capability.MANAGE_ACCOUNTS)
@require_POST
def decide_correction(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.corrections(request.scope), pk=pk)
    form = AnswerForm(request.POST)
    accept = request.POST.get("decision") == "accept"
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    decision = actions.decide_correction(row, accept=accept, answer=answer, by=request.shell.me.pk)
    if decision:
        say(request, "ok", _("已更正，已通知本人") if accept else _("没有更正，已通知本人"))
        return redirect("administration:corrections")
    context = {
        "title": _("更正个人信息"),
        "waiting": [_line(row)],
        "done": [],
        "decision": decision,
        "answer": answer,
        "own": request.shell.me.pk,
    }
    return render(request, "administration/corrections.html", context, status=422)
