"""What learners did, as rows of the ledgers below; their own tests prove the acts."""

from datetime import timedelta

from yanxiu.access import queries as access
from yanxiu.access.models import Appointment
from yanxiu.access.rules import Scope
from yanxiu.catalogue.models import Item
from yanxiu.forum.models import Post
from yanxiu.homework.models import QuizAttempt, Work, WorkMark, WorkVersion
from yanxiu.learning.models import ItemTime, LearnerTime
from yanxiu.lib import clock
from yanxiu.places.models import Enrolment


def scope(person) -> Scope:
    return access.scope_of(Appointment.objects.filter(person=person).first())


def items(enrolment: Enrolment, kind: str) -> list[Item]:
    return list(enrolment.training_class.version.items.filter(kind=kind).order_by("position"))


def learned(enrolment: Enrolment, *, seconds: int, refused: int = 0) -> None:
    """The video first, then the text, then no more."""
    left, at = seconds, enrolment.batch.starts + timedelta(days=2)
    for item in [*items(enrolment, "video"), *items(enrolment, "text")]:
        own = min(left, item.seconds)
        ItemTime.objects.update_or_create(
            enrolment=enrolment,
            item=item,
            defaults={"seconds": own, "changed_at": at, "refused": [[0, refused, "faster"]] if refused else []},
        )
        left, refused = left - own, 0
    LearnerTime.objects.update_or_create(
        enrolment=enrolment, defaults={"seconds": seconds - left, "first_at": at, "last_at": at}
    )


def quizzed(enrolment: Enrolment, points: list[int | None]) -> None:
    at = enrolment.batch.starts + timedelta(days=3)
    for item, p in zip(items(enrolment, "quiz"), points, strict=False):
        if p is not None:
            QuizAttempt.objects.create(
                enrolment=enrolment, item=item, number=1, started_at=at, submitted_at=at, points=p, out_of=100
            )


def worked(enrolment: Enrolment, marks: list[int | None], *, by, late: bool = False, excellent: bool = False) -> None:
    """One mark a homework; None: handed in and nobody marked it. A shorter list: the others not handed in."""
    at = enrolment.batch.starts + timedelta(days=4)
    for item, mark in zip(items(enrolment, "homework"), marks, strict=False):
        done = mark is not None
        work = Work.objects.create(
            enrolment=enrolment,
            training_class=enrolment.training_class,
            item=item,
            state="marked" if done else "submitted",
            first_submitted_at=at,
            submitted_at=at,
            late=late,
            points=mark,
            criteria=[mark - mark // 2, mark // 2] if done else [],
            excellent=excellent and done,
            marked_at=at if done else None,
            marked_by=by if done else None,
        )
        version = WorkVersion.objects.create(
            work=work, number=1, text="我写的作业", characters=200, submitted_at=at, late=late
        )
        if done:
            WorkMark.objects.create(work=work, version=version, points=mark, excellent=work.excellent, at=at, by=by)


def talked(
    enrolment: Enrolment, *, posts: int = 0, replies: int = 0, verdict: str = "", featured: bool = False, first: int = 0
) -> None:
    """One post a day from the batch's first day; replies to the first of them."""
    opening = None
    for n in range(posts):
        at = enrolment.batch.starts + timedelta(days=first + n, hours=9)
        opening = _post(enrolment, at, None, verdict, featured)
    for n in range(replies):
        at = enrolment.batch.starts + timedelta(days=first + n, hours=10)
        _post(enrolment, at, opening, verdict, False)


def _post(enrolment, at, thread, verdict, featured):
    return Post.objects.create(
        training_class=enrolment.training_class,
        thread=thread,
        author=enrolment.person,
        enrolment=enrolment,
        title="" if thread else "讨论",
        body="内容",
        at=at,
        day=clock.local(at).date(),
        length=40,
        fingerprint=b"x",
        verdict=verdict,
        featured_at=at if featured else None,
        last_at=at,
    )
