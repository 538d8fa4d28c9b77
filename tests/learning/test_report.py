"""Reports through the act, over the database: what is stored is what the rules decided."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from tests import factories as make
from yanxiu.events.groups import trips
from yanxiu.events.models import Event
from yanxiu.learning import actions
from yanxiu.learning.models import EndedSession, ItemTime, LearnerTime, LearningMeter
from yanxiu.learning.rules import Report
from yanxiu.lib import bitmap


@pytest.fixture
def learning(world: SimpleNamespace) -> SimpleNamespace:
    items = {item.kind: item for item in world.version.items.all()}
    world.video, world.text = items["video"], items["text"]
    world.session = actions.open_session(enrolment=world.enrolment.pk).session
    return world


def later(seconds: float) -> None:
    from yanxiu.lib import clock

    make.set_clock(clock.now() + timedelta(seconds=seconds))


def video(w: SimpleNamespace, *spans: tuple[int, ...], **more: object) -> Report:
    return Report(w.teacher.pk, w.session, w.video.pk, tuple((*s, None) if len(s) == 2 else s for s in spans), **more)


def test_five_minutes_played_are_five_minutes_credited(learning: SimpleNamespace) -> None:
    later(300)
    [answer] = actions.report([video(learning, (0, 300))])
    assert (answer.session, answer.credited, answer.total, answer.refused) == ("live", 300, 300, [])
    time = ItemTime.objects.get()
    assert bitmap.spans(bytes(time.cells)) == [(0, 300)] and time.seconds == 300
    total = LearnerTime.objects.get()
    assert total.seconds == 300 and sum(total.days) == 300 and total.days[4] == 300
    assert [e.kind for e in Event.objects.filter(kind__startswith="learning.")] == ["learning.started"]


def test_the_same_report_again_credits_nothing_and_refuses_nothing(learning: SimpleNamespace) -> None:
    later(300)
    actions.report([video(learning, (0, 300))])
    [again] = actions.report([video(learning, (0, 300))])
    assert (again.credited, again.total, again.refused) == (0, 300, [])


def test_reading_is_counted_and_capped(learning: SimpleNamespace) -> None:
    for _ in range(6):
        later(300)
        [answer] = actions.report(
            [Report(learning.teacher.pk, learning.session, learning.text.pk, last=300, answers=None)]
        )
        if answer.ask:
            actions.answer_presence(session=learning.session, person=learning.teacher.pk)
    assert answer.seconds == learning.text.seconds == 1500


def test_two_round_trips_for_one_and_for_many(learning: SimpleNamespace) -> None:
    later(60)
    trips.count = 0
    actions.report([video(learning, (0, 60))])
    assert trips.count == 2
    sessions = {
        e.pk: actions.open_session(enrolment=e.pk).session for e in (learning.enrolment_2, learning.enrolment_c)
    }
    later(60)
    reports = [
        Report(e.person_id, sessions[e.pk], learning.video.pk, ((n, n + 1, None),))
        for n in range(50)
        for e in (learning.enrolment_2, learning.enrolment_c)
    ]
    trips.count = 0
    answers = actions.report(reports)
    assert trips.count == 2 and sum(a.credited for a in answers) == 100


def test_reaching_the_required_time_is_recorded_once(learning: SimpleNamespace) -> None:
    at = 0
    for _ in range(5):
        later(300)
        actions.report([video(learning, (at, at + 300))])
        at += 300
        actions.answer_presence(session=learning.session, person=learning.teacher.pk)
    for _ in range(4):
        later(300)
        actions.report([Report(learning.teacher.pk, learning.session, learning.text.pk, last=300)])
        actions.answer_presence(session=learning.session, person=learning.teacher.pk)
    assert LearnerTime.objects.get().seconds == 2700
    assert Event.objects.filter(kind="learning.reached").count() == 1


def test_a_session_of_somebody_else_credits_nothing(learning: SimpleNamespace) -> None:
    later(60)
    [forged] = actions.report([Report(learning.colleague.pk, learning.session, learning.video.pk, ((0, 60, None),))])
    assert (forged.session, forged.credited, forged.refused) == ("unknown", 0, [(0, 60, "no_session")])
    refused = actions.open_session(enrolment=learning.enrolment.pk, person=learning.colleague.pk)
    assert refused.decision.codes == ("not_enrolled",)
    assert not LearnerTime.objects.exists()


def test_a_moved_clock_ends_sessions(learning: SimpleNamespace) -> None:
    from yanxiu.lib import clock

    later(10)
    assert actions.end_sessions(clock.now()) == 1
    make.set_clock("2023-09-06 20:14")
    [answer] = actions.report([video(learning, (0, 100))])
    assert answer.credited == 0


def test_old_sessions_are_forgotten(learning: SimpleNamespace) -> None:
    from yanxiu.lib import clock

    actions.open_session(enrolment=learning.enrolment.pk)
    assert [str(s.pk) for s in EndedSession.objects.all()] == [learning.session]
    assert actions.sweep(clock.now()) == 0
    assert actions.sweep(clock.now() + timedelta(days=8)) == 1
    assert not EndedSession.objects.exists()


def test_a_session_started_twice_with_one_id_is_one(learning: SimpleNamespace) -> None:
    session = uuid4()
    for _ in range(2):
        opened = actions.open_session(enrolment=learning.enrolment.pk, session=str(session))
        assert opened.decision and opened.session == str(session)
    assert LearningMeter.objects.exclude(session=None).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT session FROM learning_learningmeter")
        assert cursor.fetchall() == [(session,)]
