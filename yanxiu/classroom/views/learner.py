"""The learner's pages: own enrolments only, through `mine`."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yanxiu.catalogue.models import Item
from yanxiu.classroom import drawn, forms, queries
from yanxiu.classroom.views import showing
from yanxiu.learning import actions
from yanxiu.learning import queries as learning
from yanxiu.lib import clock
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.web import wording
from yanxiu.web.door import signed_in
from yanxiu.web.reasons import sentence
from yanxiu.web.said import say
from yanxiu.web.shell import Request


def _person(request: Request) -> Person:
    person = request.shell.person
    assert person is not None  # the door let nobody else in
    return person


def _mine(request: Request, enrolment_id: int) -> Enrolment:
    request.shell.here = "classroom:home"
    found = queries.own(_person(request), enrolment_id)
    if found is None:
        raise Http404
    return found


@signed_in
def home(request: Request) -> HttpResponse:
    """The class of the batch that the shell shows; else the classes there are."""
    enrolments = list(queries.mine(_person(request)))
    batch = request.shell.batch
    here = [e for e in enrolments if batch and e.batch_id == batch.id]
    if here:
        return _room(request, here[0])
    now = clock.now()
    return render(
        request,
        "classroom/none.html",
        {
            "title": _("学习"),
            "enrolments": enrolments,
            "running": [e for e in enrolments if e.batch.starts <= now < e.batch.ends],
        },
    )


@signed_in
def room(request: Request, enrolment_id: int) -> HttpResponse:
    return _room(request, _mine(request, enrolment_id))


def _room(request: Request, enrolment: Enrolment) -> HttpResponse:
    request.shell.here = "classroom:home"
    room = queries.room_of(enrolment)
    now = clock.now()
    batch = enrolment.batch
    days = list(room.time.days) if room.time else []
    length = (batch.last_day - batch.first_day).days + 1
    context = {
        "title": enrolment.training_class.name,
        "room": room,
        "enrolment": enrolment,
        "batch": batch,
        "open": batch.starts <= now < batch.ends,
        "before": now < batch.starts,
        "next": room.go_on() if now >= batch.starts else None,
        "due": room.due(),
        "days": (bars := _days(days, length, batch.first_day)),
        "drawn": drawn.days(bars),
        "days_words": _("；").join(bar["words"] for bar in bars if bar["seconds"]),
        "discussion": next((row for row in room.rows if row.item.kind == Item.Kind.DISCUSSION), None),
    }
    return render(request, "classroom/room.html", context)


def _days(seconds: list[int], length: int, first_day: date) -> list[dict[str, Any]]:
    """The bars of the days, as shares of the longest day, which fills the height and has its time written above."""
    most = max(seconds[:length], default=0) or 1
    longest = seconds.index(most) if most in seconds else None
    width = 100 / length
    bars = []
    for n in range(length):
        value = seconds[n] if n < len(seconds) else 0
        share = value * 100 / most
        bars.append(
            {
                "words": f"{wording.day(first_day + timedelta(days=n))} {wording.seconds_words(value)}",
                "seconds": value,
                "x": f"{n * width + width * 0.15:.2f}%",
                "width": f"{width * 0.7:.2f}%",
                "y": f"{100 - share:.2f}",
                "height": f"{share:.2f}",
                "label": wording.seconds_words(value) if n == longest else "",
                "middle": f"{(n + 0.5) * width:.2f}%",
                "anchor": "start" if n == 0 else "end" if n == length - 1 else "middle",
            }
        )
    return bars


@signed_in
def go_on(request: Request, enrolment_id: int) -> HttpResponse:
    enrolment = _mine(request, enrolment_id)
    row = queries.room_of(enrolment).go_on()
    return redirect(row.url if row else reverse("classroom:class", args=[enrolment_id]))


@signed_in
def item(request: Request, enrolment_id: int, item_id: int) -> HttpResponse:
    enrolment = _mine(request, enrolment_id)
    if clock.now() < enrolment.batch.starts:
        return redirect("classroom:class", enrolment_id)
    return _item(request, enrolment, item_id, forms.Appeal())


def _item(request: Request, enrolment: Enrolment, item_id: int, form: forms.Appeal, status: int = 200) -> HttpResponse:
    room = queries.room_of(enrolment)
    row = room.row(item_id)
    if row is None:
        raise Http404
    if not row.here:
        return redirect(row.url)
    time = queries.time_of(enrolment, row)
    now = clock.now()
    context = {
        "title": row.item.title,
        "room": room,
        "row": row,
        "item": row.item,
        "enrolment": enrolment,
        "time": time,
        "segments": showing.segments(time, row.item.kind),
        "described": showing.described(time),
        "causes": showing.causes(time),
        "player": showing.player(room, row, time, person=_person(request).pk) if row.timed else None,
        "appeals": learning.appeals_of(enrolment.pk, row.item.pk) if row.timed else [],
        "may_appeal": bool(time.refused) and now < learning.appeals_end(enrolment.batch),
        "appeals_end": learning.appeals_end(enrolment.batch),
        "form": form,
        "after": room.after(row.item.pk),
        "open": now < enrolment.batch.ends,
        "current": row.item.pk,
    }
    return render(request, "classroom/item.html", context, status=status)


@signed_in
@require_POST
def appeal(request: Request, enrolment_id: int, item_id: int) -> HttpResponse:
    enrolment = _mine(request, enrolment_id)
    get_object_or_404(enrolment.training_class.version.items, pk=item_id)
    form = forms.Appeal(request.POST)
    if not form.is_valid():
        return _item(request, enrolment, item_id, form, status=422)
    decision = actions.appeal(enrolment=enrolment, item=item_id, text=form.cleaned_data["text"])
    if decision:
        say(request, "ok", _("已经申请复核，总辅导员答复后您会收到消息"))
    else:
        say(request, "stop", sentence(decision))
    return redirect("classroom:item", enrolment_id, item_id)


@signed_in
def media(request: Request, enrolment_id: int, item_id: int, what: str) -> HttpResponse:
    """Bytes for the class's learners only; not before the batch begins."""
    enrolment = _mine(request, enrolment_id)
    item = get_object_or_404(
        enrolment.training_class.version.items.select_related("file", "captions").defer("body", "data"), pk=item_id
    )
    answer = showing.file_answer(item, what) if clock.now() >= enrolment.batch.starts else None
    if answer is None:
        raise Http404
    return answer


@signed_in
def ping(request: Request) -> HttpResponse:
    """A sign of life from a player: the session stays, and the claim that the gate trusts is renewed on the way out."""
    return HttpResponse(wording.clock(clock.now(), seconds=True), content_type="text/plain; charset=utf-8")
