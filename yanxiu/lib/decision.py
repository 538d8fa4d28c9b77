"""Refusals and automatic results as values: a code, the clause it rests on, the numbers it used.

The sentence to a code is the web layer's. JSON keeps the types of the numbers (days, instants, Decimals, fractions), so that a stored
decision reads like a fresh one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

TYPE = "@"


@dataclass(frozen=True)
class Reason:
    """One reason: stable code, clause id of the register ("" where none), the numbers used."""

    code: str
    clause: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, self.clause))

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "clause": self.clause, "numbers": {k: _dump(v) for k, v in self.numbers.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["code"], data["clause"], {k: _load(v) for k, v in data["numbers"].items()})


@dataclass(frozen=True)
class Decision:
    """Yes or no, with every reason there is, not the first only."""

    ok: bool
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        if not self.ok and not self.reasons:
            raise ValueError("a refusal needs a reason")

    def __bool__(self) -> bool:
        return self.ok

    @classmethod
    def yes(cls, *reasons: Reason) -> "Decision":
        return cls(True, reasons) if reasons else _YES

    @classmethod
    def no(cls, *reasons: Reason) -> Self:
        return cls(False, reasons)

    @classmethod
    def unless(cls, reasons: Iterable[Reason]) -> Self:
        """Yes when there is nothing against it."""
        against = tuple(reasons)
        return cls(not against, against)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)

    def to_json(self) -> dict[str, Any]:
        return {"ok": self.ok, "reasons": [reason.to_json() for reason in self.reasons]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["ok"], tuple(Reason.from_json(reason) for reason in data["reasons"]))


_YES = Decision(True)


def _dump(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case datetime():
            return {TYPE: "datetime", "value": value.isoformat()}
        case date():
            return {TYPE: "date", "value": value.isoformat()}
        case time():
            return {TYPE: "time", "value": value.isoformat()}
        case Decimal():
            return {TYPE: "decimal", "value": str(value)}
        case Fraction():
            return {TYPE: "fraction", "value": str(value)}
        case list() | tuple():
            return [_dump(item) for item in value]
        case Mapping():
            return {str(key): _dump(item) for key, item in value.items()}
    raise TypeError(f"a reason's number must be exact, not {type(value).__name__}")


_LOADERS = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
    "fraction": Fraction,
}


def _load(value: Any) -> Any:
    if isinstance(value, list):
        return [_load(item) for item in value]
    if isinstance(value, dict):
        if TYPE in value:
            return _LOADERS[value[TYPE]](value["value"])
        return {key: _load(item) for key, item in value.items()}
    return value
