"""The desks of offices, tutors and the others: what waits for a decision, what is about to close, what is missing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from yanxiu.access import queries as access
from yanxiu.access.rules import Capability, Scope
from yanxiu.desks.enrolling import enrolling, instead
from yanxiu.desks.task import SOON, URGENT, Task, task
from yanxiu.homework import queries as homework
from yanxiu.learning import queries as learning
from yanxiu.learning.models import TimeAppeal
from yanxiu.organisation.models import Person, ProfileCorrection, Unit
from yanxiu.places import queries as places
from yanxiu.places.models import Complaint, QuotaBalance, QuotaPlan, QuotaRequest
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch
from yanxiu.programme.rules import Phase, plan_closes
from yanxiu.recognition import queries as recognition
from yanxiu.scoring import queries as scoring
from yanxiu.scoring.models import Objection

C = Capability


def tasks(
    scope: Scope, unit: Unit | None, person: Person, now: datetime, batches: list[Batch]
) -> Iterator[Task | None]:
    """Each question is asked of those only who can answer it."""
    open_batches = [b for b in batches if programmes.phase_of(b, now) in (Phase.CHOOSING, Phase.ENROLLING)]
    if scope.can(C.ENROL) and unit is not None:
        for batch in open_batches:
            yield from enrolling(unit, batch, now)
    if scope.can(C.ENROL_INSTEAD):
        for batch in open_batches:
            yield instead(scope, batch, now)
    if scope.can(C.ALLOT_QUOTA) and unit is not None and unit.level != Unit.Level.SCHOOL:
        for batch in [*open_batches, *_next(batches, now)]:
            yield _unallotted(unit, batch, now)
        yield _requests(scope, unit)
    if scope.can(C.SUBMIT_PLAN) and unit is not None and batches:
        yield _plan(scope, unit, batches[0], now)
    if scope.can(C.DECIDE_PLAN) and batches:
        yield _plans(scope, batches[0])
    if scope.can(C.ANSWER_COMPLAINTS):
        n = Complaint.objects.filter(pk__in=places.complaints(scope).values("pk"), answered_at=None).count()
        if n:
            yield task(
                SOON,
                _n("%(n)s位教师对没有报名有申诉", "%(n)s位教师对没有报名有申诉", n) % {"n": n},
                _("请听学校的说明，再答复教师。"),
                _("去答复"),
                "places:enrolments",
            )
    if scope.can(C.MANAGE_ACCOUNTS) and unit is not None:
        yield _corrections(scope)
    if scope.can(C.MARK):
        yield from _marking(scope, person, now)
    if scope.can(C.MARK) or scope.can(C.DECIDE_OBJECTIONS):
        yield _objections(scope)
    if scope.can(C.DECIDE_OBJECTIONS):
        n = homework.unmarked(scope, me=person.pk, now=now).count()
        if n:
            yield task(
                SOON,
                _n("%(n)s份作业过了批改时间还没有评", "%(n)s份作业过了批改时间还没有评", n) % {"n": n},
                _("这些学员的成绩待评，请安排批改。"),
                _("去批改"),
                "homework:unmarked",
            )
    if scope.can(C.ISSUE_CERTIFICATES):
        for batch in batches:
            if now >= batch.objections_end and (n := recognition.due(batch).count()):
                yield task(
                    SOON,
                    _n("第%(b)s期有%(n)s人可以发证", "第%(b)s期有%(n)s人可以发证", n) % {"b": batch.number, "n": n},
                    _("成绩已定、合格、还没有证书。"),
                    _("发证书"),
                    "recognition:issue",
                )
    if scope.can(C.APPOINT):
        yield _vacancies(scope)
    if scope.can(C.MANAGE_CLASSES):
        for batch in _next(batches, now):
            if not batch.classes.exists():
                yield task(
                    SOON,
                    _("第%(n)s期还没有开设培训班") % {"n": batch.number},
                    _("开始选课前须开好培训班。"),
                    _("开班"),
                    "programme:batches",
                    due=batch.choice_opens,
                )


def _next(batches: list[Batch], now: datetime) -> list[Batch]:
    """The one whose choice opens within ten days."""
    return [b for b in batches if now < b.choice_opens <= now + timedelta(days=10)]


def _unallotted(unit: Unit, batch: Batch, now: datetime) -> Task | None:
    left = (
        QuotaBalance.objects.filter(batch=batch, unit=unit).aggregate(
            n=Sum(F("received") - F("passed_on") - F("used"))
        )["n"]
        or 0
    )
    if left <= 0:
        return None
    rank = URGENT if batch.starts - now < timedelta(days=3) else SOON
    return task(
        rank,
        _n("第%(b)s期还有%(n)s个配额没有下发", "第%(b)s期还有%(n)s个配额没有下发", left)
        % {"b": batch.number, "n": left},
        _("下发以后，下级的候补会自动往前。"),
        _("去下发"),
        "places:quota",
        due=batch.starts,
    )


def _requests(scope: Scope, unit: Unit) -> Task | None:
    n = places.quota_requests(scope).filter(state=QuotaRequest.State.OPEN, unit__parent=unit).count()
    return (
        task(
            SOON,
            _n("%(n)s个下级单位申请追加配额", "%(n)s个下级单位申请追加配额", n) % {"n": n},
            _("可以同意、少给，或者写明理由不同意。"),
            _("去处理"),
            "places:quota",
        )
        if n
        else None
    )


def _plan(scope: Scope, unit: Unit, first: Batch, now: datetime) -> Task | None:
    if unit not in places.offices(scope):
        return None
    plan = places.plan_of(scope, first.programme_id, unit.pk)
    closes = plan_closes(programmes.policy_of(first))
    if plan is not None and plan.reopened_until and now < plan.reopened_until:
        closes = plan.reopened_until
    if now >= closes or (plan is not None and plan.state in ("submitted", "approved")):
        return None
    about = (
        plan.decision_reason
        if plan is not None and plan.state == "returned"
        else _("提交以后由省级项目办核准，核准的数就是配额。")
    )
    rank = URGENT if closes - now < timedelta(days=3) else SOON
    return task(rank, _("全年配额计划还没有提交"), about, _("填计划"), "places:plan", due=closes)


def _plans(scope: Scope, first: Batch) -> Task | None:
    n = QuotaPlan.objects.filter(programme=first.programme_id, state="submitted").count()
    return (
        task(
            SOON,
            _n("%(n)s份配额计划等您核准", "%(n)s份配额计划等您核准", n) % {"n": n},
            _("可以改数核准，也可以写明理由退回。"),
            _("去核准"),
            "places:plans",
        )
        if n
        else None
    )


def _corrections(scope: Scope) -> Task | None:
    n = ProfileCorrection.objects.filter(
        access.within(scope, C.MANAGE_ACCOUNTS, units="person__school_path"), state="open"
    ).count()
    return (
        task(
            SOON,
            _n("%(n)s位教师要求更正个人信息", "%(n)s位教师要求更正个人信息", n) % {"n": n},
            _("证书按更正后的信息印制。"),
            _("去处理"),
            "administration:corrections",
        )
        if n
        else None
    )


def _marking(scope: Scope, person: Person, now: datetime) -> Iterator[Task | None]:
    waiting = homework.queue(scope, me=person.pk, now=now)
    n = waiting.count()
    if n:
        oldest = waiting.order_by("submitted_at").values_list("submitted_at", flat=True).first()
        days = (now - oldest).days if oldest else 0
        rank = URGENT if days >= 3 else SOON
        yield task(
            rank,
            _n("%(n)s份作业等您批改", "%(n)s份作业等您批改", n) % {"n": n},
            _n("最早的一份已等%(days)s天。", "最早的一份已等%(days)s天。", days) % {"days": days},
            _("去批改"),
            "homework:queue",
        )
    open_appeals = learning.appeals(scope).filter(state=TimeAppeal.State.OPEN).count()
    if open_appeals:
        yield task(
            SOON,
            _n("%(n)s件学习时间申诉", "%(n)s件学习时间申诉", open_appeals) % {"n": open_appeals},
            _("看没有计入的是哪一段，写明理由作决定。"),
            _("去处理"),
            "classroom:appeals",
        )


def _objections(scope: Scope) -> Task | None:
    state = Objection.State.PROVINCE if scope.can(C.DECIDE_OBJECTIONS) else Objection.State.TUTOR
    n = scoring.objections(scope).filter(state=state).count()
    return (
        task(
            URGENT,
            _n("%(n)s件成绩异议等您答复", "%(n)s件成绩异议等您答复", n) % {"n": n},
            _("复核只会维持或提高，不会降低。"),
            _("去答复"),
            "scoring:objections",
        )
        if n
        else None
    )


def _vacancies(scope: Scope) -> Task | None:
    empty = list(access.vacancies(scope)[:4])
    if not empty:
        return None
    names = _("、").join(u.name for u in empty[:3]) + (_("等") if len(empty) > 3 else "")
    return task(SOON, _("有单位没有管理员"), names, _("去任命"), "administration:appointments")
