"""Attempts as they are stored."""

from fractions import Fraction
from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests import factories as make
from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.homework import actions, queries
from yanxiu.homework.actions import AttemptIn
from yanxiu.homework.models import QuizAttempt

RIGHT = {"0": "B", "1": ["B", "D"], "2": False, "3": "4"}
HALF = {"0": "B", "2": False}


@pytest.fixture
def w(world: SimpleNamespace) -> SimpleNamespace:
    world.quiz, world.quiz_2 = world.version.items.filter(kind=Item.Kind.QUIZ)
    return world


def hand_in(w: SimpleNamespace, answers: dict, **fields) -> actions.Outcome:
    return actions.submit_attempts(
        [
            AttemptIn(
                **{"person": w.teacher.pk, "enrolment": w.enrolment.pk, "item": w.quiz.pk, "answers": answers, **fields}
            )
        ]
    )[0]


def test_start_save_submit(w: SimpleNamespace) -> None:
    started = actions.start_attempt(person=w.teacher.pk, enrolment=w.enrolment.pk, item=w.quiz.pk)
    assert started.row.number == 1
    assert actions.start_attempt(person=w.teacher.pk, enrolment=w.enrolment.pk, item=w.quiz.pk).row == started.row
    saved = actions.save_answers(person=w.teacher.pk, attempt=started.row.pk, answers={**HALF, "7": "x"})
    assert saved.row.saved == {"0": "B", "2": False}
    assert actions.save_answers(person=w.colleague.pk, attempt=started.row.pk, answers={}).decision.codes == (
        "quiz_unknown",
    )
    done = hand_in(w, RIGHT, number=1)
    assert (done.row.points, done.row.out_of, done.row.marked) == (100, 100, [40, 30, 10, 20])
    assert done.row.pk == started.row.pk
    assert actions.save_answers(person=w.teacher.pk, attempt=started.row.pk, answers=HALF).decision.codes == (
        "attempt_closed",
    )


def test_three_attempts_the_best_counts(w: SimpleNamespace) -> None:
    assert [hand_in(w, a).row.points for a in ({"0": "B"}, HALF, {})] == [40, 50, 0]
    assert hand_in(w, RIGHT).decision.codes == ("no_attempts_left",)
    quiz, untouched = queries.progress([w.enrolment.pk])[w.enrolment.pk].quizzes
    assert (quiz.fraction, quiz.attempts, quiz.best) == (Fraction(1, 2), 3, (50, 100))
    assert (untouched.fraction, untouched.attempts, untouched.done) == (None, 0, False)
    assert list(
        Event.objects.filter(kind="homework.quiz_submitted").order_by("id").values_list("data__points", "data__first")
    ) == [(40, True), (50, False), (0, False)]


def test_the_same_press_is_answered_once(w: SimpleNamespace) -> None:
    key = uuid4()
    first = hand_in(w, HALF, key=key)
    again = hand_in(w, HALF, key=key)
    assert again.again and again.row == first.row
    assert hand_in(w, RIGHT, key=key).decision.codes == ("key_conflict",)
    assert hand_in(w, HALF, key=key, item=w.quiz_2.pk).decision.codes == ("key_conflict",)
    assert QuizAttempt.objects.count() == 1


def test_an_old_page_hands_in_nothing(w: SimpleNamespace) -> None:
    assert hand_in(w, HALF, number=1)
    assert hand_in(w, RIGHT, number=1).decision.codes == ("attempt_closed",)
    assert QuizAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        ("2023-08-31 23:59", ("batch_not_started",)),
        ("2023-09-01 00:00", ()),
        ("2023-09-20 23:59", ()),
        ("2023-09-21 00:00", ("batch_ended",)),
    ],
)
def test_only_inside_the_days_of_the_batch(w: SimpleNamespace, at: str, codes: tuple[str, ...]) -> None:
    make.set_clock(at)
    assert hand_in(w, RIGHT).decision.codes == codes


def test_only_the_learner_and_only_the_class_quiz(w: SimpleNamespace) -> None:
    assert hand_in(w, RIGHT, person=w.colleague.pk).decision.codes == ("quiz_unknown",)
    other = make.course("other").items.filter(kind="quiz").first()
    assert hand_in(w, RIGHT, item=other.pk).decision.codes == ("quiz_unknown",)
    homework = w.version.items.filter(kind="homework").first()
    assert hand_in(w, RIGHT, item=homework.pk).decision.codes == ("quiz_unknown",)
    w.enrolment.state = "replaced"
    w.enrolment.save()
    assert hand_in(w, RIGHT).decision.codes == ("not_learning",)


def test_a_list_costs_as_few_statements_as_one(w: SimpleNamespace, django_assert_max_num_queries, monkeypatch) -> None:
    monkeypatch.setattr(events, "_handlers", {})  # what follows from it is counted by those who follow
    learners = [make.enrolment(make.person(w.school_a), w.training_class) for _ in range(20)]
    rows = [AttemptIn(e.person_id, e.pk, q.pk, HALF, key=uuid4()) for e in learners for q in (w.quiz, w.quiz_2, w.quiz)]
    with django_assert_max_num_queries(10):
        outcomes = actions.submit_attempts(rows)
    assert all(outcomes) and QuizAttempt.objects.count() == 60
    assert {a.number for a in QuizAttempt.objects.filter(item=w.quiz)} == {1, 2}
    with django_assert_max_num_queries(6):
        found = queries.progress([row.enrolment for row in rows])
    assert {p.quizzes[0].fraction for p in found.values()} == {Fraction(1, 2)}
