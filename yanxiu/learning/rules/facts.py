"""What a report is judged on. The states are the act's fresh copies; `decide` changes them and the act writes them back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from yanxiu.lib import hours

SECOND = 1_000_000  # microseconds
LEAST_LATE = 60  # a policy without late reports still has a line between browser and server


@dataclass(frozen=True, slots=True)
class Numbers:
    """From the policy version of the batch; seconds."""

    required: int
    max_speed: Fraction
    late: int
    daily: int  # 0: no limit
    per_minute: int
    least: int
    idle: int
    every: int  # 0: never asked
    answer: int

    @classmethod
    def of(cls, policy: Mapping[str, Any]) -> "Numbers":
        """`policy`: the stored JSON, or of it at least the groups `time` and `presence`."""
        time, presence = policy["time"], policy["presence"]
        return cls(
            required=hours.seconds(Fraction(time["required_hours"]), time["minutes_per_hour"]),
            max_speed=Fraction(time["max_speed"]),
            late=max(time["late_minutes"] * 60, LEAST_LATE),
            daily=time["daily_minutes"] * 60,
            per_minute=time["text_chars_per_minute"],
            least=time["text_min_seconds"],
            idle=time["text_idle_seconds"],
            every=presence["every_minutes"] * 60,
            answer=presence["answer_seconds"],
        )


@dataclass(slots=True)
class Meter:
    """A person's bucket (microseconds) and presence checks. `periods[-1]` belongs to the present number of answers."""

    person: int
    filled_at: datetime
    level: int = 0
    answers: int = 0
    periods: list[int] = field(default_factory=lambda: [0])
    session: str | None = None  # the live one


@dataclass(slots=True)
class Place:
    """An enrolment with what its learning is measured by. Not frozen, as the others here: that would take four times as long to make."""

    enrolment: int
    person: int
    standing: bool
    version: int  # of the course, pinned by the class
    starts: datetime  # of the batch
    ends: datetime
    policy: int
    batch: int = 0
    school_path: str = ""
    class_path: str = ""


@dataclass(slots=True)
class Session:
    id: str  # a UUID as the browser writes it
    person: int
    place: Place
    started_at: datetime
    reported_at: datetime
    ended_at: datetime | None = None
    used: int = 0
    texts: dict[str, list[list[int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Material:
    """`seconds`: of a film its length; of a text what it is worth at most under the batch's policy, see `worth`."""

    id: int
    version: int
    kind: str
    seconds: int
    characters: int = 0

    def worth(self, numbers: Numbers) -> int:
        if self.kind == "text" and self.characters:
            return max(numbers.least, self.characters * 60 // numbers.per_minute)
        return self.seconds


Refusal = list[Any]  # [from, to, code, unix seconds]


@dataclass(slots=True)
class ItemState:
    cells: bytes = b""
    seconds: int = 0
    position: int = 0
    refused: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class Total:
    seconds: int = 0
    days: list[int] = field(default_factory=list)
    first_at: datetime | None = None


@dataclass
class Facts:
    meters: dict[int, Meter]
    places: dict[int, Place]  # by enrolment
    sessions: dict[str, Session]
    materials: dict[int, Material]
    items: dict[tuple[int, int], ItemState]  # (enrolment, item)
    totals: dict[int, Total]  # by enrolment
    numbers: dict[int, Numbers]  # by policy version


@dataclass(slots=True)
class Answer:
    """`session`: live, ended (a newer one took over), stale (too long without a report: open a new one), unknown."""

    session: str
    credited: int = 0
    refused: list[tuple[int, int, str]] = field(default_factory=list)
    seconds: int = 0
    total: int = 0
    at: int = 0  # the session's own clock, milliseconds
    answers: int = 0
    since: int = 0  # seconds credited since the last answered presence check
    ask: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "credited": self.credited,
            "refused": [list(span) for span in self.refused],
            "seconds": self.seconds,
            "total": self.total,
            "at": self.at,
            "answers": self.answers,
            "since": self.since,
            "ask": self.ask,
        }
