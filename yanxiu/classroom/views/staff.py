"""The staff's pages: the class as its learners see it, and the appeals on time."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yanxiu.access.rules import Capability
from yanxiu.catalogue.models import Item
from yanxiu.classroom import forms, queries
from yanxiu.classroom.views import showing
from yanxiu.learning import actions
from yanxiu.learning.models import TimeAppeal
from yanxiu.programme.models import TrainingClass
from yanxiu.web.door import door
from yanxiu.web.reasons import sentence
from yanxiu.web.said import say
from yanxiu.web.shell import Request


def _class(request: Request, class_id: int) -> TrainingClass:
    return get_object_or_404(queries.class_for(request.scope), pk=class_id)


@door(Capability.TEACH)
def classes(request: Request) -> HttpResponse:
    rows = queries.class_for(request.scope).order_by("-batch__number", "name")
    return render(request, "classroom/classes.html", {"title": _("我的培训班"), "rows": rows})


@door(Capability.TEACH)
def room(request: Request, class_id: int) -> HttpResponse:
    found = _class(request, class_id)
    return render(
        request,
        "classroom/staff_room.html",
        {"title": found.name, "room": queries.room_for_staff(found), "training_class": found},
    )


@door(Capability.TEACH)
def item(request: Request, class_id: int, item_id: int) -> HttpResponse:
    found = _class(request, class_id)
    room = queries.room_for_staff(found)
    row = room.row(item_id)
    if row is None:
        raise Http404
    return render(
        request,
        "classroom/staff_item.html",
        {
            "title": row.item.title,
            "room": room,
            "row": row,
            "item": row.item,
            "training_class": found,
            "current": row.item.pk,
        },
    )


@door(Capability.TEACH)
def media(request: Request, class_id: int, item_id: int, what: str) -> HttpResponse:
    found = _class(request, class_id)
    item = get_object_or_404(
        Item.objects.select_related("file", "captions").defer("body", "data"), pk=item_id, version=found.version
    )
    answer = showing.file_answer(item, what)
    if answer is None:
        raise Http404
    return answer


@door(Capability.MARK)
def appeals(request: Request) -> HttpResponse:
    rows = queries.appeals(request.scope)
    return render(
        request,
        "classroom/appeals.html",
        {
            "title": _("时间申诉"),
            "waiting": [_shown(row) for row in rows.filter(state=TimeAppeal.State.OPEN)],
            "answered": [_shown(row) for row in rows.exclude(state=TimeAppeal.State.OPEN).order_by("-decided_at")[:20]],
            "form": forms.Decision(),
        },
    )


def _shown(row: TimeAppeal) -> dict[str, object]:
    spans = [{"start": a, "end": b, "title": showing.cause_words(code)[0]} for a, b, code in row.spans]
    return {"row": row, "spans": spans, "seconds": sum(b - a for a, b, _code in row.spans)}


@door(Capability.MARK)
@require_http_methods(["GET", "POST"])
def decide(request: Request, appeal_id: int) -> HttpResponse:
    row = get_object_or_404(queries.appeals(request.scope), pk=appeal_id)
    form = forms.Decision(request.POST or None)
    by = request.shell.person
    if request.method == "POST" and form.is_valid() and by:
        grant = form.cleaned_data["grant"]
        decision = actions.decide_appeal(
            scope=request.scope, appeal=row.pk, by=by, grant=grant, reason=form.cleaned_data["reason"]
        )
        if decision:
            say(request, "ok", _("已同意，时间已经计入") if grant else _("已答复"))
        else:
            say(request, "stop", sentence(decision))
        return redirect("classroom:appeals")
    return render(
        request,
        "classroom/appeal.html",
        {"title": _("时间申诉"), "shown": _shown(row), "row": row, "form": form},
        status=422 if request.method == "POST" else 200,
    )
