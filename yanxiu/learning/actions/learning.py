"""The same act for pages, scripts and tests, over Django's connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from yanxiu.events.groups import run
from yanxiu.learning import rules
from yanxiu.learning.models import EndedSession, LearningMeter
from yanxiu.lib.decision import Decision
from yanxiu.places.models import Enrolment

from .hot import Opening, Reports, learn

KEEP_SESSIONS = timedelta(days=7)


@dataclass(frozen=True)
class Opened:
    """`session` is None when refused; `answer` says where time and presence checks stand."""

    decision: Decision
    session: str | None = None
    answer: rules.Answer | None = None


def open_session(
    *, enrolment: int, person: int | None = None, take_over: bool = True, session: str | None = None
) -> Opened:
    """Starts a session of the enrolment's learner (or of `person`, who is refused when it is somebody else's)."""
    if person is None:
        person = Enrolment.objects.values_list("person_id", flat=True).get(pk=enrolment)
    start = rules.Start(person, enrolment, session or str(uuid4()), take_over)
    [outcome] = run(learn([Opening(start)]))
    assert outcome.decision is not None
    return Opened(
        outcome.decision, start.session if outcome.decision else None, outcome.answers[0] if outcome.answers else None
    )


def report(reports: Sequence[rules.Report]) -> list[rules.Answer]:
    """Judges the reports one by one, in order, and writes once. Reports of many people may come together."""
    requests = [Reports(one.person, [one]) for one in reports]
    return [outcome.answers[0] for outcome in run(learn(requests))] if requests else []


def answer_presence(*, session: str, person: int) -> rules.Answer:
    """The person says "I am here": counting goes on."""
    known = LearningMeter.objects.filter(person_id=person).values_list("answers", flat=True).first() or 0
    return report([rules.Report(person, session, answers=known + 1)])[0]


@transaction.atomic
def end_sessions(now: datetime) -> int:
    """Ends every running session: whoever moves the clock calls this before, or nobody's elapsed time would be real."""
    LearningMeter.objects.select_for_update().order_by("person_id").exclude(session=None).count()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO learning_endedsession (id, person_id, enrolment_id, started_at, ended_at, reported_at, used, texts)
            SELECT session, person_id, enrolment_id, started_at, greatest(%s, started_at), reported_at, used, texts
              FROM learning_learningmeter WHERE session IS NOT NULL""",
            [now],
        )
    gone: dict[str, Any] = {
        "session": None,
        "enrolment": None,
        "started_at": None,
        "reported_at": None,
        "used": 0,
        "texts": {},
    }
    return LearningMeter.objects.exclude(session=None).update(**gone, level=0)


def sweep(now: datetime) -> int:
    """Forgets sessions that can bring nothing any more (raw learning is not kept)."""
    return EndedSession.objects.filter(reported_at__lt=now - KEEP_SESSIONS).delete()[0]
