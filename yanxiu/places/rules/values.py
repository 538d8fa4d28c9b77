"""What is asked, what is known, what is answered, what changes. Plain values: ids, paths, numbers, instants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from yanxiu.lib.decision import Decision, Reason

HOLDING, WAITING, ENROLLED = "holding", "waiting", "enrolled"
WITHDRAWN, REFUSED, LAPSED, RETURNED, REPLACED, CANCELLED = (
    "withdrawn",
    "refused",
    "lapsed",
    "returned",
    "replaced",
    "cancelled",
)
LIVE = (HOLDING, WAITING, ENROLLED)

# --- asked ---------------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Request:
    """`by`: the person who presses (None: the platform). `at`: the domain's moment of receipt, set by the act from `received` (real time).

    `row`: of a list pressed as one, under one key: its answers are stored together.
    """

    by: int | None = None
    row: int | None = None
    at: datetime = None  # type: ignore[assignment]
    received: datetime | None = None
    key: str | None = None
    body_hash: bytes = b""


@dataclass(slots=True, kw_only=True)
class Choose(Request):
    person: int
    training_class: int
    change: bool = False  # the present class is given up, even a hold


@dataclass(slots=True, kw_only=True)
class Withdraw(Request):
    person: int


@dataclass(slots=True, kw_only=True)
class Enrol(Request):
    """`training_class` only for a teacher who chose nothing. `under`: the appointment it is pressed under; None: the caller knows that it may be."""

    person: int
    school: int
    training_class: int | None = None
    under: int | None = None


@dataclass(slots=True, kw_only=True)
class Confirm(Request):
    """The county's review, where the policy wants one. `yes` False: the school's proposal is refused with a reason."""

    person: int
    yes: bool = True
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Refuse(Request):
    person: int
    school: int
    reason: str


@dataclass(slots=True, kw_only=True)
class Return(Request):
    person: int
    school: int
    reason: str


@dataclass(slots=True, kw_only=True)
class Replace(Request):
    person: int
    successor: int
    school: int
    reason: str


@dataclass(slots=True, kw_only=True)
class Move(Request):
    """A movement of quota; kinds and who stands where: models.QuotaMovement."""

    kind: str
    giver: int | None
    taker: int
    amount: int
    note: str = ""


@dataclass(slots=True, kw_only=True)
class Follow(Request):
    """The person's school has changed: what is not enrolled passes to the present one."""

    person: int


@dataclass(slots=True, kw_only=True)
class TakeOver(Request):
    """A school has closed: its live places and the quota they and others may use pass to the heir, school or county. `steps`: (kind, giver, taker)."""

    school: int
    heir: int
    steps: tuple[tuple[str, int, int], ...]
    note: str = ""


@dataclass(slots=True, kw_only=True)
class Cancel(Request):
    """A bar: whatever has not started ends."""

    person: int
    reason: str


@dataclass(slots=True, kw_only=True)
class Reseat(Request):
    """The province changes a class's seats."""

    training_class: int
    seats: int


# --- known ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlacePolicy:
    """What the rules of places take from the policy. `version` is stored with each decision."""

    version: int
    stage_must_match: bool
    gap_years: int
    exemption: bool
    once_a_year: bool
    review: str
    replace_until: str
    return_until: str
    bar_running: str


@dataclass(frozen=True, slots=True)
class BatchFacts:
    id: int
    number: int
    series: str
    year: int
    choice_opens: datetime
    enrolment_opens: datetime
    starts: datetime
    ends: datetime
    lapsed: bool
    policy: PlacePolicy


@dataclass(slots=True)
class ClassFacts:
    id: int
    seats: int
    used: int
    name: str = ""
    path: str = ""
    stages: tuple[str, ...] = ()  # none: for all
    opened_at: datetime | None = None

    @property
    def free(self) -> int:
        return self.seats - self.used


@dataclass(slots=True)
class Quota:
    """Of a unit in this batch."""

    unit: int
    received: int = 0
    passed_on: int = 0
    used: int = 0
    parent: int | None = None
    level: str = ""
    path: str = ""

    @property
    def free(self) -> int:
        return self.received - self.passed_on - self.used


@dataclass(slots=True)
class PersonFacts:
    id: int
    school: int | None
    school_path: str
    stage: str
    on_roster: bool = True
    on_duty: bool = True
    barred_until: datetime | None = None
    took_part: tuple[int, ...] = ()  # years before this one, same series
    exempt: bool = False
    elsewhere: int | None = None  # number of the other batch of this year with a hold or an enrolment


@dataclass(slots=True, eq=False)
class Place:
    """A choice. `before` is its state as stored (None: new); `occupied` whether it took seat and quota then."""

    id: int
    number: int
    person: int
    training_class: int
    school: int
    school_path: str
    state: str
    occupies: bool
    at: datetime
    before: str | None = None
    occupied: bool = False
    enrolment: int | None = None
    reason: str = ""
    by_school: bool = False
    proposed: bool = False
    elsewhere: bool = False
    name: str = ""
    taken_over: bool = False  # changes its school together with the quota that it uses

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass(slots=True)
class Line:
    """Waiting places in arrival order. Not `complete`: there are more behind the last one read."""

    places: list[Place] = field(default_factory=list)
    complete: bool = True


@dataclass(slots=True)
class Facts:
    """Fresh, read after the batch's lock. Lines are read only when something may come free; a line missing is asked for (NeedMore)."""

    batch: BatchFacts
    classes: dict[int, ClassFacts] = field(default_factory=dict)
    quotas: dict[int, Quota] = field(default_factory=dict)
    persons: dict[int, PersonFacts] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)  # the live one of a person
    class_lines: dict[int, Line] = field(default_factory=dict)
    school_lines: dict[int, Line] = field(default_factory=dict)
    rights: set[tuple[int, int]] = field(default_factory=set)  # appointment and a school that it enrols for


class NeedMore(Exception):
    """A line was used up, or never read: read more of it and decide again from the start."""

    def __init__(self, *, training_class: int | None = None, school: int | None = None) -> None:
        super().__init__(training_class, school)
        self.training_class, self.school = training_class, school


# --- answered ------------------------------------------------------------------------------------------------------------


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


# --- changed -------------------------------------------------------------------------------------------------------------


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
