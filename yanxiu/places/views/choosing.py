"""The teacher's page: the own choice, the classes of the open batch. The script posts to the gate; without it the same forms post here, to the same acts."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.organisation.models import Person
from yanxiu.places import actions, offers, queries, standing
from yanxiu.places.actions.seats import conflict
from yanxiu.places.cards import Reader, cards
from yanxiu.places.forms import ComplaintForm
from yanxiu.places.models import Choice
from yanxiu.places.rules import Answer
from yanxiu.places.views.batches import all_batches, looked_at, open_for_choice
from yanxiu.places.views.press import press, whole
from yanxiu.programme.models import Batch, TrainingClass
from yanxiu.web.door import signed_in
from yanxiu.web.reasons import explain
from yanxiu.web.said import say
from yanxiu.web.shell import Request

SIZE = 20


@signed_in
@require_GET
def choose(request: Request) -> HttpResponse:
    return _page(request)


@signed_in
@require_POST
def take(request: Request) -> HttpResponse:
    """Choose a class, or change to it. Only for oneself: nobody else's number is in the form."""
    person = _person(request)
    row = get_object_or_404(TrainingClass.objects.select_related("batch"), pk=whole(request.POST.get("class")))
    change = request.POST.get("change") == "1"
    answer = actions.choose(person=person.pk, training_class=row.pk, change=change, key=press(request))
    if not answer.ok:
        return _page(request, answer=answer, about=row.name, status=422)
    _say_done(request, answer, row.name)
    return redirect("places:choose")


@signed_in
@require_POST
def leave(request: Request) -> HttpResponse:
    person = _person(request)
    batch = get_object_or_404(Batch, pk=whole(request.POST.get("batch")))
    answer = actions.withdraw(batch=batch.pk, person=person.pk, key=press(request))
    if not answer.ok:
        return _page(request, answer=answer, status=422)
    _say_done(request, answer, "")
    return redirect("places:choose")


@signed_in
@require_GET
def outcome(request: Request, key: UUID) -> HttpResponse:
    """What the gate answered to this person's press, in sentences. Nobody else's key finds anything."""
    stored = queries.answer_to(_person(request).pk, str(key))
    if not isinstance(stored, dict):
        raise Http404
    answer = Answer.from_json(stored)
    mine = Choice.objects.select_related("training_class").filter(pk=answer.choice).first() if answer.choice else None
    context = {
        "answer": answer,
        "lines": explain(answer.decision),
        "about": mine.training_class.name if mine else "",
    }
    if request.GET.get("other"):
        context |= {"answer": conflict(), "about": ""}
    return render(request, "places/_outcome.html", context)


@signed_in
@require_GET
def before_change(request: Request, class_id: int) -> HttpResponse:
    """The warning as a page of its own, for browsers without script."""
    batch = looked_at(request)
    row = next((row for row in offers.classes(batch) if row.pk == class_id), None)
    if row is None:
        raise Http404
    mine = _live(_person(request), batch)
    if mine is None:
        return redirect("places:choose")
    return render(request, "places/before_change.html", {"title": _("换到这个班？"), "row": row, "mine": mine, "batch": batch})  # fmt: skip


@signed_in
@require_GET
def before_leave(request: Request) -> HttpResponse:
    batch = looked_at(request)
    mine = _live(_person(request), batch)
    if mine is None:
        return redirect("places:choose")
    return render(request, "places/before_leave.html", {"title": _("取消选课？"), "mine": mine, "batch": batch})


@signed_in
@require_POST
def complain(request: Request, choice_id: int) -> HttpResponse:
    """Against the school's refusal; the county answers."""
    choice = get_object_or_404(queries.mine(_person(request).pk), pk=choice_id)
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return _page(request, complaint=form, status=422)
    done = actions.complain(choice=choice.pk, person=choice.person_id, text=form.cleaned_data["text"])
    if not done.ok:
        return _page(request, complaint=form, refused=done.decision, status=422)
    say(request, "ok", _("已送到上级项目办"), _("答复后您会收到通知，这里也会显示。"))
    return redirect("places:choose")


# --- parts -----------------------------------------------------------------------------------------------------------


def _page(request: Request, *, status: int = 200, **extra: Any) -> HttpResponse:
    person = _person(request)
    batches = all_batches(request)
    batch = looked_at(request, batches)
    facts, now = standing.batch_facts(batch), request.shell.now
    own = queries.mine_in(person.pk, batch.pk)
    for choice in own:
        choice.shown = queries.shown_state(choice, now)
    live = next((c for c in own if c.shown in Choice.LIVE), None)
    every = offers.classes(batch)
    rows, asked = offers.nearest_first(every, person), _asked(request, person)
    if asked["stage"] == "own":
        rows = offers.of_stage(rows, person.stage)
    if asked["subject"]:
        rows = [row for row in rows if row.subject == asked["subject"]]
    if asked["class"]:
        rows = [row for row in rows if row.pk == asked["class"]]
    rows = offers.searched(rows, batch, asked["q"])
    found = offers.offers(rows, person, facts, batch.programme_id, live, now)
    found.sort(key=lambda offer: not offer.mine)
    if asked["can"]:
        found = [offer for offer in found if offer.mine or offer.decision.ok]
    page = Paginator(found, SIZE).get_page(request.GET.get("page"))
    shown, common = offers.with_common(list(page.object_list))
    opens, closed = now < batch.choice_opens, now >= batch.starts
    line = queries.place_in_line(live) if live and live.state == Choice.State.WAITING else None
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "title": _("第%(n)s期选课") % {"n": batch.number},
        "batch": batch,
        "person": person,
        "own": own,
        "live": live,
        "line": line,
        "page": page,
        "cards": cards(shown, Reader(request, live, line, opens, closed, told=bool(common))),
        "common": common,
        "all_count": len(every),
        "asked": asked,
        "subjects": list(dict.fromkeys(row.subject for row in every)),
        "opens": opens,
        "closed": closed,
        "other": open_for_choice([b for b in batches if b.pk != batch.pk]),
        "query": query.urlencode(),
        "complaint": extra.pop("complaint", None) or ComplaintForm(),
        **extra,
    }
    request.shell.here = "places:choose"
    return render(request, "places/choose.html", context, status=status)


def _asked(request: Request, person: Person) -> dict[str, Any]:
    return {
        "q": request.GET.get("q", "").strip()[:60],
        "subject": request.GET.get("subject", "")[:20],
        "stage": request.GET.get("stage") or ("own" if person.stage else "all"),
        "can": request.GET.get("can") == "1",
        "class": whole(request.GET.get("class")),
    }


def _person(request: Request) -> Person:
    """Choosing is a teacher's: an account without a school has nothing to choose."""
    person = request.shell.person
    if person is None:
        raise Http404
    return person


def _live(person: Person, batch: Batch) -> Choice | None:
    return queries.mine(person.pk).filter(batch=batch, state__in=(Choice.State.HOLDING, Choice.State.WAITING)).first()


def _say_done(request: Request, answer: Answer, name: str) -> None:
    kind, head, text = told(answer, name)
    say(request, kind, head, text)


def told(answer: Answer, name: str) -> tuple[str, str, str]:
    """A yes in words: kind, headline, what follows."""
    if answer.outcome == Choice.State.HOLDING:
        return "ok", _("已占位：%(class)s") % {"class": name}, _("等学校报名。报名后您会收到通知。")
    if answer.outcome == Choice.State.WAITING:
        return "now", _("已加入候补：%(class)s") % {"class": name}, _("有空出来的会自动往前，不用再来抢。")
    return "ok", _("已取消选课"), _("位置已经让给后面的教师。开班前还可以再选。")
