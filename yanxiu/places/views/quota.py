"""Quota: the sheet of an office, a school's balance. Saving moves what was changed, cell by cell; what is refused keeps what was typed."""

from typing import Any
from uuid import uuid5

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Unit
from yanxiu.places import actions, grids, queries, squares
from yanxiu.places.forms import GiveBackForm, QuotaRequestForm, SheetForm
from yanxiu.places.models import QuotaBalance
from yanxiu.places.movements import told
from yanxiu.places.queries import Cell
from yanxiu.places.views.batches import all_batches, looked_at
from yanxiu.places.views.press import press, whole
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.shell import Request


@door(Capability.READ_QUOTA)
def quota(request: Request) -> HttpResponseBase:
    """Of the own unit, or read-only of one below."""
    return page(request)


def unit_of(request: Request) -> Unit:
    asked = whole(request.GET.get("unit"))
    if asked:
        return get_object_or_404(Unit.objects.filter(within(request.scope, Capability.READ_QUOTA, units="path")), pk=asked)  # fmt: skip
    if request.shell.unit is None:
        raise Http404
    return request.shell.unit


def own_unit(request: Request) -> Unit:
    """Whoever moves quota moves the own unit's: what is below is the lower office's."""
    unit = request.shell.unit
    if unit is None or not request.scope.covers(Capability.ALLOT_QUOTA, unit=unit.path):
        raise Http404
    return unit


def page(request: Request, *, status: int = 200, **extra: Any) -> HttpResponse:
    unit, batches = unit_of(request), all_batches(request)
    here = looked_at(request, batches)
    here = next((b for b in batches if b.number == whole(request.GET.get("b"))), here)
    mine = request.shell.unit is not None and unit.pk == request.shell.unit.pk
    may = mine and request.scope.covers(Capability.ALLOT_QUOTA, unit=unit.path)
    request.shell.here = "places:quota"
    parent = organisation.parent(unit)
    can_ask = may and parent is not None and parent.level != Unit.Level.PROVINCE
    now = request.shell.now
    open_ = [b for b in batches if now < b.starts]
    newest, movement_count = queries.newest_movements(unit)
    context = {
        "title": _("%(unit)s配额") % {"unit": unit.name},
        "unit": unit,
        "mine": mine,
        "may": may,
        "batch": here,
        "can_ask": can_ask,
        "ask": QuotaRequestForm(),
        "ask_batches": open_,
        "own_requests": queries.requests_of(unit),
        "last": [told(row) for row in newest],
        "movement_count": movement_count,
    }
    if unit.level == Unit.Level.SCHOOL:
        template = "places/quota_school.html"
        cells = queries.own_cells(unit.pk, batches)
        own = {b.pk: cells.get(b.pk, Cell()) for b in batches}
        context |= {"rows": [(b, own[b.pk], now >= b.starts) for b in batches], "own": own[here.pk]}
    else:
        template = "places/quota.html"
        editable = may and unit.level != Unit.Level.PROVINCE
        sheet = grids.sheet(
            request.scope, unit, batches, here, now=now, editable=editable, typed=extra.get("typed"), refused=extra.get("refused")
        )  # fmt: skip
        own = {head.batch.pk: head.own for head in sheet.heads}
        context |= {
            "sheet": sheet,
            "table": squares.table(sheet, now=now, mine=mine),
            **_across(sheet, extra.get("across")),
            "editable": editable,
            "requests": queries.requests_below(unit) if may else [],
            "upload": SheetForm(unit, batches),
        }
    context["give_back"] = GiveBackForm([(b, own[b.pk].free) for b in open_]) if may and parent else None
    return render(request, template, context | extra, status=status)


def _across(sheet: grids.Sheet, typed: dict[str, str] | None) -> dict[str, Any]:
    """The units that quota may go between; the first two stand there until others are chosen."""
    units = [(line.unit.pk, line.unit.name) for line in sheet.lines]
    giver, taker = (typed.get("giver"), typed.get("taker")) if typed else ("", units[1][0] if len(units) > 1 else "")
    return {"units": units, "giver": giver, "taker": taker}


@door(Capability.ALLOT_QUOTA)
@require_POST
def save(request: Request) -> HttpResponse:
    unit, now = own_unit(request), request.shell.now
    if unit.level in (Unit.Level.SCHOOL, Unit.Level.PROVINCE):
        raise Http404
    batches = [b for b in all_batches(request) if now < b.starts]
    typed, wishes, refused = _typed(request, unit, [b.pk for b in batches])
    assert request.shell.person is not None
    done = 0
    for batch in batches:
        cells = [(child, n) for (child, b), n in wishes.items() if b == batch.pk]
        # What comes back first can be passed on again in the same saving.
        cells.sort(key=lambda cell: cell[1])
        answers = actions.move_quota(
            batch=batch.pk, movements=[_movement(unit.pk, child, n, request) for child, n in cells],
            by=request.shell.person.pk, key=uuid5(press(request), str(batch.pk)),
        )  # fmt: skip
        for (child, _n), answer in zip(cells, answers, strict=True):
            if answer.ok:
                done += 1
                typed.pop((child, batch.pk), None)
            else:
                refused[child, batch.pk] = answer.decision
    if refused:
        return page(request, typed=typed, refused=refused, saved=done, status=422)
    if done:
        say(request, "ok", ngettext("已保存%(n)s处", "已保存%(n)s处", done) % {"n": done}, _("下级马上可以用；流水里有每一笔。"))  # fmt: skip
    else:
        say(request, "now", _("没有改动"))
    return redirect("places:quota")


def _typed(
    request: Request, unit: Unit, batches: list[int]
) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], int], dict[tuple[int, int], Decision]]:
    """What was typed over which number; the differences; what cannot be asked at all. A cell that others changed meanwhile is not overwritten."""
    children = set(Unit.objects.filter(parent=unit).values_list("pk", flat=True))
    now = {
        (q.unit_id, q.batch_id): q.received for q in QuotaBalance.objects.filter(unit__in=children, batch__in=batches)
    }
    typed, wishes, refused = {}, {}, {}
    for name, text in request.POST.items():
        head, _dash, rest = name.partition("-")
        child, batch = (whole(part) for part in (rest.partition("-")[0], rest.partition("-")[2]))
        key = (child, batch)
        if head != "n" or child not in children or batch not in batches:
            continue
        text = str(text).strip().replace(",", "").replace("，", "")
        was, current = whole(str(request.POST.get(f"w-{rest}", ""))), now.get(key, 0)
        if text == str(was) or (not text and not was):
            continue
        typed[key] = text[:12]
        if not text.isascii() or not text.isdigit() or len(text) > 7:
            refused[key] = Decision.no(Reason("quota_number", "T3.2b"))
        elif was != current:
            refused[key] = Decision.no(Reason("changed_meanwhile"))
        elif int(text) != current:
            wishes[key] = int(text) - current
    return typed, wishes, refused


def _movement(unit: int, child: int, n: int, request: Request) -> actions.Movement:
    note = str(request.POST.get("note", ""))[:200]
    return actions.Movement("allot", unit, child, n, note) if n > 0 else actions.Movement("take_back", child, unit, -n, note)  # fmt: skip
