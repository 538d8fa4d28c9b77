"""The learner's own mark, explained; the objection to a part of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programmes
from yanxiu.scoring import actions, explaining, queries
from yanxiu.scoring.forms import ObjectionForm
from yanxiu.scoring.models import Objection, Result
from yanxiu.scoring.rules import rounded
from yanxiu.web import wording
from yanxiu.web.door import signed_in
from yanxiu.web.reasons import sentence
from yanxiu.web.said import say


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The chosen batch's mark, else the latest; without an enrolment it says so."""
    rows = queries.mine(request.shell.person)
    if not rows:
        return render(request, "scoring/none.html", {"title": _("成绩")})
    chosen = request.shell.batch
    row = next((e for e in rows if chosen and e.batch_id == chosen.id), rows[0])
    return redirect("scoring:why", row.pk)


def _own(request: HttpRequest, enrolment_id: int) -> tuple[Enrolment, list[Enrolment]]:
    """The one that is asked for, and the person's others."""
    rows = queries.mine(request.shell.person)
    enrolment = next((e for e in rows if e.pk == enrolment_id), None)
    if enrolment is None:
        raise Http404
    return enrolment, [e for e in rows if e is not enrolment]


@signed_in
def why(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    return _page(request, *_own(request, enrolment_id))


def _page(
    request: HttpRequest,
    enrolment: Enrolment,
    others: list[Enrolment],
    *,
    form: ObjectionForm | None = None,
    decision: Any = None,
    status: int = 200,
) -> HttpResponse:
    context = explained(request, enrolment)
    standing = context["standing"]
    if standing.stage == "marked" and request.shell.now < standing.result.objections_end:
        context["form"] = form or ObjectionForm(choices(standing))
    return render(
        request, "scoring/why.html", {**context, "own": True, "others": others, "decision": decision}, status=status
    )


def explained(request: HttpRequest, enrolment: Enrolment) -> dict[str, Any]:
    """What the explanation shows, to the learner and to the offices and tutors who may look."""
    standing = queries.standing(enrolment)
    panel = explaining.panel(standing)
    blocks = explaining.blocks(standing)
    a, policy = standing.assessment, standing.policy
    objections = queries.mine_open(standing.result) if standing.result else []
    for row in objections:
        row.closes = queries.closes(row)
        row.may_escalate = _may_escalate(row, request)
        row.about = about(row, standing)
    return {
        "title": _("%(total)s分是这样来的") % {"total": wording.mark(a.total)},
        "standing": standing,
        "enrolment": enrolment,
        "batch": enrolment.batch,
        "panel": panel,
        "blocks": blocks,
        "uncounted": explaining.uncounted(standing),
        "sum": " + ".join(wording.mark(block.shown) for block in blocks),
        "left": rounded(standing.remaining.points, policy),
        "lost": 100 - a.total,
        "objections": objections,
        "policy_number": programmes.number_of(enrolment.batch.policy_id),
    }


def _may_escalate(row: Objection, request: HttpRequest) -> bool:
    if row.result.state == Result.State.FINAL:
        return False
    if row.state == Objection.State.ANSWERED:
        return request.shell.now < row.closes
    return row.state == Objection.State.TUTOR and request.shell.now >= row.closes


def about(row: Objection, standing: Any) -> str:
    """Which part, and which work."""
    name = str(explaining.PART_NAMES[row.part])
    title = next((w.title for w in standing.evidence.works if row.work_id and w.work == row.work_id), "")
    return f"{name}　{title}" if title else name


def choices(standing: Any) -> list[tuple[str, str]]:
    found = []
    for part in ("time", "objective", "subjective", "excellent", "interaction"):
        name = str(explaining.PART_NAMES[part])
        works = [w for w in standing.evidence.works if w.work and w.points is not None]
        if part in ("subjective", "excellent") and works:
            found += [(f"{part}-{w.work}", f"{name}　{w.title}") for w in works]
        elif part != "excellent":
            found.append((part, name))
    return found


@signed_in
@require_POST
def object_to(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    enrolment, others = _own(request, enrolment_id)
    form = ObjectionForm(choices(queries.standing(enrolment)), request.POST)
    if not form.is_valid():
        return _page(request, enrolment, others, form=form, status=422)
    decision, _objection = actions.object_to(
        by=request.shell.person,
        enrolment_id=enrolment.pk,
        part=form.part,
        work_id=form.work,
        text=form.cleaned_data["text"],
    )
    if not decision:
        return _page(request, enrolment, others, form=form, decision=decision, status=422)
    say(request, "ok", _("已提出异议，由总辅导员答复"), _("答复会写在这一页上；对答复不满意，还可以请省级项目办复核。"))
    return HttpResponseRedirect(reverse("scoring:why", args=[enrolment.pk]) + "#objections")


@signed_in
@require_POST
def escalate(request: HttpRequest, objection_id: int) -> HttpResponse:
    row = (
        Objection.objects.filter(pk=objection_id, result__enrolment__person=request.shell.person)
        .select_related("result")
        .first()
    )
    if row is None:
        raise Http404
    decision = actions.escalate(by=request.shell.person, objection_id=row.pk, text=request.POST.get("text", ""))
    if decision:
        say(request, "ok", _("已转给省级项目办复核"))
    else:
        say(request, "stop", _("现在不能转给省级项目办"), sentence(decision))
    return HttpResponseRedirect(reverse("scoring:why", args=[row.result.enrolment_id]) + "#objections")
