"""What a player sends, checked before it comes near the ledger: a malformed report must not fail its neighbours."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

MOST_REPORTS, MOST_SPANS = 200, 60
FARTHEST = 10_000_000
SKIPPED = ("hidden", "idle")
_AS_WRITTEN = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


class Malformed(ValueError):
    """Not a report; the text says what is wrong."""


@dataclass(slots=True)
class Report:
    """What was played in a session, of one item. Not frozen: that would take four times as long to make.

    `spans` of a film: (from, to, at), seconds of material, closed-open; `at`: the session's clock in milliseconds when `to` was reached,
    None: just now. Of a text: (from, to, None), seconds of the session's clock while it was read.
    `last` (scripts): so many seconds of a text up to now. `skipped`: (from, to, code) seen by the player and not to be credited.
    `answers`: how many presence checks the person had answered when this was played; None: all that are known.
    A report without item only says that a check was answered.
    """

    person: int
    session: str
    item: int | None = None
    spans: tuple[tuple[int, int, int | None], ...] = ()
    last: int = 0
    skipped: tuple[tuple[int, int, str], ...] = ()
    position: int | None = None
    answers: int | None = None


def read_reports(body: Any, *, person: int) -> list[Report]:
    """{"reports": [{"session", "item", "spans": [[from, to, at]], "skipped": [[from, to, code]], "position", "answers"}, …]}. Raises Malformed."""
    found = body.get("reports") if isinstance(body, dict) else None
    if not isinstance(found, list) or not 0 < len(found) <= MOST_REPORTS:
        raise Malformed(f"reports: a list of 1 to {MOST_REPORTS}")
    return [_report(entry, person) for entry in found]


def read_session(value: Any) -> str:
    """A UUID as the browser writes it; another spelling of one is brought to that. Raises Malformed."""
    if isinstance(value, str) and _AS_WRITTEN(value):
        return value
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise Malformed("session: a UUID") from None


def _report(entry: Any, person: int) -> Report:
    if not isinstance(entry, dict):
        raise Malformed("a report is an object")
    get = entry.get
    return Report(
        person,
        read_session(get("session")),
        _whole_or_none(get("item"), "item"),
        tuple([_span(span) for span in _list(get("spans"), "spans")]),
        0,
        tuple([_skip(span) for span in _list(get("skipped"), "skipped")]),
        _whole_or_none(get("position"), "position"),
        _whole_or_none(get("answers"), "answers"),
    )


def _whole(value: Any, name: str, most: int = 1 << 62) -> int:
    if type(value) is not int or not 0 <= value <= most:  # True is an int by class only
        raise Malformed(name)
    return value


def _whole_or_none(value: Any, name: str) -> int | None:
    return None if value is None else _whole(value, name)


def _list(found: Any, name: str) -> list[Any]:
    if found is None:
        return []
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
