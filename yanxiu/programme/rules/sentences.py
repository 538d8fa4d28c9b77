"""The policy in words, for the programme's page: each sentence with the keys it speaks of and where their values come from.

Sentences are Chinese msgids with named placeholders; the web layer translates and formats. Clauses: T1–T4, A1–A2, E2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .loading import Mark
from .problems import _
from .schema import Policy


@dataclass(frozen=True)
class Line:
    """One sentence. `params` hold values as the policy has them: numbers, days, text."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def clause(self) -> str | None:
        return self.clauses[0] if self.clauses else None

    def __str__(self) -> str:
        return self.msgid % self.params


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


def value_at(policy: Policy, key: str) -> Any:
    """The value of a dotted key."""
    value: Any = policy
    for step in key.split("."):
        value = getattr(value, "pass_" if step == "pass" else step)
    return value


def explain(policy: Policy, marks: Mapping[str, Mark]) -> list[Section]:
    """Every key in exactly one sentence."""
    from .words import SECTIONS

    return [Section(title, tuple(_line(policy, marks, keys, msgid) for keys, msgid in rows)) for title, rows in SECTIONS]


def _line(policy: Policy, marks: Mapping[str, Mark], keys: tuple[str, ...], msgid: Any) -> Line:
    """Placeholders are the last step of each key. A dict chooses the sentence by the first key's value, "" being the rest."""
    values = {key.rpartition(".")[2]: value_at(policy, key) for key in keys}
    if isinstance(msgid, dict):
        first = value_at(policy, keys[0])
        msgid = msgid.get(first, msgid.get("")) if not isinstance(first, Mapping) else msgid["" if first else "none"]
    shown = {name: _shown(value) for name, value in values.items()}
    found = [marks[key] for key in keys if key in marks]
    clauses = tuple(dict.fromkeys(mark.clause for mark in found if mark.clause))
    assumed = tuple(dict.fromkeys(mark.assumed for mark in found if mark.assumed))
    return Line(msgid, shown, keys, clauses, assumed)


def _shown(value: Any) -> Any:
    match value:
        case tuple():
            return "、".join(map(str, value))
        case Mapping():
            return "、".join(f"{part} {least}" for part, least in sorted(value.items()))
    return value.strftime("%H:%M") if hasattr(value, "hour") else value
