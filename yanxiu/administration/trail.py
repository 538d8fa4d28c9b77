"""The audit trail in words. A package words what it records in a `trail.py` of its own, loaded by its AppConfig.ready:

trail.register("forum", Words(kinds={"forum.posted": _("发帖")}, keys={"length": _("字数"), "thread": None}))
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from yanxiu.administration import queries
from yanxiu.events.models import Event
from yanxiu.organisation.models import Unit
from yanxiu.web import wording

Telling = Callable[[Sequence[Any]], Sequence[str]]
NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Words:
    """`keys`: of an event's data; None is of no use to a reader. `values`: codes that stand as values.

    `told`: for a key whose values are numbers of rows, instants, …: all values of a page → a text for each, in their order.
    """

    kinds: Mapping[str, Any]
    keys: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Telling] = field(default_factory=dict)


WORDS: dict[str, Words] = {}


def register(package: str, words: Words) -> None:
    WORDS[package] = words


def kind(code: str) -> str:
    """A kind nobody has worded is shown as itself."""
    return str(_of(code).kinds.get(code, code))


def details(events: Sequence[Event]) -> list[str]:
    """What each event says beside who, whom and where, in one line; the names of rows are read once for all of them."""
    values: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for event in events:
        for key, value in _shown(event):
            if key in _of(event.kind).told:
                values[_package(event.kind), key].append(value)
    told = {where: iter(WORDS[where[0]].told[where[1]](of)) for where, of in values.items()}
    return [_line(event, told) for event in events]


def _line(event: Event, told: Mapping[tuple[str, str], Iterator[str]]) -> str:
    words, shown = _of(event.kind), []
    for key, value in _shown(event):
        texts = told.get((_package(event.kind), key))
        shown.append(
            f"{words.keys.get(key, key)}{gettext('：')}{next(texts) if texts else _value(value, words.values)}"
        )
    return "　".join(shown)


def _shown(event: Event) -> Iterator[tuple[str, Any]]:
    keys = _of(event.kind).keys
    return ((k, v) for k, v in event.data.items() if v not in NOTHING and keys.get(k, k) is not None)


def _package(code: str) -> str:
    return code.partition(".")[0]


def _of(code: str) -> Words:
    return WORDS.get(_package(code), Words({}))


def _value(value: Any, words: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return listed(_value(item, words) for item in value)
    if isinstance(value, dict):
        return listed(f"{_value(key, words)} {_value(item, words)}" for key, item in value.items())
    return str(words.get(value, value)) if isinstance(value, str) else str(value)


# --- tellings ------------------------------------------------------------------------------------------------------------


def each(tell: Callable[[Any], str]) -> Telling:
    return lambda values: [tell(value) for value in values]


def rows(read: Callable[[set[Any]], Mapping[Any, str]]) -> Telling:
    """Names of rows by their numbers; of a row that is gone, the number."""

    def tell(values: Sequence[Any]) -> list[str]:
        names = read(set(values))
        return [names.get(value) or f"#{value}" for value in values]

    return tell


def listed(texts: Iterable[str]) -> str:
    return (", " if wording.english() else "、").join(texts)


def _units(numbers: set[int]) -> dict[int, str]:
    return {unit.pk: unit.display for unit in Unit.objects.filter(pk__in=numbers)}


people = rows(queries.names_of)
units = rows(_units)
unit_paths = rows(queries.units_of)
time = each(lambda iso: wording.time(datetime.fromisoformat(iso), year=True))
until = each(lambda iso: wording.until(datetime.fromisoformat(iso), year=True))
day = each(lambda iso: wording.day(datetime.fromisoformat(iso), year=True))
seconds = each(wording.seconds_words)
