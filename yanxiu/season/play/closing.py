"""After the last day: objections, the province's decisions, certificates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from yanxiu.organisation.models import Person
from yanxiu.recognition import actions as recognition
from yanxiu.scoring import actions as scoring
from yanxiu.scoring.models import Objection, Result

if TYPE_CHECKING:
    from yanxiu.season.play.stage import BatchRun, Season


def closing(season: Season, run: BatchRun, after: Callable[[BatchRun], None] | None) -> None:
    marks = run.batch.marking_ends
    season.at(marks + timedelta(hours=20), lambda: object_to(season, run))
    season.at(marks + timedelta(days=2, hours=9), lambda: answer(season, run))
    season.at(run.batch.objections_end + timedelta(hours=9), lambda: certify(season, run))
    if after is not None:
        season.at(run.batch.objections_end + timedelta(hours=10), lambda: after(run))


def object_to(season: Season, run: BatchRun) -> None:
    """A few of those just below the line object to the mark of a work."""
    near = (
        Result.objects.filter(enrolment__batch=run.batch, state="marked", total__gte=70, total__lt=80)
        .select_related("enrolment__person")
        .order_by("id")
    )
    for result in near:
        work = result.enrolment.works.filter(state="marked").order_by("points", "id").first()
        if work is None or season.random.random() < 0.6:
            continue
        scoring.object_to(
            by=result.enrolment.person,
            enrolment_id=result.enrolment_id,
            part="subjective",
            work_id=work.pk,
            text="第二项依据在附表里写了，请再看一次。",
        )


def answer(season: Season, run: BatchRun) -> None:
    """The tutor answers: every second one is raised by some points."""
    for objection in (
        Objection.objects.filter(result__enrolment__batch=run.batch, state="tutor")
        .select_related("result__enrolment")
        .order_by("id")
    ):
        enrolment = objection.result.enrolment
        subject = next(c.subject for c in run.classes if c.pk == enrolment.training_class_id)
        tutor = next(t for t in season.tutors[subject] if t.pk != enrolment.person_id)
        work = enrolment.works.get(pk=objection.work_id or 0)
        raised = min(100, (work.points or 0) + 6) if objection.pk % 2 else None
        decision = scoring.answer(
            by=Person.objects.get(pk=tutor.pk),
            scope=season.scopes(tutor.pk, run.batch.number),
            objection_id=objection.pk,
            text="附表里的依据成立，已加分。" if raised else "评分依据评分标准第二条，维持原来的分数。",
            points=raised,
        )
        if decision and raised:
            season.diary.learners[enrolment.pk].works[work.item_id][-1].points = raised


def certify(season: Season, run: BatchRun) -> None:
    recognition.issue_batch(batch=run.batch, by=season.province.province_admin, wait=True)
    season.say(f"batch {run.batch.number}: closed")
