"""A learner's quiz. Right answers and explanations reach a page only when `rules.revealed` says so."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yanxiu.homework import actions, queries, rules
from yanxiu.homework.forms import answers_of
from yanxiu.homework.models import QuizAttempt
from yanxiu.lib import clock
from yanxiu.web.door import signed_in
from yanxiu.web.reasons import sentence
from yanxiu.web.said import say


def key_of(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _found(request: HttpRequest, enrolment_id: int, item_id: int) -> tuple[Any, Any]:
    enrolment = queries.mine(request.shell.person, enrolment_id)
    item = queries.item_of(enrolment, item_id, "quiz") if enrolment else None
    if enrolment is None or item is None:
        raise Http404
    request.shell.here = "classroom:home"
    return enrolment, item


@signed_in
def quiz(request: HttpRequest, enrolment_id: int, item_id: int) -> HttpResponse:
    """The cover with the attempts so far, or the open attempt; posting hands the open one in."""
    now = clock.now()
    enrolment, item = _found(request, enrolment_id, item_id)
    if request.method == "POST":
        return _submit(request, enrolment, item, now)
    return _page(request, enrolment, item)


def _submit(request: HttpRequest, enrolment: Any, item: Any, now: Any) -> HttpResponse:
    asked = rules.questions(item.data)
    number = request.POST.get("number", "")
    outcome = actions.submit_attempts(
        [
            actions.AttemptIn(
                person=request.shell.person.pk,
                enrolment=enrolment.pk,
                item=item.pk,
                answers=answers_of(request.POST, asked),
                number=int(number) if number.isdecimal() and len(number) < 5 else None,
                key=key_of(request),
                at=now,
            )
        ]
    )[0]
    if outcome and outcome.row:
        say(
            request,
            "ok",
            _("已交第%(n)s次作答，得%(points)s分") % {"n": outcome.row.number, "points": outcome.row.points},
        )
        return redirect("homework:attempt", outcome.row.pk)
    return _page(request, enrolment, item, refused=outcome.decision, typed=answers_of(request.POST, asked), status=422)


def _page(
    request: HttpRequest, enrolment: Any, item: Any, *, refused: Any = None, typed: Any = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    asked = rules.questions(item.data)
    attempts = queries.attempts(enrolment.pk, item.pk)
    facts = queries.quiz_facts(queries.learners([enrolment.pk])[enrolment.pk], attempts)
    may_start = rules.may_start(facts, now)
    progress = queries.progress([enrolment.pk], now=now)[enrolment.pk]
    open_one = next((a for a in attempts if a.submitted_at is None), None)
    context = {
        "title": item.title,
        "enrolment": enrolment,
        "item": item,
        "count": len(asked),
        "out_of": sum(q.points for q in asked),
        "attempts": [a for a in attempts if a.submitted_at],
        "facts": facts,
        "left": max(0, facts.allowed - facts.used),
        "progress": progress,
        "quiz": next(q for q in progress.quizzes if q.item == item.pk),
        "may_start": may_start,
        "open": open_one if may_start else None,
        "left_open": open_one is not None and not may_start,
        "enough": facts.full and facts.counts == "best",
        "refused": refused,
        "questions": _shown(asked, typed if typed is not None else (open_one.saved if open_one else {}))
        if open_one and may_start
        else [],
        "ends": enrolment.batch.ends,
    }
    return TemplateResponse(request, "homework/quiz.html", context, status=status)


def _shown(asked: Any, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """For the form: the public side of each question and what the learner has chosen."""
    given = rules.clean(asked, answers)
    return [
        {**rules.public(question), "place": place, "given": given.get(str(place))}
        for place, question in enumerate(asked)
    ]


@signed_in
@require_POST
def start(request: HttpRequest, enrolment_id: int, item_id: int) -> HttpResponse:
    enrolment, item = _found(request, enrolment_id, item_id)
    outcome = actions.start_attempt(person=request.shell.person.pk, enrolment=enrolment.pk, item=item.pk)
    if not outcome:
        return _page(request, enrolment, item, refused=outcome.decision, status=422)
    return redirect("homework:quiz", enrolment.pk, item.pk)


@signed_in
@require_POST
def save(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Autosave, by htmx: a line that says when, or why not."""
    row = (
        QuizAttempt.objects.filter(pk=attempt_id, enrolment__person=request.shell.person).select_related("item").first()
    )
    if row is None:
        raise Http404
    answers = answers_of(request.POST, rules.questions(row.item.data))
    outcome = actions.save_answers(person=request.shell.person.pk, attempt=attempt_id, answers=answers)
    said = "" if outcome else sentence(outcome.decision)
    return render(request, "homework/saved.html", {"at": clock.now(), "said": said})


@signed_in
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """An attempt handed in: the points at once; what was right, the answers and why only when they may be known."""
    row = (
        QuizAttempt.objects.filter(pk=attempt_id, enrolment__person=request.shell.person, submitted_at__isnull=False)
        .select_related("item", "enrolment__training_class", "enrolment__batch")
        .first()
    )
    if row is None:
        raise Http404
    now = clock.now()
    attempts = list(QuizAttempt.objects.filter(enrolment=row.enrolment, item=row.item).order_by("number"))
    learner = queries.learners([row.enrolment_id])[row.enrolment_id]
    facts = queries.quiz_facts(learner, attempts)
    shown = rules.revealed(facts, now)
    asked = rules.questions(row.item.data)
    questions = _shown(asked, row.saved)
    if shown:
        for question, whole, points in zip(questions, asked, row.marked, strict=True):
            question.update(right=points == whole.points, got=points, accepted=_accepted(whole), explain=whole.explain)
    left = max(0, facts.allowed - facts.used)
    request.shell.here = "classroom:home"
    context = {
        "title": _("第%(n)s次作答") % {"n": row.number},
        "attempt": row,
        "item": row.item,
        "enrolment": row.enrolment,
        "questions": questions,
        "shown": shown,
        "facts": facts,
        "right": sum(1 for q, p in zip(asked, row.marked, strict=True) if p == q.points),
        "again": bool(rules.may_start(facts, now)) and not (facts.full and facts.counts == "best"),
        "left": left,
        "left_words": ngettext("还可以做%(n)s次", "还可以做%(n)s次", left) % {"n": left},
    }
    return render(request, "homework/attempt.html", context)


def _accepted(question: rules.Question) -> Any:
    if question.kind == "true_false":
        return _("对") if question.answer else _("错")
    if question.kind == "fill":
        return _("或").join(f"“{a}”" for a in question.accepted)
    return _("、").join(question.accepted)
