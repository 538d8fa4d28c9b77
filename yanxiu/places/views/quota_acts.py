"""Quota beside the sheet: back up, across, asking for more, the ledger, xlsx out and in."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.organisation.models import Unit
from yanxiu.places import actions, grids, queries
from yanxiu.places.forms import GiveBackForm, SheetForm
from yanxiu.places.movements import KINDS, of_kind, word
from yanxiu.places.views.batches import all_batches, looked_at
from yanxiu.places.views.press import press, whole
from yanxiu.places.views.quota import own_unit, page, unit_of
from yanxiu.programme.models import Batch
from yanxiu.web import sheet as xlsx
from yanxiu.web.door import door
from yanxiu.web.reasons import sentence
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Table


@door(Capability.ALLOT_QUOTA)
@require_POST
def give_back(request: Request) -> HttpResponse:
    unit = own_unit(request)
    now = request.shell.now
    if unit.parent is None:
        raise Http404
    form = GiveBackForm([(b, None) for b in all_batches(request) if now < b.starts], request.POST)
    if not form.is_valid():
        return page(request, give_back=form, status=422)
    data = form.cleaned_data
    movement = actions.Movement("give_back", unit.pk, unit.parent.pk, data["amount"], data["note"])
    return _moved(request, int(data["batch"]), movement, _("已退回%(n)s个") % {"n": data["amount"]}, give_back=form)


@door(Capability.ALLOT_QUOTA)
@require_POST
def across(request: Request) -> HttpResponse:
    """Between two units right below."""
    unit = own_unit(request)
    children = set(Unit.objects.filter(parent=unit).values_list("pk", flat=True))
    giver, taker = whole(request.POST.get("giver")), whole(request.POST.get("taker"))
    batch = get_object_or_404(Batch, pk=whole(request.POST.get("batch")))
    if not {giver, taker} <= children:
        raise Http404
    amount = whole(request.POST.get("amount"))
    movement = actions.Movement("move", giver, taker, amount, request.POST.get("note", "")[:200])
    return _moved(request, batch.pk, movement, _("已调剂%(n)s个") % {"n": amount}, across=request.POST)


def _moved(request: Request, batch: int, movement: actions.Movement, words: str, **kept: Any) -> HttpResponse:
    assert request.shell.person is not None
    (answer,) = actions.move_quota(batch=batch, movements=[movement], by=request.shell.person.pk, key=press(request))
    if not answer.ok:
        return page(request, against=answer.decision, status=422, **kept)
    say(request, "ok", words)
    return redirect("places:quota")


@door(Capability.ALLOT_QUOTA)
@require_POST
def ask(request: Request) -> HttpResponse:
    """More quota from the office above."""
    unit = own_unit(request)
    batch = get_object_or_404(Batch, pk=whole(request.POST.get("batch")))
    assert request.shell.person is not None
    done = actions.request_quota(
        batch=batch.pk, unit=unit.pk, amount=whole(request.POST.get("amount")),
        reason=request.POST.get("reason", "")[:500], by=request.shell.person.pk,
    )  # fmt: skip
    back = "places:enrolments" if request.POST.get("next") == "places:enrolments" else "places:quota"
    if done.ok:
        say(request, "ok", _("已送出申请"), _("批下后马上可以用，候补的教师自动往前。"))
    else:
        say(request, "stop", _("没有送出申请"), sentence(done.decision))
    return redirect(back)


@door(Capability.ALLOT_QUOTA)
@require_POST
def answer(request: Request, request_id: int) -> HttpResponse:
    """Grant (with an own number) or decline (with a reason)."""
    unit = own_unit(request)
    row = get_object_or_404(queries.quota_requests(request.scope), pk=request_id, unit__parent=unit)
    assert request.shell.person is not None
    amount = whole(request.POST.get("amount")) if request.POST.get("yes") == "1" else 0
    text = request.POST.get("answer", "")[:500]
    done = actions.answer_quota_request(request=row.pk, by=request.shell.person.pk, amount=amount, answer=text)
    if not done.ok:
        return page(request, against=done.decision, about=row.pk, about_text=text, status=422)
    name = row.unit.name
    say(request, "ok", (_("已批给%(unit)s%(n)s个") if amount else _("没有同意%(unit)s的申请")) % {"unit": name, "n": amount})  # fmt: skip
    return redirect("places:quota")


def _batches(request: Any) -> list[tuple[Any, str]]:
    return [("", _("全部期")), *((b.number, _("第%(n)s期") % {"n": b.number}) for b in all_batches(request))]


LEDGER = Table(
    "ledger",
    columns=[
        Column("at", N_("时间"), order="at", kind="time"),
        Column("batch", N_("期"), value="batch.number", order="batch__number", kind="count"),
        Column("kind", N_("办理"), value=word, order="kind"),
        Column("giver", pgettext_lazy("movement", "从"), value=lambda row: row.giver.display if row.giver else _("核准的计划"), cls="y-keep"),
        Column("taker", pgettext_lazy("movement", "到"), value="taker.display", cls="y-keep"),
        Column("amount", N_("数量"), order="amount", kind="count"),
        Column("by", N_("办理人"), value=lambda row: row.by.name if row.by else _("自动")),
        Column("note", N_("说明"), value=lambda row: row.note or None),
    ],
    search=("giver__name", "taker__name", "note"),
    search_label=N_("单位或说明"),
    filters=[
        Filter("kind", N_("办理"), [("", N_("全部")), *KINDS.items()], apply=of_kind),
        Filter(
            "batch", N_("期"), _batches, field="batch__number",
        ),
    ],
    file=N_("配额流水"),
    caption=N_("配额流水"),
    empty=N_("还没有流水"),
    order="-at",
)  # fmt: skip


@door(Capability.READ_QUOTA)
def ledger(request: Request) -> HttpResponseBase:
    unit = unit_of(request)
    request.shell.here = "places:quota"
    context = {"title": _("配额流水"), "unit": unit}
    return LEDGER.answer(request, queries.movements(request.scope, unit=unit), "places/ledger.html", context)


# --- xlsx ----------------------------------------------------------------------------------------------------------------


@door(Capability.READ_QUOTA)
def export(request: Request) -> HttpResponseBase:
    """The sheet as it stands; the same file filled in comes back by `load`."""
    unit, batches = unit_of(request), all_batches(request)
    made = grids.sheet(request.scope, unit, batches, looked_at(request, batches), now=request.shell.now, editable=False, suggest=False)  # fmt: skip
    heads = [_("单位代码"), _("单位"), _("教师"), *(_("第%(n)s期") % {"n": b.number} for b in batches)]
    heads += [_("第%(n)s期已用") % {"n": b.number} for b in batches]
    rows = (
        [line.unit.code, line.unit.name, line.teachers, *(s.cell.received for s in line.squares), *(s.used for s in line.squares)]
        for line in made.lines
    )  # fmt: skip
    return xlsx.response(_("%(unit)s配额") % {"unit": unit.name}, heads, rows)


@door(Capability.ALLOT_QUOTA)
@require_POST
def load(request: Request) -> HttpResponse:
    """Fills the sheet from a file; nothing moves before it is saved."""
    unit, batches = own_unit(request), all_batches(request)
    form = SheetForm(unit, [b for b in batches if request.shell.now < b.starts], request.POST, request.FILES)
    if not form.is_valid():
        return page(request, upload=form, status=422)
    return page(request, typed=form.typed, loaded=form)
