"""What waits for a mark, and marking: the tutors' queue, the province's, and the page between text and rubric."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.homework import actions, queries, rules
from yanxiu.homework.forms import MarkForm
from yanxiu.homework.models import Work
from yanxiu.homework.queries.progress import facts_of
from yanxiu.homework.views import cells
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.table import Column, Filter, Table

CONFLICT = "changed_meanwhile"


def _classes(request: Any) -> list[tuple[str, str]]:
    found = {str(pile.training_class): pile.class_name for pile in request.piles}
    return [("", _("全部培训班")), *sorted(found.items(), key=lambda row: (row[1], int(row[0])))]


def _items(request: Any) -> list[tuple[str, str]]:
    return [("", _("全部作业")), *((title, title) for title in sorted({pile.item for pile in request.piles}))]


def _late(rows: Any, value: str) -> Any:
    return rows.filter(late=value == "late")


def _taken(rows: Any, value: str) -> Any:
    return rows.filter(taken=value == "taken")


COLUMNS = [
    Column(
        "work",
        gettext_lazy("作业"),
        value="pk",
        draw=cells.work,
        head=True,
        export=lambda row: row["pk"],
    ),
    Column("item", gettext_lazy("题目"), value="title", order="item__title", cls="y-keep"),
    Column(
        "class",
        gettext_lazy("培训班"),
        value="class_name",
        order="enrolment__training_class__name",
        cls="y-keep",
    ),
    Column("batch", gettext_lazy("期"), value="batch", kind="code", order="enrolment__batch__number"),
    Column("submitted", gettext_lazy("交的时间"), value="submitted_at", kind="time", order="submitted_at"),
    Column(
        "state",
        gettext_lazy("情况"),
        value="state",
        draw=cells.state,
        export=lambda row: _(str(Work.State(row["state"]).label)),
    ),
]
QUEUE = Table(
    "works",
    columns=[
        *COLUMNS,
        Column(
            "act",
            gettext_lazy("操作"),
            value="pk",
            draw=cells.act,
            hide_label=True,
            export=False,
            cls="y-r",
        ),
    ],
    filters=[
        Filter("class", gettext_lazy("培训班"), _classes, field="enrolment__training_class_id"),
        Filter("item", gettext_lazy("题目"), _items, field="item__title"),
        Filter(
            "late",
            gettext_lazy("是否迟交"),
            [("", gettext_lazy("按时和迟交")), ("in_time", gettext_lazy("按时")), ("late", gettext_lazy("迟交"))],
            apply=_late,
        ),
        Filter(
            "taken",
            gettext_lazy("有没有人在评"),
            [("", gettext_lazy("全部")), ("free", gettext_lazy("没有人在评")), ("taken", gettext_lazy("别人在评"))],
            apply=_taken,
        ),
    ],
    order="submitted",
    size=50,
    file=gettext_lazy("待批作业"),
    caption=gettext_lazy("作业"),
    empty=gettext_lazy("没有作业在等"),
    empty_text=gettext_lazy("学员交了作业，按先后排在这里。"),
)
SHOWN = ("waiting", "returned", "marked")


@door(Capability.MARK)
def queue(request: HttpRequest) -> HttpResponseBase:
    """Oldest first; what is being revised and what is marked stand beside."""
    me, now = request.shell.person.pk, clock.now()
    shown = request.GET.get("show", "waiting")
    shown = shown if shown in SHOWN else "waiting"
    piles = queries.piles(request.scope, me=me, now=now)
    counts = {name: sum(getattr(pile, name) for pile in piles) for name in SHOWN}
    request.piles = [pile for pile in piles if getattr(pile, shown)]  # type: ignore[attr-defined]
    waits = queries.queue(
        request.scope, me=me, now=now, classes={pile.training_class for pile in piles if pile.waiting}
    )
    rows = waits if shown == "waiting" else queries.others(request.scope, shown, me=me, now=now)
    page = QUEUE.read(request, queries.listed(rows, named=shown == "marked"), total=counts[shown])
    first = None if request.GET else next((row.data["pk"] for row in page.rows if not row.data["taken"]), None)
    if first is None and counts["waiting"]:  # else it stands on the page as it opens, the oldest first
        first = waits.filter(taken=False).values_list("pk", flat=True).first()  # type: ignore[misc]
    context = {
        "title": _("批改"),
        "shown": shown,
        "counts": counts,
        "first": first,
        "minutes": rules.CLAIM_MINUTES,
        "province": False,
    }
    return QUEUE.answer(request, page, "homework/queue.html", context)


@door(Capability.DECIDE_OBJECTIONS)
def unmarked(request: HttpRequest) -> HttpResponseBase:
    """The province's: the marking days are over and nobody has marked it."""
    rows = queries.unmarked(request.scope, me=request.shell.person.pk)
    request.piles = queries.unmarked_piles(request.scope, me=request.shell.person.pk)  # type: ignore[attr-defined]
    total = sum(pile.waiting for pile in request.piles)  # type: ignore[attr-defined]
    first = rows.filter(taken=False).values_list("pk", flat=True).first()  # type: ignore[misc]
    return QUEUE.answer(
        request,
        queries.listed(rows),
        "homework/queue.html",
        {"title": _("待评作业"), "first": first, "province": True, "total": total},
        total=total,
    )


def _found(request: HttpRequest, work_id: int) -> Work:
    row = queries.work_for_marking(request.scope, work_id)
    if row is None:
        raise Http404
    request.shell.here = "homework:queue" if request.scope.can(Capability.MARK) else "homework:unmarked"
    return row


@door(Capability.MARK, Capability.DECIDE_OBJECTIONS)
def mark(request: HttpRequest, work_id: int) -> HttpResponse:
    received = clock.now()
    row = _found(request, work_id)
    rubric = rules.criteria(row.item.data)
    if request.method != "POST":
        initial = {
            "lock_version": row.lock_version,
            "excellent": row.excellent,
            "comment": row.comment if row.state == Work.State.MARKED else "",
        }
        if row.state == Work.State.MARKED and len(row.criteria) == len(rubric):
            initial |= {f"c{n}": points for n, points in enumerate(row.criteria)}
        return _page(request, row, MarkForm(None, rubric=rubric, initial=initial))
    form = MarkForm(request.POST, rubric=rubric)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    returning = request.POST.get("act") == "return"
    seen, comment = form.cleaned_data["lock_version"], form.cleaned_data["comment"]
    by, scope = request.shell.person.pk, request.scope
    if returning:
        outcome = actions.return_for_revision(by=by, scope=scope, work=row.pk, comment=comment, lock_version=seen)
    else:
        one = actions.MarkIn(row.pk, form.points(), seen, comment, form.cleaned_data["excellent"], at=received)
        outcome = actions.mark_works([one], by=by, scope=scope)[0]
    if not outcome:
        return _page(request, _found(request, work_id), form, refused=outcome.decision, status=422)
    if returning:
        say(request, "ok", _("已退回作业%(n)s，学员会收到消息") % {"n": row.pk})
    else:
        assert outcome.row is not None
        say(request, "ok", _("作业%(n)s已评%(points)s分") % {"n": row.pk, "points": outcome.row.points})
    following = queries.next_waiting(request.scope, row, me=by)
    if following is not None:
        return redirect("homework:mark", following)
    return redirect(request.shell.here)


def _page(
    request: HttpRequest, row: Work, form: MarkForm, *, refused: Decision | None = None, status: int = 200
) -> HttpResponse:
    now, me = clock.now(), request.shell.person.pk
    learner = queries.learners([row.enrolment_id])[row.enrolment_id]
    tutor = request.scope.covers(Capability.MARK, training=learner.class_path)
    province = request.scope.covers(Capability.DECIDE_OBJECTIONS, unit=learner.school_path)
    facts = facts_of(row)
    versions = list(row.versions.select_related("file").order_by("-number"))
    marked = row.state == Work.State.MARKED
    # What stands against any mark just now, the criteria left aside: then the page is there to read.
    against = rules.may_mark(
        facts=facts, window=learner.batch.window, marker=me, learner=learner.person, as_tutor=tutor, as_province=province,
        lock_version=row.lock_version, given=[0] * len(form.rubric), rubric=form.rubric, now=now,
    )  # fmt: skip
    conflict = refused is not None and CONFLICT in refused.codes
    context = {
        "title": _("评作业%(n)s") % {"n": row.pk},
        "work": row,
        "version": versions[0],
        "older": versions[1:],
        "list": queries.marking_list(request.scope, row, me=me, now=now),
        "form": form,
        "rubric": _rubric(form),
        "out_of": sum(c.points for c in form.rubric),
        "total": sum(int(v) for v in form.chosen() if v.lstrip("-").isdecimal()),
        "against": against if not against else None,
        "refused": refused,
        "conflict": conflict,
        # After a conflict the page shows what stands now, and the next press is for that.
        "lock_version": row.lock_version,
        "marked": marked,
        "named": marked,
        "may_return": tutor and not marked and now < learner.batch.window.marking_ends,
        "excellent_count": queries.excellent_in(row.enrolment.training_class_id),
        "history": list(queries.history(row)),
        "excellent_points": learner.batch.policy.result.weights.excellent,
        "revision_days": learner.batch.policy.homework.revision_days,
        "factor": learner.batch.policy.homework.late_factor * 100,
        "back": "homework:queue" if tutor else "homework:unmarked",
    }
    return TemplateResponse(request, "homework/mark.html", context, status=status)


def _rubric(form: MarkForm) -> list[dict[str, Any]]:
    chosen = form.chosen()
    return [
        {
            "place": place,
            "criterion": criterion,
            "name": f"c{place}",
            "levels": [
                {"points": p, "text": t, "on": chosen[place] == str(p)}
                for p, t in criterion.levels or ((criterion.points, ""), (0, ""))
            ],
            "value": chosen[place],
        }
        for place, criterion in enumerate(form.rubric)
    ]


@door(Capability.MARK, Capability.DECIDE_OBJECTIONS)
@require_POST
def claim(request: HttpRequest, work_id: int) -> HttpResponse:
    """By htmx while the page is open: nobody else takes the work meanwhile."""
    row = _found(request, work_id)
    outcome = actions.claim_work(by=request.shell.person.pk, scope=request.scope, work=row.pk)
    return render(request, "homework/claimed.html", {"outcome": outcome, "work": outcome.row or row})
