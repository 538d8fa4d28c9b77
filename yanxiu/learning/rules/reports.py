"""What a player sends, checked before it comes near the ledger: a malformed report must not fail its neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

MOST_REPORTS, MOST_SPANS = 200, 60
FARTHEST = 10_000_000
SKIPPED = ("hidden", "idle")


class Malformed(ValueError):
    """Not a report; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was played in a session, of one item.

    `spans` of a film: (from, to, at), seconds of material, closed-open; `at`: the session's clock in milliseconds when `to` was reached,
    None: just now. Of a text: (from, to, None), seconds of the session's clock while it was read.
    `last` (scripts): so many seconds of a text up to now. `skipped`: (from, to, code) seen by the player and not to be credited.
    `answers`: how many presence checks the person had answered when this was played; None: all that are known.
    A report without item only says that a check was answered.
    """

    person: int
    session: UUID
    item: int | None = None
    spans: tuple[tuple[int, int, int | None], ...] = ()
    last: int = 0
    skipped: tuple[tuple[int, int, str], ...] = ()
    position: int | None = None
    answers: int | None = None


def read_reports(body: Any, *, person: int) -> list[Report]:
    """{"reports": [{"session", "item", "spans": [[from, to, at]], "skipped": [[from, to, code]], "position", "answers"}, …]}. Raises Malformed."""
    found = body.get("reports") if isinstance(body, Mapping) else None
    if not isinstance(found, list) or not 0 < len(found) <= MOST_REPORTS:
        raise Malformed(f"reports: a list of 1 to {MOST_REPORTS}")
    return [_report(entry, person) for entry in found]


def _report(entry: Any, person: int) -> Report:
    if not isinstance(entry, Mapping):
        raise Malformed("a report is an object")
    try:
        session = UUID(entry["session"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Malformed("session") from None
    item = entry.get("item")
    return Report(
        person=person,
        session=session,
        item=None if item is None else _whole(item, "item"),
        spans=tuple(_span(span) for span in _list(entry, "spans")),
        skipped=tuple(_skip(span) for span in _list(entry, "skipped")),
        position=None if entry.get("position") is None else _whole(entry["position"], "position"),
        answers=None if entry.get("answers") is None else _whole(entry["answers"], "answers"),
    )


def _whole(value: Any, name: str, most: int = 1 << 62) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Malformed(name)
    return value


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    found = entry.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_SPANS:
        raise Malformed(f"{name}: a list of at most {MOST_SPANS}")
    return found


def _span(span: Any) -> tuple[int, int, int | None]:
    if not isinstance(span, list) or len(span) not in (2, 3):
        raise Malformed("spans")
    start, end = _whole(span[0], "spans", FARTHEST), _whole(span[1], "spans", FARTHEST)
    if end <= start:
        raise Malformed("spans")
    at = span[2] if len(span) == 3 else None
    return start, end, None if at is None else _whole(at, "spans", FARTHEST * 1000)


def _skip(span: Any) -> tuple[int, int, str]:
    if not isinstance(span, list) or len(span) != 3 or span[2] not in SKIPPED:
        raise Malformed("skipped")
    start, end = _whole(span[0], "skipped", FARTHEST), _whole(span[1], "skipped", FARTHEST)
    if end <= start:
        raise Malformed("skipped")
    return start, end, span[2]
