"""The same act for pages, scripts and tests, over Django's connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from yanxiu.events.groups import run
from yanxiu.learning import rules
from yanxiu.learning.models import LearningMeter, LearningSession
from yanxiu.lib.decision import Decision
from yanxiu.places.models import Enrolment

from .hot import Opening, Reports, learn

KEEP_SESSIONS = timedelta(days=7)


@dataclass(frozen=True)
class Opened:
    """`session` is None when refused; `answer` says where time and presence checks stand."""

    decision: Decision
    session: UUID | None = None
    answer: rules.Answer | None = None


def open_session(
    *, enrolment: int, person: int | None = None, take_over: bool = True, session: UUID | None = None
) -> Opened:
    """Starts a session of the enrolment's learner (or of `person`, who is refused when it is somebody else's)."""
    if person is None:
        person = Enrolment.objects.values_list("person_id", flat=True).get(pk=enrolment)
    start = rules.Start(person, enrolment, session or uuid4(), take_over)
    [outcome] = run(learn([Opening(start)]))
    assert outcome.decision is not None
    return Opened(
        outcome.decision, start.session if outcome.decision else None, outcome.answers[0] if outcome.answers else None
    )


def report(reports: Sequence[rules.Report]) -> list[rules.Answer]:
    """Judges the reports one by one, in order, and writes once. Reports of many people may come together."""
    requests = [Reports(one.person, [one]) for one in reports]
    return [outcome.answers[0] for outcome in run(learn(requests))] if requests else []


def answer_presence(*, session: UUID, person: int) -> rules.Answer:
    """The person says "I am here": counting goes on."""
    known = LearningMeter.objects.filter(person_id=person).values_list("answers", flat=True).first() or 0
    return report([rules.Report(person, session, answers=known + 1)])[0]


@transaction.atomic
def end_sessions(now: datetime) -> int:
    """Ends every running session: whoever moves the clock calls this before, or nobody's elapsed time would be real."""
    LearningMeter.objects.select_for_update().order_by("person_id").exclude(session=None).count()
    LearningMeter.objects.exclude(session=None).update(session=None, level=0)
    return LearningSession.objects.filter(ended_at=None).update(ended_at=now)


def sweep(now: datetime) -> int:
    """Forgets sessions that can bring nothing any more (raw learning is not kept)."""
    return LearningSession.objects.filter(reported_at__lt=now - KEEP_SESSIONS).delete()[0]
