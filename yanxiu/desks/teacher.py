"""The teacher's desk: what to do now in the class, what is due, where a choice stands."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from yanxiu.desks.task import CAN_WAIT, SOON, URGENT, Task, task
from yanxiu.events.ready import Ready
from yanxiu.learning import queries as learning
from yanxiu.organisation.models import Person
from yanxiu.places import queries as places
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch
from yanxiu.programme.rules import Phase
from yanxiu.recognition import queries as recognition
from yanxiu.scoring import queries as scoring
from yanxiu.scoring.queries import Standing
from yanxiu.scoring.rules import Work

_STANDING = Ready(
    lambda person, programme: Enrolment.objects.filter(
        person=person, batch__programme=programme, state="standing"
    ).values_list("pk")[:1]
)


def standing_now(person: Person, now: datetime) -> Standing | None:
    """The enrolment that runs, else the latest whose result is still open, else the latest."""
    found = scoring.mine_now(person, now)
    return scoring.standing(found) if found else None


def tasks(person: Person, now: datetime, batches: list[Batch], standing: Standing | None) -> Iterator[Task | None]:
    if standing is not None and standing.stage == "running":
        yield from _learning(standing, now)
    elif standing is not None:
        yield from _result(standing)
    for batch in batches:
        if programmes.phase_of(batch, now) in (Phase.CHOOSING, Phase.ENROLLING):
            yield from _choosing(person, batch, now)


def _learning(standing: Standing, now: datetime) -> Iterator[Task | None]:
    enrolment = standing.enrolment
    batch = enrolment.batch
    for work in standing.evidence.works:
        yield _work(enrolment, work, now)
    last = learning.begun(enrolment.pk)
    if standing.material_left > 0:
        about = _("接着上次的地方学，还有材料没有计时。") if last else _("还没有开始，看完全部材料学习时间得满分。")
        yield task(
            SOON,
            _("继续学习") if last else _("开始学习"),
            about,
            _("继续学习") if last else _("开始学习"),
            "classroom:go_on",
            enrolment.pk,
            due=batch.ends,
        )
    allowed = standing.policy.quiz.attempts
    for quiz in standing.evidence.quizzes:
        if not quiz.attempts:
            yield task(
                SOON,
                quiz.title,
                _n("还没有做，可以做%(n)s次，取最好的一次。", "还没有做，可以做%(n)s次，取最好的一次。", allowed)
                % {"n": allowed},
                _("做测验"),
                "homework:quiz",
                enrolment.pk,
                quiz.item,
                due=batch.ends,
            )
    yield task(
        CAN_WAIT,
        _("参加讨论"),
        _("发帖、回帖计入互动交流。"),
        _("去讨论"),
        "forum:thread_list",
        enrolment.training_class_id,
        due=batch.ends,
    )


def _work(enrolment: Enrolment, work: Work, now: datetime) -> Task | None:
    batch = enrolment.batch
    due = batch.work_due if now < batch.work_due else batch.ends
    rank = URGENT if due - now < timedelta(days=3) else SOON
    if work.revise_until is not None and now < work.revise_until:
        return task(
            URGENT,
            work.title,
            _("总辅导员退回了，请修改后再交。"),
            _("修改"),
            "homework:work",
            enrolment.pk,
            work.item,
            due=work.revise_until,
        )
    if not work.handed_in:
        late = _("已过及时提交的时间，现在交按比例计分。") if now >= batch.work_due else _("还没有提交。")
        draft = _("有草稿，还没有提交。") if work.draft and now < batch.work_due else late
        return task(
            rank,
            work.title,
            draft,
            _("继续写") if work.draft else _("写作业"),
            "homework:work",
            enrolment.pk,
            work.item,
            due=due,
        )
    return None


def _result(standing: Standing) -> Iterator[Task | None]:
    enrolment = standing.enrolment
    name = enrolment.training_class.name
    if standing.stage == "marked" and standing.result is not None:
        yield task(
            SOON, _("第%(n)s期成绩公示中") % {"n": enrolment.batch.number}, _("%(class)s，有异议请在期限内提出。") % {"class": name}, _("看成绩"), "scoring:why", enrolment.pk,
            due=standing.result.objections_end,
        )  # fmt: skip
    elif standing.stage in ("marking", "pending"):
        yield task(
            CAN_WAIT,
            _("第%(n)s期正在批改") % {"n": enrolment.batch.number},
            _("批改完就公示成绩，没有评的作业不会按零分计。"),
            _("看成绩"),
            "scoring:why",
            enrolment.pk,
        )
    elif standing.stage == "final":
        own = recognition.mine(enrolment.person).filter(enrolment=enrolment, revoked_at=None).first()
        if own is not None:
            yield task(
                CAN_WAIT, _("第%(n)s期结业证书") % {"n": enrolment.batch.number}, name, _("看证书"), "recognition:mine"
            )


def _choosing(person: Person, batch: Batch, now: datetime) -> Iterator[Task | None]:
    choice = places.live_choice(person.pk, batch.pk, now)
    n = {"n": batch.number}
    if choice is None:
        if not _STANDING.all(person.pk, batch.programme_id):
            yield task(
                SOON,
                _("第%(n)s期正在选课") % n,
                _("先到先得，满员可以候补。"),
                _("选课"),
                "places:choose",
                due=batch.starts,
            )
        return
    about = choice.training_class.name
    if choice.state == "waiting":
        where = places.place_in_line(choice)
        yield task(
            SOON,
            _("第%(n)s期候补第%(place)s位") % {**n, "place": where.place},
            about,
            _("看候补"),
            "places:choose",
            due=batch.starts,
        )
    elif choice.state == "holding":
        yield task(
            CAN_WAIT, _("第%(n)s期已占位，等学校报名") % n, about, _("看选课"), "places:choose", due=batch.starts
        )
    else:
        yield task(
            CAN_WAIT,
            _("第%(n)s期已报名") % n,
            _("%(class)s，开班后就能学习。") % {"class": about},
            _("看选课"),
            "places:choose",
            due=batch.starts,
        )
