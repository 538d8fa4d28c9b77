"""What the gate and the packages behind it agree on: who asks, what an answer is, when a request counts as received."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class Malformed(ValueError):
    """A body that says nothing decidable: answered 400 and not stored."""


class Claim(NamedTuple):
    """The signed cookie, checked."""

    person: int
    account: int
    appointment: int | None
    epoch: int


class Reply(NamedTuple):
    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`parse(payload, claim, received)` gives a request or raises Malformed; `act(requests)` gives the body of yanxiu.events.groups.

    Endpoints with the same `act` share a list, and `lane` and `weight`. `lane`: only requests of one lane come together (places: a batch).
    `weight`: how many of a list's requests it counts for. `limit`: bytes of a body.
    `lines`: so many lists are under way at once, of one lane too; for acts whose locks let them.
    `calm`, `pause`: a list shorter than this waits so many seconds for more; a list costs what twenty requests do.
    """

    parse: Callable[[dict[str, Any], Claim, datetime], Any]
    act: Callable[[Sequence[Any]], Callable[[], Any]]
    lane: Callable[[Any], Hashable] = lambda request: None
    weight: Callable[[Any], int] = lambda request: 1
    limit: int = 8 * 1024
    lines: int = 1
    calm: int = 32
    pause: float = 0.002


def stamp(domain_now: datetime, real_now: datetime, frozen: bool, received: datetime | None) -> datetime:
    """The domain's moment of receipt: what the domain's clock showed when the request was there, not when its turn came.

    `real_now` is the database's clock_timestamp(), `received` this machine's real time with its skew taken out.
    """
    if received is None or frozen or received >= real_now:
        return domain_now
    return domain_now - (real_now - received)
