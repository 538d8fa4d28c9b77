"""What an act answers for each of its list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from yanxiu.events.models import Event
from yanxiu.homework.queries import Learner
from yanxiu.lib.decision import Decision, Reason

Row = TypeVar("Row")


@dataclass(frozen=True)
class Outcome(Generic[Row]):
    """`row`: as stored now, also when refused and there is one. `again`: the same press had been answered before; nothing new was written."""

    decision: Decision
    row: Row | None = None
    again: bool = False

    def __bool__(self) -> bool:
        return self.decision.ok

    @classmethod
    def no(cls, code: str, clause: str = "", **numbers: Any) -> "Outcome[Any]":
        return cls(Decision.no(Reason(code, clause, numbers)))


def event(kind: str, *, learner: Learner, actor: int, subject: int, at: datetime, data: Mapping[str, Any]) -> Event:
    return Event(
        kind=kind,
        at=at,
        actor=actor,
        person=learner.person,
        unit_path=learner.school_path,
        training_path=learner.class_path,
        batch=learner.batch.id,
        subject_id=subject,
        data=dict(data),
        policy=learner.batch.policy_id,
    )
