"""A school's choices in order of arrival and their enrolment; the offices above read the same (offices.py)."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.lib.decision import Decision
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Unit
from yanxiu.places import queries, standing
from yanxiu.places.forms import QuotaRequestForm, UploadForm
from yanxiu.places.models import Choice
from yanxiu.places.rules.values import Quota
from yanxiu.places.views import offices, outcomes
from yanxiu.places.views.batches import asked_about, looked_at
from yanxiu.places.views.press import press
from yanxiu.programme.models import Batch
from yanxiu.web.door import door
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Pick, Table

STATES = [
    ("", N_("全部情况")),
    ("now", N_("可以报名")),
    ("waiting", N_("候补")),
    ("enrolled", N_("已报名")),
    ("ended", N_("已结束的选课")),
]


@dataclass
class Row:
    choice: Choice
    shown: str
    decision: Decision | None  # what an enrolment would be answered; None: nothing to enrol
    place: int

    @property
    def person(self) -> Any:
        return self.choice.person

    @property
    def id(self) -> int:
        return self.choice.person_id

    @property
    def ready(self) -> bool:
        return self.shown == Choice.State.HOLDING and self.decision is not None and self.decision.ok

    @property
    def group(self) -> str:
        if self.ready:
            return "now"
        return self.shown if self.shown in ("waiting", "enrolled") else "ended" if self.shown != "holding" else "no"


CHOICES = Table(
    "choices",
    columns=[
        Column("place", N_("顺序"), order=True, cls="y-only-wide"),
        Column("at", N_("选课时间"), value="choice.at", order=True, template="places/cells/arrival.html"),
        Column("name", N_("教师"), value="person.name", head=True, cls="y-nb", template="places/cells/teacher.html"),
        Column("class", N_("培训班"), value="choice.training_class.name", cls="y-keep"),
        Column("state", N_("能不能报名"), value=lambda row: outcomes.state_words(row), template="places/cells/state.html"),
        Column("acts", N_("操作"), value=lambda row: row.id, template="places/cells/open.html", hide_label=True, export=False, cls="y-r"),
    ],
    search=("person.name", "person.subject", "choice.training_class.name", "person.teacher_number"),
    search_label=N_("姓名、学科或培训班"),
    filters=[
        Filter("state", N_("情况"), STATES, apply=lambda rows, value: [row for row in rows if row.group == value])
    ],
    order="place",
    size=100,
    file=N_("选课与报名"),
    caption=N_("教师选课"),
    empty=N_("还没有教师选课"),
    empty_text=N_("开放选课后，这里按先后列出本校教师的选课。"),
    pick=Pick("person", "enrol", allowed=lambda row: row.ready, checked=lambda row: row.ready, label="person.name"),
)  # fmt: skip


# The sheet has what the page shows in second lines.
SHEET = replace(
    CHOICES,
    columns=[
        CHOICES.columns[0],
        Column("number", N_("到达号"), value="choice.number", order=True),
        Column("at", N_("选课时间"), value="choice.at", kind="time", order=True),
        Column("name", N_("教师"), value="person.name"),
        Column("teacher_number", N_("教师编号"), value="person.teacher_number", kind="code"),
        Column("subject", N_("学科"), value="person.subject"),
        *CHOICES.columns[3:5],
        Column("reason", N_("原因"), value=lambda row: row.choice.reason or None),
    ],
)


@door(Capability.ENROL, Capability.READ_ENROLMENTS)
def enrolments(request: Request) -> HttpResponseBase:
    if not request.scope.can(Capability.ENROL):
        return offices.fill(request)
    return page(request)


def own_school(request: Request) -> Unit:
    unit = request.shell.unit
    if unit is None or not request.scope.covers(Capability.ENROL, unit=unit.path):
        raise Http404
    return unit


def page(request: Request, *, batch: Batch | None = None, status: int = 200, **extra: Any) -> HttpResponseBase:
    school, batch = own_school(request), batch or looked_at(request)
    above = organisation.parent(school)
    quotas = standing.quota_of(batch.pk, [unit.pk for unit in (school, above) if unit])
    quota = quotas.get(school.pk)
    found = rows(request, school, batch, quota)
    lacking = sum(
        1 for row in found if row.shown == "waiting" and row.decision is not None and "no_quota" in row.decision.codes
    )
    context = {
        "title": _("第%(n)s期报名") % {"n": batch.number},
        "batch": batch,
        "school": school,
        "received": quota.received if quota else 0,
        "free": quota.free if quota else 0,
        "given": queries.last_received(school, batch),
        "enrolled": sum(row.shown == "enrolled" for row in found),
        "ready": sum(row.ready for row in found),
        "waiting": sum(row.shown == "waiting" for row in found),
        "lacking": lacking,
        "opens": request.shell.now < batch.enrolment_opens,
        "closed": request.shell.now >= batch.starts,
        "last": outcomes.last(request, batch.pk),
        "asked": queries.last_request(school, batch),
        "above": above,
        "above_free": quotas[above.pk].free if above and above.pk in quotas else 0,
        "ask": QuotaRequestForm(initial={"amount": max(1, lacking)}),
        "upload": UploadForm(batch),
        **extra,
    }
    request.shell.here = "places:enrolments"
    if "export" in request.GET:
        return SHEET.read(request, found).export()
    response = CHOICES.answer(request, found, "places/enrolments.html", context)
    response.status_code = status
    return response


def rows(request: Request, school: Unit, batch: Batch, quota: Quota | None) -> list[Row]:
    """Every choice made for this school, the live ones with what the act would answer now."""
    now, by, facts = request.shell.now, request.shell.person, standing.batch_facts(batch)
    choices = queries.choices_of(school, batch)
    about = standing.person_facts(facts, batch.programme_id, [c.person for c in choices if c.state in Choice.LIVE])
    found = []
    for place, choice in enumerate(choices, 1):
        shown = queries.shown_state(choice, now)
        decision = None
        if shown in ("holding", "waiting"):
            decision = standing.would_enrol(
                facts, about.get(choice.person_id), choice.training_class, choice, quota,
                school=school.pk, by=by.pk if by else None, at=now,
            )  # fmt: skip
        found.append(Row(choice, shown, decision, place))
    return found


@door(Capability.ENROL)
@require_POST
def enrol(request: Request) -> HttpResponse:
    """One or many, each with its own outcome. With `class`: teachers who chose nothing."""
    school, batch = own_school(request), asked_about(request)
    training_class = int(request.POST["class"]) if request.POST.get("class", "").isdecimal() else None
    wanted = list(dict.fromkeys(int(p) for p in request.POST.getlist("person") if p.isdecimal() and len(p) < 18))
    if wanted:
        outcomes.enrol(request, batch, school, [outcomes.Wanted(p, training_class) for p in wanted], press(request))
    return redirect("places:result" if training_class else "places:enrolments")


@door(Capability.ENROL)
@require_POST
def upload(request: Request) -> HttpResponseBase:
    """By spreadsheet of identity or teacher numbers."""
    school, batch = own_school(request), asked_about(request)
    form = UploadForm(batch, request.POST, request.FILES)
    if not form.is_valid():
        return page(request, batch=batch, upload=form, status=422)
    outcomes.enrol(request, batch, school, form.wanted, press(request))
    return redirect("places:result")
