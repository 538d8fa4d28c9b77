"""What an act answers, and the event it leaves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yanxiu.events.models import Event
from yanxiu.forum.models import Post
from yanxiu.lib.decision import Decision, Reason

LOCK = 7301  # first half of the advisory lock of a class's discussion; the second is the class


@dataclass(frozen=True)
class Outcome:
    decision: Decision
    post: Post | None = None
    again: bool = False

    def __bool__(self) -> bool:
        return self.decision.ok


def unknown() -> Outcome:
    return Outcome(Decision.no(Reason("thread_unknown", "A2.3")))


def event(kind: str, row: Post, *, actor: int, at: datetime, policy: int, **data: Any) -> Event:
    return Event(
        kind=kind,
        at=at,
        actor=actor,
        person=row.author_id,
        unit_path=row.enrolment.school_path if row.enrolment else "",
        training_path=row.training_class.path,
        batch=row.training_class.batch_id,
        subject_id=row.pk,
        data=data,
        policy=policy,
    )
