"""How far a learner is with quizzes and works: what scoring, the class's pages and the figures build on."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from yanxiu.catalogue.models import Item
from yanxiu.events.ready import Ready, of_any
from yanxiu.homework.models import QuizAttempt, Work
from yanxiu.homework.queries.learners import Learner, learners
from yanxiu.homework.rules import QuizFacts, WorkFacts, fraction, standing_state
from yanxiu.lib import clock


@dataclass(frozen=True)
class QuizProgress:
    """`fraction`: by the policy's way of counting attempts, None without one; `best`: (points, out of) of the best attempt."""

    item: int
    title: str
    attempts: int
    allowed: int
    fraction: Fraction | None
    best: tuple[int, int] | None
    last_at: datetime | None
    open: bool

    @property
    def done(self) -> bool:
        return self.attempts > 0


@dataclass(frozen=True)
class WorkProgress:
    """`state`: none, draft, submitted, returned, marked as of now. `points`: the tutor's, 0-100; scoring applies the late factor."""

    item: int
    title: str
    work: int | None
    state: str
    points: int | None
    late: bool
    excellent: bool
    handed_in: bool
    submitted_at: datetime | None
    revise_until: datetime | None
    marked_at: datetime | None

    @property
    def done(self) -> bool:
        return self.handed_in

    @property
    def waits_for_mark(self) -> bool:
        """Handed in and without a mark, also while it is being revised: 待评, never 0."""
        return self.handed_in and self.state != "marked"


@dataclass(frozen=True)
class Progress:
    enrolment: int
    quizzes: tuple[QuizProgress, ...]
    works: tuple[WorkProgress, ...]

    @property
    def due(self) -> int:
        return len(self.quizzes) + len(self.works)

    @property
    def done(self) -> int:
        return sum(q.done for q in self.quizzes) + sum(w.done for w in self.works)

    @property
    def excellent(self) -> bool:
        return any(w.excellent for w in self.works)

    @property
    def waiting(self) -> int:
        """Works that nobody has marked yet."""
        return sum(w.waits_for_mark for w in self.works)


_ITEMS = Ready(
    lambda versions: (
        Item.objects.filter(version_id=of_any(versions), kind__in=(Item.Kind.QUIZ, Item.Kind.HOMEWORK))
        .only("version_id", "kind", "title", "position")
        .order_by("position")
    )
)
_ATTEMPTS = Ready(
    lambda enrolments: (
        QuizAttempt.objects.filter(enrolment_id=of_any(enrolments))
        .only("enrolment_id", "item_id", "number", "submitted_at", "points", "out_of")
        .order_by("number")
    )
)
_WORKS = Ready(
    lambda enrolments: Work.objects.filter(enrolment_id=of_any(enrolments)).defer("draft", "comment", "criteria")
)
_WORK = Ready(
    lambda enrolment, item: Work.objects.filter(enrolment_id=enrolment, item_id=item).select_related(
        "marked_by", "item"
    )
)


def progress(enrolments: Collection[int], *, now: datetime | None = None) -> dict[int, Progress]:
    """Five statements, however many enrolments."""
    now = now or clock.now()
    found = learners(enrolments)
    items: dict[int, list[Item]] = defaultdict(list)
    for item in _ITEMS.all(list({learner.version for learner in found.values()})):
        items[item.version_id].append(item)
    attempts: dict[tuple[int, int], list[QuizAttempt]] = defaultdict(list)
    for attempt in _ATTEMPTS.all(list(found)):
        attempts[attempt.enrolment_id, attempt.item_id].append(attempt)
    works = {(w.enrolment_id, w.item_id): w for w in _WORKS.all(list(found))}
    return {
        pk: Progress(
            pk,
            tuple(
                _quiz(learner, item, attempts[pk, item.pk])
                for item in items[learner.version]
                if item.kind == Item.Kind.QUIZ
            ),
            tuple(
                _work(item, works.get((pk, item.pk)), now)
                for item in items[learner.version]
                if item.kind == Item.Kind.HOMEWORK
            ),
        )
        for pk, learner in found.items()
    }


def _quiz(learner: Learner, item: Item, attempts: list[QuizAttempt]) -> QuizProgress:
    handed = [a for a in attempts if a.submitted_at]
    results = [(a.points or 0, a.out_of or 0) for a in handed]
    policy = learner.batch.policy.quiz
    best = max(results, key=lambda r: Fraction(r[0], r[1] or 1), default=None)
    return QuizProgress(
        item=item.pk,
        title=item.title,
        attempts=len(handed),
        allowed=policy.attempts,
        fraction=fraction(results, policy.counts),
        best=best,
        last_at=handed[-1].submitted_at if handed else None,
        open=len(handed) < len(attempts),
    )


def _work(item: Item, work: Work | None, now: datetime) -> WorkProgress:
    if work is None:
        return WorkProgress(item.pk, item.title, None, "none", None, False, False, False, None, None, None)
    return WorkProgress(
        item=item.pk,
        title=item.title,
        work=work.pk,
        state=standing_state(facts_of(work), now),
        points=work.points,
        late=work.late,
        excellent=work.excellent,
        handed_in=work.submitted_at is not None,
        submitted_at=work.submitted_at,
        revise_until=work.revise_until,
        marked_at=work.marked_at,
    )


def facts_of(work: Work) -> WorkFacts:
    return WorkFacts(
        state=work.state,
        late=work.late,
        revise_until=work.revise_until,
        claimed_by=work.claimed_by_id,
        claimed_until=work.claimed_until,
        lock_version=work.lock_version,
        points=work.points,
        versions=1 if work.submitted_at else 0,
    )


def quiz_facts(learner: Learner, attempts: Collection[QuizAttempt]) -> QuizFacts:
    handed = [a for a in attempts if a.submitted_at]
    return QuizFacts(
        standing=learner.standing,
        starts=learner.batch.window.starts,
        ends=learner.batch.window.ends,
        allowed=learner.batch.policy.quiz.attempts,
        used=len(handed),
        full=any(a.out_of and a.points == a.out_of for a in handed),
        counts=learner.batch.policy.quiz.counts,
    )


def open_attempt(enrolment: int, item: int) -> QuizAttempt | None:
    return QuizAttempt.objects.filter(enrolment_id=enrolment, item_id=item, submitted_at=None).first()


_TRIED = Ready(
    lambda enrolment, item: QuizAttempt.objects.filter(enrolment_id=enrolment, item_id=item).order_by("number")
)


def attempts(enrolment: int, item: int) -> list[QuizAttempt]:
    return _TRIED.all(enrolment, item)


def work_of(enrolment: int, item: int) -> Work | None:
    return _WORK.first(enrolment, item)
