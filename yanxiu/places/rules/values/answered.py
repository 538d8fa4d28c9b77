"""What is answered, and what changes by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from yanxiu.lib.decision import Decision, Reason

from .asked import Move
from .known import Place


@dataclass(slots=True)
class Answer:
    """`outcome`: the state the person's place has now, "moved" for quota, "no" for a refusal. `missing`: "seat", "quota" of a waiting place."""

    outcome: str
    decision: Decision
    choice: int | None = None
    number: int | None = None
    enrolment: int | None = None
    missing: tuple[str, ...] = ()
    replayed: bool = False
    conflict: bool = False  # the same key came with another body
    _json: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def ok(self) -> bool:
        return self.decision.ok

    @property
    def codes(self) -> tuple[str, ...]:
        return self.decision.codes

    def to_json(self) -> dict[str, Any]:
        """Made once: it is stored and sent."""
        if self._json is None:
            self._json = {
                "outcome": self.outcome,
                "choice": self.choice,
                "number": self.number,
                "enrolment": self.enrolment,
                "missing": list(self.missing),
                **self.decision.to_json(),
            }
        return self._json

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answer":
        return cls(
            data["outcome"],
            Decision.from_json(data),
            data["choice"],
            data["number"],
            data["enrolment"],
            tuple(data["missing"]),
            replayed=True,
        )


def no(reasons: Sequence[Reason]) -> Answer:
    return Answer("no", Decision.no(*reasons))


@dataclass(slots=True)
class NewEnrolment:
    id: int
    place: Place
    class_path: str
    at: datetime
    by: int | None
    replaces: int | None = None


class Happening(NamedTuple):
    kind: str
    at: datetime
    by: int | None
    place: Place | None
    data: Mapping[str, Any]


@dataclass(slots=True)
class Changes:
    places: dict[int, Place] = field(default_factory=dict)  # by choice id, in their last state
    enrolments: list[NewEnrolment] = field(default_factory=list)
    ended: list[tuple[int, str, datetime]] = field(default_factory=list)  # enrolment, state, at
    movements: list[Move] = field(default_factory=list)
    seats: dict[int, int] = field(default_factory=dict)  # class → new number
    happenings: list[Happening] = field(default_factory=list)
