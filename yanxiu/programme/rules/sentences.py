"""The policy in words, for the programme's page: each sentence with the keys it speaks of and where their values come from.

Sentences are Chinese msgids with named placeholders; the web layer translates them and formats the values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Any

from .loading import Mark
from .schema import Policy, plain
from .words import ALL_WORKS, MINIMA, SECTIONS


@dataclass(frozen=True)
class Line:
    """One sentence. `params` hold values as the policy has them: numbers, days, text; lists are joined."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def clause(self) -> str | None:
        return self.clauses[0] if self.clauses else None

    @property
    def assumed(self) -> str | None:
        return "；".join(self.assumptions) or None

    def __str__(self) -> str:
        return self.msgid % self.params


@dataclass(frozen=True)
class Section:
    """A title (msgid) and its sentences."""

    title: str
    lines: tuple[Line, ...]


def value_at(policy: Policy, key: str) -> Any:
    """The value of a dotted key."""
    value: Any = policy
    for step in key.split("."):
        value = getattr(value, "pass_" if step == "pass" else step)
    return value


def explain(policy: Policy, marks: Mapping[str, Mark]) -> list[Section]:
    """Every key in exactly one sentence (minima: one sentence each)."""
    return [
        Section(title, tuple(line for keys, msgid in rows for line in _lines(policy, marks, keys, msgid)))
        for title, rows in SECTIONS
    ]


def _lines(
    policy: Policy, marks: Mapping[str, Mark], keys: tuple[str, ...], msgid: str | dict[Any, str]
) -> Iterator[Line]:
    found = [marks[key] for key in keys if key in marks]
    clauses = tuple(dict.fromkeys(mark.clause for mark in found if mark.clause))
    assumptions = tuple(dict.fromkeys(mark.assumed for mark in found if mark.assumed))
    first = value_at(policy, keys[0])
    if isinstance(first, Mapping) and first:
        for part, least in first.items():
            said = ALL_WORKS[part] if least == "all-works" else MINIMA[part]
            yield Line(said, {} if least == "all-works" else {"least": _shown(least)}, keys, clauses, assumptions)
        return
    if isinstance(msgid, dict):
        msgid = msgid[first if first in msgid else ""]
    params = {key.rpartition(".")[2]: _shown(value_at(policy, key)) for key in keys}
    yield Line(msgid, params, keys, clauses, assumptions)


def _shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if isinstance(value, Decimal):
        return plain(value)
    return f"{value:%H:%M}" if isinstance(value, time) else value
