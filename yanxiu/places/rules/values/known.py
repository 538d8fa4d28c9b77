"""What is known when it is asked: facts read after the batch's lock, and the places as they stand."""

from dataclasses import dataclass, field
from datetime import datetime

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
