"""What follows from what: the one page. `events.record` calls these synchronously, in the act's own transaction."""

from collections.abc import Sequence

from config import telling
from yanxiu.access import actions as access
from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.monitoring import actions as monitoring
from yanxiu.places import actions as places
from yanxiu.places.actions.closing import pass_on_school
from yanxiu.recognition import actions as recognition
from yanxiu.scoring import actions as scoring

# A learner's facts have changed: the figures of the learner, the school and the class follow.
FIGURES = (
    "places.enrolled",
    "places.followed",
    "places.returned",
    "places.replaced",
    "learning.appeal_decided",
    "homework.quiz_submitted",
    "homework.submitted",
    "homework.marked",
    "homework.returned",
    "homework.raised",
    "forum.posted",
    "forum.removed",
    "forum.restored",
    "scoring.marked",
    "scoring.pending",
    "scoring.changed",
)


def _school_changed(happened: Sequence[Event]) -> None:
    """A choice not yet enrolled passes to the new school; who is gone keeps what runs, holds wait for the school."""
    places.follow_school(persons=[e.person for e in happened if e.person])


def _school_closed(happened: Sequence[Event]) -> None:
    """Quota, choices and running enrolments pass to the successor with the people; nobody acts for a closed school."""
    for e in happened:
        access.end_all(unit=e.data["unit"], by=e.actor)
        pass_on_school(closed=e.data["unit"], successor=e.data["successor"], by=e.actor)


def register() -> None:
    clock.configure(events.read_clock)
    events.on("organisation.moved", _school_changed)
    events.on("organisation.unit_closed", _school_closed)
    events.on("homework.marked", scoring.follow_marks)
    events.on("learning.appeal_decided", scoring.follow_time)
    events.on("scoring.changed", recognition.follow_result)
    for kind in FIGURES:
        events.on(kind, monitoring.follow)
    telling.register()
