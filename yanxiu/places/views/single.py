"""One choice: what became of it, and what the school may still do: enrol, refuse, return, replace. Below: enrolling teachers who chose nothing."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person
from yanxiu.places import actions, offers, queries, standing
from yanxiu.places.forms import ReasonForm, ReplaceForm
from yanxiu.places.models import Choice
from yanxiu.places.views.batches import looked_at
from yanxiu.places.views.enrolments import own_school
from yanxiu.places.views.press import press, whole
from yanxiu.programme import queries as programmes
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Pick, Table

FOUND = 8


@door(Capability.READ_ENROLMENTS)
def choice(request: Request, choice_id: int) -> HttpResponse:
    return _page(request, _choice(request, choice_id))


@door(Capability.ENROL, Capability.ENROL_INSTEAD)
@require_POST
def enrol(request: Request, choice_id: int) -> HttpResponse:
    row = _own(request, choice_id)
    (answer,) = actions.enrol(
        batch=row.batch_id, school=row.school_id, rows=[(row.person_id, None)], by=_by(request), key=press(request)
    )
    if not answer.ok:
        return _page(request, row, answer=answer, status=422)
    follows = _("教师会收到通知。") if answer.outcome == Choice.State.ENROLLED else _("等上级项目办审核。")
    say(request, "ok", _("已为%(name)s报名") % {"name": row.person.name}, follows)
    return redirect("places:choice", choice_id=row.pk)


@door(Capability.ENROL, Capability.ENROL_INSTEAD)
@require_POST
def refuse(request: Request, choice_id: int) -> HttpResponse:
    row = _own(request, choice_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, refusing=form, status=422)
    answer = actions.refuse(
        batch=row.batch_id, school=row.school_id, person=row.person_id, reason=form.cleaned_data["reason"],
        by=_by(request), key=press(request),
    )  # fmt: skip
    if not answer.ok:
        return _page(request, row, refusing=form, answer=answer, status=422)
    say(request, "ok", _("没有为%(name)s报名") % {"name": row.person.name}, _("教师看得到您写的原因，可以申诉；位置已经让给后面的教师。"))  # fmt: skip
    return redirect("places:enrolments")


@door(Capability.ENROL, Capability.ENROL_INSTEAD)
@require_POST
def give_back(request: Request, choice_id: int) -> HttpResponse:
    """退回报名."""
    row = _own(request, choice_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, returning=form, status=422)
    answer = actions.return_enrolment(
        batch=row.batch_id, school=row.school_id, person=row.person_id, reason=form.cleaned_data["reason"],
        by=_by(request), key=press(request),
    )  # fmt: skip
    if not answer.ok:
        return _page(request, row, returning=form, answer=answer, status=422)
    started = request.shell.now >= row.batch.starts
    follows = _("已经开班：名额空着，配额本期不再使用。") if started else _("名额和配额已经空出，候补的教师自动往前。")
    say(request, "ok", _("已退回%(name)s的报名") % {"name": row.person.name}, follows)
    return redirect("places:choice", choice_id=row.pk)


@door(Capability.ENROL, Capability.ENROL_INSTEAD)
@require_POST
def replace(request: Request, choice_id: int) -> HttpResponse:
    """换人: a named teacher of the same school takes over."""
    row = _own(request, choice_id)
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        return _page(request, row, replacing=form, status=422)
    successor = form.cleaned_data["successor"]
    answer = actions.replace(
        batch=row.batch_id, school=row.school_id, person=row.person_id, successor=successor,
        reason=form.cleaned_data["reason"], by=_by(request), key=press(request),
    )  # fmt: skip
    if not answer.ok:
        return _page(request, row, replacing=form, answer=answer, status=422)
    name = Person.objects.values_list("name", flat=True).get(pk=successor)
    say(request, "ok", _("已由%(new)s接替%(old)s") % {"new": name, "old": row.person.name}, _("新学员从零开始；原学员的记录保留。"))  # fmt: skip
    return redirect("places:choice", choice_id=answer.choice or row.pk)


def _page(request: Request, row: Choice, *, status: int = 200, **extra: Any) -> HttpResponse:
    now = request.shell.now
    shown = queries.shown_state(row, now)
    enrolment = getattr(row, "enrolment", None)
    own = queries.decides(request.scope, row)
    word = request.GET.get("q", "").strip()[:60]
    people: list[Any] = []
    if own and shown == "enrolled" and enrolment and now < row.batch.ends:
        people = _candidates(request, row, word)
    policy = programmes.policy_of(row.batch)
    context = {
        "title": row.person.name,
        "row": row,
        "shown": shown,
        "place": queries.place_in_line(row) if shown == "waiting" else None,
        "enrolment": enrolment,
        "successor": queries.successor(enrolment) if enrolment and enrolment.state == "replaced" else None,
        "own": own,
        "instead": own and not request.scope.covers(Capability.ENROL, unit=row.school_path),
        "word": word,
        "people": people,
        "before_start": now < row.batch.starts,
        "running": now < row.batch.ends,
        "policy": policy,
        "late": now >= row.batch.work_due,
        "refusing": ReasonForm(prefix=None, auto_id="refuse-%s"),
        "returning": ReasonForm(auto_id="return-%s"),
        "replacing": ReplaceForm(auto_id="replace-%s"),
        **extra,
    }
    request.shell.here = "places:enrolments"
    return render(request, "places/choice.html", context, status=status)


def _candidates(request: Request, row: Choice, word: str) -> list[Any]:
    """With what stands against each; those who wait in the class's line first."""
    rows = queries.candidates(request.scope, row.enrolment)
    found = list((organisation.matching(rows, word) if word else rows)[:FOUND])
    facts = standing.batch_facts(row.batch)
    about = standing.person_facts(facts, row.batch.programme_id, found)
    known = standing.class_facts(row.training_class)
    for person in found:
        person.against = standing.would_choose(facts, about[person.pk], known, None, min(request.shell.now, row.batch.starts), window=False)  # fmt: skip
    return found


def _choice(request: Request, choice_id: int) -> Choice:
    batch = get_object_or_404(Choice.objects.only("batch_id"), pk=choice_id).batch_id
    rows = queries.choices(request.scope, batch).select_related(
        "person", "training_class", "school", "batch", "batch__programme", "complaint", "enrolment",
        "enrolment__replaces__person",
    )  # fmt: skip
    return get_object_or_404(rows, pk=choice_id)


def _own(request: Request, choice_id: int) -> Choice:
    row = _choice(request, choice_id)
    if not queries.decides(request.scope, row):
        raise Http404
    return row


def _by(request: Request) -> int:
    person = request.shell.person
    assert person is not None
    return person.pk


# --- teachers who chose nothing ----------------------------------------------------------------------------------------

COLLEAGUES = Table(
    "colleagues",
    columns=[
        Column("name", N_("教师"), order="name_key", head=True, cls="y-nb"),
        Column("teacher_number", N_("教师编号"), order="teacher_number", kind="code"),
        Column("stage", N_("学段"), order="stage", template="places/cells/term.html"),
        Column("subject", N_("学科"), order="subject", template="places/cells/term.html"),
        Column("title", N_("职称"), template="places/cells/term.html"),
    ],
    search=organisation.matching,
    search_label=N_("姓名、教师编号或身份证号"),
    order="name",
    size=50,
    caption=N_("没有选课的教师"),
    empty=N_("没有可以补报的教师"),
    empty_text=N_("在岗的教师都已经选课。"),
    pick=Pick("person", "add"),
)


@door(Capability.ENROL)
def add(request: Request) -> HttpResponseBase:
    school, batch = own_school(request), looked_at(request)
    request.shell.here = "places:enrolments"
    quota = standing.quota_of(batch.pk, [school.pk]).get(school.pk)
    classes = offers.nearest_first(offers.classes(batch), request.shell.person) if request.shell.person else []
    context = {
        "title": _("为没有选课的教师报名"),
        "batch": batch,
        "school": school,
        "classes": classes,
        "chosen": whole(request.GET.get("class")),
        "free": quota.free if quota else 0,
    }
    return COLLEAGUES.answer(
        request, queries.enrollable(request.scope, batch.pk, school.pk), "places/add.html", context
    )
