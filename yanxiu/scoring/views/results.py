"""Results of a batch: an office's people, a tutor's classes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from yanxiu.access.rules import Capability
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import TrainingClass
from yanxiu.scoring import queries
from yanxiu.scoring.models import Result
from yanxiu.web.door import door
from yanxiu.web.sheet import response
from yanxiu.web.shell import BATCH_KEY
from yanxiu.web.table import Column, Filter, Table

from .learners import explained

STATES = [
    ("", N_("全部情况")),
    ("open", N_("还没有定")),
    (Result.State.PENDING.value, N_("待评")),
    (Result.State.MARKED.value, N_("公示中")),
    (Result.State.FINAL.value, N_("已定")),
]
STATE_WORDS = {
    "before": N_("未开班"),
    "running": N_("进行中"),
    "marking": N_("评阅中"),
    "pending": N_("待评"),
    "marked": N_("公示中"),
    "final": N_("已定"),
}


def _by_state(rows: Any, value: str) -> Any:
    if value == "open":
        return rows.exclude(result__state=Result.State.FINAL)
    return rows.filter(result__state=value)


def _by_outcome(rows: Any, value: str) -> Any:
    if value == "honours":
        return rows.filter(result__honours=True)
    return rows.filter(result__passed=value == "passed")


def _batch(request: HttpRequest) -> Any:
    """The chosen batch; unasked, and with nobody of one's own in it (a tutor of another batch), the latest that has somebody."""
    shell = request.shell
    if BATCH_KEY in request.session or (shell.batch and queries.results(request.scope, batch=shell.batch.id).exists()):
        return shell.batch
    latest = queries.results(request.scope).order_by("-batch__starts").values_list("batch_id", flat=True).first()
    return next((b for b in shell.batches if b.id == latest), shell.batch)


def _classes(request: HttpRequest) -> list[tuple[Any, Any]]:
    batch = _batch(request)
    seen = queries.results(request.scope, batch=batch.id if batch else None).order_by().values("training_class_id")
    return [
        ("", N_("全部培训班")),
        *TrainingClass.objects.filter(pk__in=seen).order_by("name").values_list("pk", "name"),
    ]


def _part(name: str) -> Any:
    return lambda row: row.parts[name]


RESULTS = Table(
    "results",
    columns=[
        Column(
            "name",
            N_("学员"),
            value="person.name",
            order="person__name_key",
            head=True,
            cls="y-nb",
            template="scoring/cells/name.html",
        ),
        Column("school", N_("学校"), value="school.name", order="school__sort_key"),
        Column("training_class", N_("培训班"), value="training_class.name", order="training_class__name"),
        Column("time", N_("学习时间"), value=_part("time"), kind="mark"),
        Column("objective", N_("客观题"), value=_part("objective"), kind="mark"),
        Column("subjective", N_("主观题"), value=_part("subjective"), kind="mark"),
        Column("excellent", N_("优秀作业"), value=_part("excellent"), kind="mark"),
        Column("interaction", N_("互动交流"), value=_part("interaction"), kind="mark"),
        Column("total", N_("总分"), value="total", order="result__total", kind="mark"),
        Column("state", N_("情况"), value="state_word", template="scoring/cells/state.html"),
    ],
    search=("person__name", "person__teacher_number"),
    search_label=N_("姓名或教师编号"),
    filters=[
        Filter("class", N_("培训班"), _classes, field="training_class_id"),
        Filter("state", N_("情况"), STATES, apply=_by_state),
        Filter(
            "outcome",
            N_("结果"),
            [("", N_("全部结果")), ("passed", N_("合格")), ("failed", N_("不合格")), ("honours", N_("达到优秀线"))],
            apply=_by_outcome,
        ),
    ],
    order="name",
    file=N_("成绩"),
    caption=N_("学员成绩"),
    empty=N_("这一期还没有学员"),
    empty_text=N_("报名后的学员会列在这里；开班后成绩随学习变化。"),
)


def attach(rows: Iterable[Enrolment]) -> list[Enrolment]:
    """Marks for these rows, in a dozen statements for all of them: live ones computed, settled ones as stored."""
    rows = list(rows)
    found = queries.standings(rows)
    for row in rows:
        standing = found[row.pk]
        a = standing.assessment
        row.parts, row.total = {p.name: p.shown for p in a.parts}, a.total
        row.stage, row.passed, row.honours = standing.stage, a.passed, a.honours
        row.settled = standing.stage in ("marked", "final")
        row.state_word = str(STATE_WORDS[standing.stage])
        if row.settled:
            row.state_word = _("，").join((row.state_word, _("合格") if a.passed else _("不合格")))
    return rows


@door(Capability.READ_ENROLMENTS, Capability.MARK)
def results(request: HttpRequest) -> HttpResponseBase:
    batch = _batch(request)
    page = RESULTS.read(request, queries.results(request.scope, batch=batch.id if batch else None))
    if page.wants_export:
        columns = RESULTS.columns
        return response(
            str(RESULTS.file),
            [str(c.label) for c in columns],
            ([c.of(row) for c in columns] for row in _chunked(page.found)),
        )
    attach(row.data for row in page.rows)
    title = _("第%(n)s期成绩") % {"n": batch.number} if batch else _("成绩")
    if request.headers.get("HX-Target") == page.html_id:
        answer = render(request, "web/table.html", {"table": page, "partial": True})
        answer["Vary"] = "HX-Request, HX-Target"
        return answer
    return render(request, "scoring/results.html", {"title": title, "table": page, "batch": batch})


def _chunked(rows: Any, size: int = 1000) -> Iterator[Enrolment]:
    source = rows.iterator(chunk_size=size)
    while some := list(islice(source, size)):
        yield from attach(some)


@door(Capability.READ_ENROLMENTS, Capability.MARK)
def result(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """One learner's mark, explained as the learner sees it."""
    enrolment = queries.enrolment_in(request.scope, enrolment_id)
    if enrolment is None:
        raise Http404
    request.shell.here = "scoring:results"
    context = explained(request, enrolment)
    context["title"] = _("%(name)s：%(total)s分") % {
        "name": enrolment.person.name,
        "total": context["standing"].assessment.total,
    }
    return render(request, "scoring/why.html", context)
