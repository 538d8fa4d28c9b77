"""Issuing a batch, its progress, the list of certificates, revoking."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.programme.models import Batch
from yanxiu.recognition import actions, queries
from yanxiu.recognition.forms import RevokeForm
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.table import Column, Filter, Table

from .holders import drawn


@door(Capability.ISSUE_CERTIFICATES)
def issue(request: HttpRequest) -> HttpResponse:
    return render(request, "recognition/issue.html", {"title": _("颁发结业证书"), "rows": queries.batches()})


@door(Capability.ISSUE_CERTIFICATES)
@require_POST
def start(request: HttpRequest, batch_id: int) -> HttpResponse:
    run = actions.issue_batch(batch=get_object_or_404(Batch, pk=batch_id), by=request.shell.person)
    return redirect("recognition:run", run.pk)


@door(Capability.ISSUE_CERTIFICATES)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Progress; asks again every two seconds while it works, and may be left."""
    found = queries.run(run_id)
    if found is None:
        raise Http404
    request.shell.here = "recognition:issue"
    part = request.headers.get("HX-Target") == "run"
    # The characters that no font has the reader's machine may not show either: their code points say which they are.
    stopped = [
        {**row, "chars": "、".join(f"{char}（U+{ord(char):04X}）" for char in row["missing"])} for row in found.stopped
    ]
    context = {"title": _("颁发第%(n)s期结业证书") % {"n": found.batch.number}, "run": found, "stopped": stopped}
    return render(request, "recognition/_run.html" if part else "recognition/run.html", context)


def _batches(request: HttpRequest) -> list[tuple[Any, Any]]:
    rows = (
        queries.certificates(request.scope)
        .order_by("batch__number")
        .values_list("batch_id", "batch__number")
        .distinct()
    )
    return [("", N_("全部期次")), *((pk, _("第%(n)s期") % {"n": n}) for pk, n in rows)]


CERTIFICATES = Table(
    "certificates",
    columns=[
        Column(
            "number",
            N_("编号"),
            order="number",
            head=True,
            kind="code",
            cls="y-nb",
            template="recognition/cells/number.html",
        ),
        Column("name", N_("姓名"), value="record.name", order="enrolment__person__name_key", cls="y-nb"),
        Column("school", N_("学校"), value="record.school", order="enrolment__school__sort_key"),
        Column("course", N_("课程"), value="record.course"),
        Column("hours", N_("学时"), value="record.hours", kind="code", cls="y-r"),
        Column("issued_at", N_("颁发日期"), order="issued_at", kind="day"),
        Column(
            "state",
            N_("情况"),
            value=lambda row: _("已撤销") if row.revoked_at else _("有效"),
            template="recognition/cells/state.html",
        ),
    ],
    search=("number", "enrolment__person__name", "enrolment__school__name"),
    search_label=N_("编号、姓名或学校"),
    filters=[
        Filter("batch", N_("期次"), _batches, field="batch_id"),
        Filter(
            "state",
            N_("情况"),
            [("", N_("全部情况")), ("valid", N_("有效")), ("revoked", N_("已撤销"))],
            apply=lambda rows, value: rows.filter(revoked_at__isnull=value == "valid"),
        ),
    ],
    order="-number",
    file=N_("结业证书"),
    caption=N_("结业证书"),
    empty=N_("还没有颁发证书"),
    empty_text=N_("一期的成绩确定以后，由省级项目办颁发；这里列出本单位报名的学员。"),
)


@door(Capability.READ_ENROLMENTS)
def certificates(request: HttpRequest) -> HttpResponseBase:
    return CERTIFICATES.answer(
        request, queries.certificates(request.scope), "recognition/certificates.html", {"title": _("结业证书")}
    )


@door(Capability.READ_ENROLMENTS)
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    return drawn(request, queries.certificate_in(request.scope, number))


@door(Capability.READ_ENROLMENTS)
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    found = queries.certificate_in(request.scope, number)
    if found is None:
        raise Http404
    request.shell.here = (
        "recognition:issue" if request.scope.can(Capability.ISSUE_CERTIFICATES) else "recognition:certificates"
    )
    may = request.scope.covers(Capability.ISSUE_CERTIFICATES, unit=found.enrolment.school_path)
    form = RevokeForm(request.POST or None) if may else None
    decision = None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            act = actions.reinstate if found.revoked_at else actions.revoke
            decision = act(
                by=request.shell.person,
                scope=request.scope,
                certificate_id=found.pk,
                reason=form.cleaned_data["reason"],
            )
            if decision:
                say(request, "ok", _("证书已恢复，编号不变") if found.revoked_at else _("证书已撤销"))
                return redirect("recognition:certificate", found.number)
    context = {"title": found.number, "row": found, "form": form, "decision": decision}
    return render(request, "recognition/certificate.html", context, status=422 if request.method == "POST" else 200)
