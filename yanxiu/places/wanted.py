"""A row of a list of enrolments, before the act is asked."""

from dataclasses import dataclass

from yanxiu.lib.decision import Reason


@dataclass(frozen=True)
class Wanted:
    """`typed`: what stood in the sheet. Without a person it is refused without asking the act."""

    person: int | None
    training_class: int | None = None
    typed: str = ""
    line: int = 0
    against: tuple[Reason, ...] = ()
