"""A thing to do, as a desk shows it: by what hurts first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yanxiu.web.navigation import url_or_none

URGENT, SOON, CAN_WAIT = 0, 1, 2
TAGS = {URGENT: "warn", SOON: "now", CAN_WAIT: "wait"}


@dataclass(frozen=True)
class Task:
    """`what` and `about` are sentences, `act` a verb, `due` the end of the period in which it can be done."""

    rank: int
    what: str
    about: str
    act: str
    url: str
    due: datetime | None = None
    tag: str = ""

    @property
    def kind(self) -> str:
        return TAGS[self.rank]


def task(
    rank: int, what: str, about: str, act: str, name: str, *args: Any, due: datetime | None = None, tag: str = ""
) -> Task | None:
    """None when the page that it leads to does not exist."""
    url = url_or_none(name, *args)
    return Task(rank, what, about, act, url, due, tag) if url else None


def in_order(tasks: Iterable[Task | None]) -> list[Task]:
    found = [t for t in tasks if t is not None]
    return sorted(found, key=lambda t: (t.rank, t.due is None, t.due.timestamp() if t.due else 0))
