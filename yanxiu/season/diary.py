"""What the scripted people really did, as plain facts: the oracle judges the platform by this, not by the platform's own tables."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Asked:
    """One request on places in the order in which it was made. `outcome`: what the platform answered."""

    kind: str  # choose, change, withdraw, enrol, refuse, return, return_late, replace, quota, lapse, transfer
    at: datetime
    batch: int
    person: int = 0
    training_class: int = 0
    school: int = 0
    successor: int = 0
    amount: int = 0  # quota: what the school's quota grows or shrinks by
    outcome: str = ""


@dataclass
class Learner:
    """One enrolment's doings. Seconds are of material; quiz points and marks are what was scripted."""

    enrolment: int
    person: int
    batch: int
    kind: str
    item_seconds: dict[int, int] = field(default_factory=dict)  # item → its length
    played: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict
    )  # item → spans really played inside the batch's days
    text_read: dict[int, int] = field(default_factory=dict)  # item → seconds really read
    cheated: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # item → spans reported and never played
    elapsed: float = 0.0  # real seconds between the first and last report of its sessions: a cheat earns at most this
    quizzes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # item → [(points, out of)]
    works: dict[int, list["HandedIn"]] = field(default_factory=dict)
    posts: list["Said"] = field(default_factory=list)
    quiz_items: list[int] = field(default_factory=list)
    work_items: list[int] = field(default_factory=list)


@dataclass
class HandedIn:
    at: datetime
    late: bool
    points: int | None = None
    excellent: bool = False


@dataclass
class Said:
    post: int
    at: datetime
    reply: bool
    good: bool  # a text of its own, long enough; not short, filler or a copy
    featured: bool = False
    removed: bool = False


@dataclass
class Diary:
    asked: list[Asked] = field(default_factory=list)
    learners: dict[int, Learner] = field(default_factory=dict)  # by enrolment
