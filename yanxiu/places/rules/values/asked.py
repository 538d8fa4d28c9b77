"""What is asked of the rule of places: one class a kind of request."""

from dataclasses import dataclass
from datetime import datetime


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
