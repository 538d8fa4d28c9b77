"""An objection's course: the learner → the tutor → if the learner carries it on, the province → decided. Never lowers.

Each act: lock the result, then the objection; ask the rules; where a work's mark is raised, homework's act does it; then the part is
taken anew from the ledgers into the frozen evidence, and the result follows with a record.
"""

from django.db import transaction

from yanxiu.access.rules import Capability, Scope
from yanxiu.events import actions as events
from yanxiu.homework import actions as homework
from yanxiu.homework.models import Work
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person
from yanxiu.scoring import queries, rules
from yanxiu.scoring.models import Objection, Result
from yanxiu.scoring.rules.assess import PARTS

from .changes import change, locked, recounted

WITH_WORK = ("subjective", "excellent")


@transaction.atomic
def object_to(
    *, by: Person, enrolment_id: int, part: str, text: str, work_id: int | None = None
) -> tuple[Decision, Objection | None]:
    """The learner objects to one part (or one work). Own marks only; one objection a part and work."""
    result = locked(enrolment_id)
    if result is None:
        return Decision.no(Reason("objection_too_early", "A2.4")), None
    if result.enrolment.person_id != by.pk or part not in PARTS:
        return Decision.no(Reason("out_of_scope", "S1.0")), None
    if part not in WITH_WORK or not Work.objects.filter(pk=work_id or 0, enrolment_id=enrolment_id).exists():
        work_id = None
    earlier = list(result.objections.filter(part=part, work_id=work_id).values_list("state", flat=True))
    now = clock.now()
    decision = rules.may_object(
        state=result.state,
        now=now,
        closes=result.objections_end,
        open_already=any(state != Objection.State.DECIDED for state in earlier),
        decided_already=bool(earlier),
        text=text,
    )
    if not decision:
        return decision, None
    objection = Objection.objects.create(result=result, part=part, work_id=work_id, text=text.strip(), at=now)
    _tell("scoring.objected", objection, result, by)
    return decision, objection


@transaction.atomic
def answer(
    *,
    by: Person,
    scope: Scope,
    objection_id: int,
    text: str,
    points: int | None = None,
    excellent: bool = False,
    recount: bool = False,
) -> Decision:
    """The tutor of the class. `points`, `excellent`: of the work, up only; `recount`: takes the part anew from the ledgers."""
    found = _locked(objection_id)
    if found is None or not scope.covers(Capability.MARK, training=found[1].enrolment.class_path):
        return Decision.no(Reason("out_of_scope", "S1.0"))
    objection, result = found
    decision = rules.may_answer(
        state=objection.state,
        about_self=result.enrolment.person_id == by.pk,
        now_points=_points(objection),
        points=_wanted(objection, points, excellent),
        text=text,
    )
    if not decision:
        return decision
    objection.tutor, objection.tutor_answer, objection.tutor_at = by, text.strip(), clock.now()
    objection.state = Objection.State.ANSWERED
    return _settle("scoring.answered", objection, result, by=by, text=text, points=points, excellent=excellent, recount=recount)  # fmt: skip


@transaction.atomic
def escalate(*, by: Person, objection_id: int, text: str = "") -> Decision:
    """The learner carries it on to the province: after the tutor's answer, or when the tutor let the days pass."""
    found = _locked(objection_id)
    if found is None or found[1].enrolment.person_id != by.pk:
        return Decision.no(Reason("out_of_scope", "S1.0"))
    objection, result = found
    closes = queries.closes(objection)
    decision = rules.may_escalate(state=objection.state, now=clock.now(), closes=closes, answer_due=closes)
    if not decision:
        return decision
    objection.state, objection.escalated_at = Objection.State.PROVINCE, clock.now()
    if text.strip():
        objection.text = f"{objection.text}\n\n{text.strip()[: rules.MAX_TEXT]}"
    objection.save()
    _tell("scoring.escalated", objection, result, by)
    return decision


@transaction.atomic
def decide(
    *,
    by: Person,
    scope: Scope,
    objection_id: int,
    text: str,
    points: int | None = None,
    excellent: bool = False,
    recount: bool = False,
) -> Decision:
    """The province decides for good."""
    found = _locked(objection_id)
    if found is None or not scope.covers(Capability.DECIDE_OBJECTIONS, unit=found[1].enrolment.school_path):
        return Decision.no(Reason("out_of_scope", "S1.0"))
    objection, result = found
    decision = rules.may_decide(
        state=objection.state,
        about_self=result.enrolment.person_id == by.pk,
        answered_by_self=objection.tutor_id == by.pk,
        now_points=_points(objection),
        points=_wanted(objection, points, excellent),
        text=text,
    )
    if not decision:
        return decision
    objection.decided_by, objection.decision, objection.decided_at = by, text.strip(), clock.now()
    objection.state = Objection.State.DECIDED
    return _settle("scoring.decided", objection, result, by=by, text=text, points=points, excellent=excellent, recount=recount)  # fmt: skip


def _locked(objection_id: int) -> tuple[Objection, Result] | None:
    """The result first, as every act on it does."""
    at = Objection.objects.filter(pk=objection_id).values_list("result__enrolment_id", flat=True).first()
    result = locked(at) if at else None
    if result is None:
        return None
    return Objection.objects.select_for_update(of=("self",)).get(pk=objection_id), result


def _points(objection: Objection) -> int | None:
    return (
        Work.objects.filter(pk=objection.work_id).values_list("points", flat=True).first()
        if objection.work_id
        else None
    )


def _wanted(objection: Objection, points: int | None, excellent: bool) -> int | None:
    """The mark asked for; the same mark with "excellent" is a change too, and not one of the mark."""
    if not objection.work_id or (excellent and points == _points(objection)):
        return None
    return points


def _settle(
    kind: str,
    objection: Objection,
    result: Result,
    *,
    by: Person,
    text: str,
    points: int | None,
    excellent: bool,
    recount: bool,
) -> Decision:
    """The mark first; the objection is answered or decided only together with it."""
    done = _follow(objection, result, by=by, text=text, points=points, excellent=excellent, recount=recount)
    if not done:
        transaction.set_rollback(True)
        return done
    objection.save()
    _tell(kind, objection, result, by)
    return Decision.yes()


def _follow(
    objection: Objection, result: Result, *, by: Person, text: str, points: int | None, excellent: bool, recount: bool
) -> Decision:
    now_points = _points(objection)
    if objection.work_id and (points is not None or excellent):
        done = homework.raise_mark(
            by=by.pk,
            work=objection.work_id,
            points=now_points or 0 if points is None else points,
            comment=text,
            excellent=excellent,
        )
        if not done:
            return done.decision
    elif not recount:
        return Decision.yes()
    before = result.total
    decision = change(
        result=result, evidence=recounted(result, objection.part), reason=text.strip(), by=by, at=clock.now()
    )
    objection.changed = objection.changed or result.total != before
    return decision


def _tell(kind: str, objection: Objection, result: Result, by: Person) -> None:
    enrolment = result.enrolment
    events.record(
        kind,
        actor=by.pk,
        person=enrolment.person_id,
        unit_path=enrolment.school_path,
        training_path=enrolment.class_path,
        batch=enrolment.batch_id,
        subject_id=objection.pk,
        policy=result.policy_id,
        data={"part": objection.part, "work": objection.work_id, "changed": objection.changed},
    )
