"""The offices' reading of enrolments: who sees below, how full, every choice, complaints, and the county's review where the policy has one."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.views.decorators.http import require_POST

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability
from yanxiu.organisation.models import Unit
from yanxiu.places import actions, queries
from yanxiu.places.forms import AnswerForm
from yanxiu.places.models import Choice
from yanxiu.places.views.batches import looked_at
from yanxiu.places.views.press import press, whole
from yanxiu.programme import queries as programmes
from yanxiu.web.door import door
from yanxiu.web.reasons import sentence
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Pick, Table

FILL = Table(
    "fill",
    columns=[
        Column("name", N_("单位"), value="unit.name", head=True, order=True, template="places/cells/unit.html"),
        Column("quota", N_("学校配额"), value="fill.quota", kind="count", order=True),
        Column("enrolled", N_("已报名"), value="fill.enrolled", kind="count", order=True),
        Column("holding", N_("占位待报名"), value="fill.holding", kind="count", order=True),
        Column("waiting", N_("候补"), value="fill.waiting", kind="count", order=True),
        Column("percent", N_("报名率"), value="fill.percent", order=True, cls="y-r", template="places/cells/fill.html"),
    ],
    search=("unit.name", "unit.full_name"),
    search_label=N_("单位名称"),
    size=120,
    file=N_("报名进度"),
    caption=N_("各单位报名进度"),
    empty=N_("下面没有单位"),
)

ALL = Table(
    "all-choices",
    columns=[
        Column("number", N_("到达号"), order="number", kind="count"),
        Column("at", N_("选课时间"), order="at", kind="time"),
        Column("name", N_("教师"), value="person.name", order="person__name_key", head=True, cls="y-nb", url=lambda row: f"/enrolments/{row.pk}/"),
        Column("school", N_("学校"), value="school.display", order="school__sort_key", cls="y-keep"),
        Column("class", N_("培训班"), value="training_class.name", order="training_class__name", cls="y-keep"),
        Column("state", N_("情况"), value=lambda row: row.get_state_display(), order="state", template="places/cells/plain_state.html"),
        Column("reason", N_("原因"), value=lambda row: row.reason or None),
    ],
    search=("person__name", "person__teacher_number", "training_class__name", "school__name"),
    search_label=N_("姓名、教师编号、学校或培训班"),
    filters=[Filter("state", N_("情况"), [("", N_("全部情况")), ("holding", N_("占位待报名")), ("waiting", N_("候补")), ("enrolled", N_("已报名")), ("refused", N_("学校没有报名")), ("returned", N_("已退回报名")), ("replaced", N_("已换人")), ("lapsed", N_("已失效")), ("withdrawn", N_("已退选")), ("cancelled", N_("已取消"))])],
    order="number",
    file=N_("选课与报名"),
    caption=N_("选课与报名"),
    empty=N_("还没有教师选课"),
)  # fmt: skip

REVIEW = Table(
    "review",
    columns=[
        Column("name", N_("教师"), value="person.name", head=True, cls="y-nb"),
        Column("school", N_("学校"), value="school.display", cls="y-keep"),
        Column("class", N_("培训班"), value="training_class.name", cls="y-keep"),
        Column("proposed_at", N_("学校报名时间"), kind="time"),
    ],
    caption=N_("等待审核的报名"),
    empty=N_("没有等待审核的报名"),
    pick=Pick("person", "review", value="person_id", checked=lambda row: True, label="person.name"),
)


def fill(request: Request) -> HttpResponseBase:
    """`unit` drills down; a school's page is the list of its choices."""
    batch = looked_at(request)
    unit = _unit(request)
    if unit.level == Unit.Level.SCHOOL:
        return choices(request)
    figures = queries.fill(request.scope, unit, batch.pk)
    below = {u.pk: u for u in Unit.objects.filter(pk__in=figures)}
    rows = [
        {"unit": below[pk], "fill": fill}
        for pk, fill in figures.items()
        if pk in below and (below[pk].closed_on is None or fill.quota)
    ]
    whole_of = queries.fill_of(request.scope, unit, batch.pk)
    review = None
    if programmes.policy_of(batch).enrolment.review == "county" and request.scope.can(Capability.ANSWER_COMPLAINTS):
        review = REVIEW.read(request, _proposed(request, batch.pk), prefix="r")
    context = {
        "title": _("第%(n)s期报名") % {"n": batch.number},
        "batch": batch,
        "unit": unit,
        "top": unit.pk == (request.shell.unit.pk if request.shell.unit else None),
        "whole": whole_of,
        "open_complaints": queries.complaints(request.scope).filter(answered_at=None).count(),
        "may_answer": request.scope.can(Capability.ANSWER_COMPLAINTS),
        "may_exempt": request.scope.can(Capability.EXEMPT),
        "review": review,
        "instead": queries.instead(request.scope).filter(batch=batch) if request.scope.can(Capability.ENROL_INSTEAD) else [],
    }  # fmt: skip
    request.shell.here = "places:enrolments"
    return FILL.answer(request, rows, "places/fill.html", context)


@door(Capability.READ_ENROLMENTS)
def choices(request: Request) -> HttpResponseBase:
    """Every choice below, or of one unit."""
    batch, unit = looked_at(request), _unit(request)
    rows = queries.choices(request.scope, batch.pk).filter(school_path__startswith=unit.path)
    request.shell.here = "places:enrolments"
    context = {"title": _("第%(n)s期选课名单") % {"n": batch.number}, "batch": batch, "unit": unit}
    return ALL.answer(request, rows, "places/choices.html", context)


def _unit(request: Request) -> Unit:
    asked = whole(request.GET.get("unit"))
    if asked:
        return get_object_or_404(within_units(request), pk=asked)
    if request.shell.unit is None:
        raise Http404
    return request.shell.unit


def within_units(request: Request) -> Any:
    return Unit.objects.filter(within(request.scope, Capability.READ_ENROLMENTS, units="path"))


# --- complaints, review --------------------------------------------------------------------------------------------------


@door(Capability.ANSWER_COMPLAINTS)
def complaints(
    request: Request, form: AnswerForm | None = None, about: int = 0, refused: Any = None
) -> HttpResponseBase:
    rows = list(queries.complaints(request.scope)[:200])
    for row in rows:
        row.form = form if row.pk == about and form else AnswerForm(auto_id=f"answer-{row.pk}-%s")
    request.shell.here = "places:enrolments"
    context = {"title": _("教师的申诉"), "rows": rows, "refused": refused, "open": sum(not r.answered_at for r in rows)}
    return render(request, "places/complaints.html", context, status=422 if form else 200)


@door(Capability.ANSWER_COMPLAINTS)
@require_POST
def answer_complaint(request: Request, complaint_id: int) -> HttpResponseBase:
    row = get_object_or_404(queries.complaints(request.scope), pk=complaint_id)
    form = AnswerForm(request.POST, auto_id=f"answer-{row.pk}-%s")
    if not form.is_valid():
        return complaints(request, form, row.pk)
    assert request.shell.person is not None
    done = actions.answer_complaint(complaint=row.pk, by=request.shell.person.pk, answer=form.cleaned_data["answer"])
    if not done.ok:
        return complaints(request, form, row.pk, done.decision)
    say(request, "ok", _("已答复%(name)s") % {"name": row.choice.person.name})
    return redirect("places:complaints")


@door(Capability.ANSWER_COMPLAINTS)
@require_POST
def confirm(request: Request) -> HttpResponse:
    """The county's review (enrolment.review): yes for those picked, or no with a reason."""
    batch = looked_at(request)
    picked = {whole(p) for p in request.POST.getlist("person")}
    persons = list(_proposed(request, batch.pk).filter(person__in=picked).values_list("person", flat=True))
    if not persons:
        raise Http404
    assert request.shell.person is not None
    yes, reason = request.POST.get("yes") != "0", request.POST.get("reason", "")[:500]
    answers = actions.confirm(
        batch=batch.pk, persons=persons, by=request.shell.person.pk, yes=yes, reason=reason, key=press(request)
    )
    done = sum(a.ok for a in answers)
    against = next((a.decision for a in answers if not a.ok), None)
    if against is not None:
        say(request, "warn", _("%(all)s人里办成%(n)s人") % {"all": len(answers), "n": done}, sentence(against))
    else:
        say(request, "ok", _("已审核%(n)s人") % {"n": done})
    return redirect("places:enrolments")


def _proposed(request: Request, batch: int) -> Any:
    rows = Choice.objects.filter(within(request.scope, Capability.ANSWER_COMPLAINTS, units="school_path"))
    return (
        rows.filter(batch=batch, state=Choice.State.HOLDING, proposed_at__isnull=False)
        .select_related("person", "school", "training_class")
        .order_by("number")
    )
