"""The programme's public pages (T4.3, G1, T2.1), its policy in words, and the province's batches and classes (T2.2)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.access.rules import Capability
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision
from yanxiu.programme import actions, frame, queries
from yanxiu.programme.forms import OpenClass
from yanxiu.programme.models import Batch, Programme
from yanxiu.programme.rules import Phase, Policy, explain, marks_from_json
from yanxiu.programme.timeline import timeline
from yanxiu.programme.wording import plain, shown
from yanxiu.web.door import door, public
from yanxiu.web.said import say


def _programme() -> Programme:
    found = queries.programme()
    if found is None:
        raise Http404
    return found


def _open_now(batches: list[Batch]) -> Batch | None:
    """The batch that can be chosen or enrolled now."""
    return next((b for b in batches if queries.phase_of(b) in (Phase.CHOOSING, Phase.ENROLLING)), None)


def _numbers(policy: Policy) -> dict[str, str]:
    """The policy's marks and hours as people write them: 80, not 80.00."""
    result, weights = policy.result, policy.result.weights
    homework = weights.objective + weights.subjective + weights.excellent
    return {
        "pass": plain(result.pass_),
        "honours": plain(result.excellent),
        "hours": plain(policy.time.required_hours),
        "homework": plain(homework),
        **{
            name: plain(getattr(weights, name))
            for name in ("time", "objective", "subjective", "excellent", "interaction")
        },
    }


@public
def front(request: HttpRequest) -> HttpResponse:
    """One question: what is this, and what can I do now? An empty installation says that it is empty."""
    programme, batches = frame.current(request.shell, public=True)
    if programme is None:
        return render(request, "programme/empty.html", {"title": _("还没有项目")})
    version = queries.current_version(programme)
    policy = queries.policy(version)
    open_batch = _open_now(batches)
    context: dict[str, Any] = {
        "title": programme.name,
        "programme": programme,
        "version": version,
        "policy": policy,
        "n": _numbers(policy),
        "timeline": timeline(batches, clock.now()),
        "first": batches[0],
        "last": batches[-1],
        "teachers": queries.teachers(version),
        "batch": open_batch,
        "seats": queries.seats_of(open_batch) if open_batch else None,
        "closes": open_batch.starts if open_batch else None,
        "enrolling": open_batch is not None and clock.now() >= open_batch.enrolment_opens,
    }
    return render(request, "programme/front.html", context)


@public
def notice(request: HttpRequest) -> HttpResponse:
    programme = _programme()
    return render(
        request,
        "programme/notice.html",
        {
            "title": _("通知原文"),
            "programme": programme,
            "text": programme.public.get("notice", ""),
            "about": programme.public,
        },
    )


@public
def attachment(request: HttpRequest, number: int) -> HttpResponse:
    programme = _programme()
    found = programme.public.get("attachments", [])
    if not 1 <= number <= len(found):
        raise Http404
    one = found[number - 1]
    return render(
        request,
        "programme/notice.html",
        {
            "title": one["title"],
            "programme": programme,
            "text": one["text"],
            "about": programme.public,
            "attachment": True,
        },
    )


@public
def calendar(request: HttpRequest) -> HttpResponse:
    programme = _programme()
    batches = queries.batches(programme)
    return render(
        request,
        "programme/calendar.html",
        {"title": _("各期安排"), "timeline": timeline(batches, clock.now()), "batches": batches},
    )


@public
def policy(request: HttpRequest) -> HttpResponse:
    """Every number in words, with its clause or why it was assumed; earlier versions with their difference."""
    programme = _programme()
    versions = list(programme.policies.select_related("by").order_by("-number"))
    wanted = request.GET.get("version", "")
    version = next((v for v in versions if str(v.number) == wanted), versions[0])
    sections = [
        (_(section.title), [(shown(line), line.clauses, [_(a) for a in line.assumptions]) for line in section.lines])
        for section in explain(queries.policy(version), marks_from_json(version.marks))
    ]
    context = {
        "title": _("实施方案"),
        "programme": programme,
        "parts": sections,
        "version": version,
        "versions": versions,
    }
    return render(request, "programme/policy.html", context)


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """The classes of the batch that can be chosen now, or of the one that comes next."""
    programme = _programme()
    batches = queries.batches(programme)
    batch = _open_now(batches) or queries.current_batch(batches)
    rows = list(queries.classes(batch)) if batch else []
    stages = ["幼儿园", "小学", "初中", "高中"]
    stage = request.GET.get("stage", "")
    if stage in stages:
        rows = [c for c in rows if stage in c.stages]
    context = {
        "title": _("第%(n)s期培训班") % {"n": batch.number} if batch else _("培训班"),
        "batch": batch,
        "rows": rows,
        "stages": stages,
        "stage": stage,
    }
    return render(request, "programme/catalogue.html", context)


@door(Capability.MANAGE_CLASSES)
def batches(request: HttpRequest) -> HttpResponse:
    programme = _programme()
    found = queries.batches(programme)
    chosen = next((b for b in found if request.shell.batch and b.pk == request.shell.batch.id), found[-1])
    phases = [(b, queries.phase_of(b), queries.seats_of(b)) for b in found]
    coming = [b for b in found if not actions.too_late(b)]
    context = {
        "title": _("期次与培训班"),
        "phases": phases,
        "batch": chosen,
        "opening": chosen if chosen in coming else next(iter(coming), None),
        "classes": queries.classes(chosen).prefetch_related("staff__person"),
    }
    return render(request, "programme/batches.html", context)


@door(Capability.MANAGE_CLASSES)
def open_class(request: HttpRequest, number: int) -> HttpResponse:
    programme = _programme()
    batch = next((b for b in queries.batches(programme) if b.number == number), None)
    if batch is None:
        raise Http404
    late = actions.too_late(batch)
    form = OpenClass(request.POST or None, batch=batch)
    decision = Decision.no(*late) if late else None
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_class(
                batch=batch,
                version=form.cleaned_data["version"],
                seats=form.cleaned_data["seats"],
                tutors=list(form.cleaned_data["tutors"]),
                by=request.shell.person,
            )
        except actions.Refused as refused:
            decision = refused.decision
        else:
            say(request, "ok", _("已开设%(name)s，%(seats)s个名额。") % {"name": opened.name, "seats": opened.seats})
            return HttpResponseRedirect(reverse("programme:batches"))
    context = {
        "title": _("第%(n)s期开设培训班") % {"n": number},
        "form": None if late else form,
        "decision": decision,
        "batch": batch,
    }
    return render(request, "programme/open_class.html", context, status=422 if request.method == "POST" else 200)
