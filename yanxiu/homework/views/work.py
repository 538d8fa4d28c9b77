"""A learner's work: write or upload, versions, and what the tutor said."""

import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yanxiu.catalogue import media
from yanxiu.events import files
from yanxiu.homework import actions, queries, rules
from yanxiu.homework.forms import WorkForm
from yanxiu.homework.models import WorkVersion
from yanxiu.homework.queries.progress import facts_of
from yanxiu.homework.views.quiz import key_of
from yanxiu.lib import clock, text
from yanxiu.lib.decision import Decision
from yanxiu.web.door import signed_in
from yanxiu.web.reasons import sentence
from yanxiu.web.said import say


def _found(request: HttpRequest, enrolment_id: int, item_id: int) -> tuple[Any, Any]:
    enrolment = queries.mine(request.shell.person, enrolment_id)
    item = queries.item_of(enrolment, item_id, "homework") if enrolment else None
    if enrolment is None or item is None:
        raise Http404
    request.shell.here = "classroom:home"
    return enrolment, item


@signed_in
def work(request: HttpRequest, enrolment_id: int, item_id: int) -> HttpResponse:
    enrolment, item = _found(request, enrolment_id, item_id)
    if request.method != "POST":
        return _page(request, enrolment, item)
    form = WorkForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, enrolment, item, form=form, status=422)
    return _submit(request, enrolment, item, form)


def _submit(request: HttpRequest, enrolment: Any, item: Any, form: WorkForm) -> HttpResponse:
    """1. what was typed is kept first, 2. the file is read by a child, 3. kept, 4. handed in as of the moment the request began to come."""
    person, upload = request.shell.person.pk, form.cleaned_data["file"]
    typed = form.cleaned_data["text"]
    if typed.strip():
        actions.save_draft(person=person, enrolment=enrolment.pk, item=item.pk, draft=typed)
    body, sha = typed, None
    if upload is not None:
        read = _read(upload)
        if read.problem is not None:
            return _page(request, enrolment, item, form=form, refused=Decision.no(read.problem), status=422)
        body, sha = read.text, files.store(read.data, name=read.name, mime=read.mime)
    one = actions.WorkIn(
        person=person,
        enrolment=enrolment.pk,
        item=item.pk,
        text=body,
        file=sha,
        key=key_of(request),
        at=request.shell.now,
    )
    outcome = actions.submit_works([one])[0]
    if not outcome:
        return _page(request, enrolment, item, form=form, refused=outcome.decision, status=422)
    late = outcome.row is not None and outcome.row.late
    say(request, "ok", _("作业交上了，按迟交计") if late else _("作业交上了，按时"))
    return redirect("homework:work", enrolment.pk, item.pk)


def _read(upload: Any) -> Any:
    return actions.read(upload.file or io.BytesIO(), name=upload.name or "", size=upload.size)


def _page(
    request: HttpRequest,
    enrolment: Any,
    item: Any,
    *,
    form: WorkForm | None = None,
    refused: Any = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    learner = queries.learners([enrolment.pk])[enrolment.pk]
    row = queries.work_of(enrolment.pk, item.pk)
    facts = facts_of(row) if row else rules.WorkFacts()
    least = int(item.data.get("min_chars", 0))
    open_ = rules.may_submit_work(
        facts=facts, window=learner.batch.window, standing=True, length=max(1, least), least=least, now=now
    )
    state = rules.standing_state(facts, now) if row else "none"
    typed = form["text"].value() if form is not None else (row.draft if row else "")
    versions = list(row.versions.select_related("file").order_by("-number")) if row else []
    rubric = rules.criteria(item.data)
    given = row.criteria if row and state == "marked" and len(row.criteria) == len(rubric) else [None] * len(rubric)
    context = {
        "title": item.title,
        "enrolment": enrolment,
        "item": item,
        "work": row,
        "state": state,
        "window": learner.batch.window,
        "stage": rules.due_stage(window=learner.batch.window, now=now),
        "factor": learner.batch.policy.homework.late_factor * 100,
        "open": open_.decision,
        "would_be_late": open_.late,
        "refused": refused,
        "form": form or WorkForm(initial={"text": typed}),
        "length": text.length(typed or ""),
        "least": least,
        "versions": versions,
        "rubric": list(zip(rubric, given, strict=True)),
        "worth": row.points * learner.batch.policy.homework.late_factor
        if row and row.points is not None and row.late
        else None,
    }
    return TemplateResponse(request, "homework/work.html", context, status=status)


@signed_in
@require_POST
def draft(request: HttpRequest, enrolment_id: int, item_id: int) -> HttpResponse:
    """Autosave, by htmx."""
    enrolment, item = _found(request, enrolment_id, item_id)
    typed = request.POST.get("text", "")
    outcome = actions.save_draft(person=request.shell.person.pk, enrolment=enrolment.pk, item=item.pk, draft=typed)
    said = "" if outcome else sentence(outcome.decision)
    return render(request, "homework/saved.html", {"at": clock.now(), "said": said})


@signed_in
def file(request: HttpRequest, version_id: int) -> HttpResponse:
    """The file of a version, for its author and for who may mark it; always as a download."""
    version = (
        WorkVersion.objects.filter(pk=version_id, file__isnull=False).select_related("file", "work__enrolment").first()
    )
    if version is None or version.file is None:
        raise Http404
    own = version.work.enrolment.person_id == request.shell.person.pk
    if not own and queries.work_for_marking(request.scope, version.work_id) is None:
        raise Http404
    name = (
        version.file.name
        if own
        else _("作业%(n)s") % {"n": version.work_id} + version.file.name[version.file.name.rfind(".") :]
    )
    return media.answer(version.file, download=name)
