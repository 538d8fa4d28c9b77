"""PostgreSQL's array literals, written at once: psycopg's own go through Python and a regular expression for each element."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

_NONE = type(None)
_AS_JSON = {
    int,
    bool,
    str,
    datetime,
    UUID,
    _NONE,
}  # written alike in JSON and in an array, whose quoting differs in one point


def literal(values: Sequence[Any]) -> str | None:
    """The text of a flat array, to be cast (`%s::bigint[]`). None: something is in it that psycopg shall write itself."""
    kinds = set(map(type, values))
    if kinds == {bytes}:
        return '{"\\\\x' + '","\\\\x'.join(value.hex() for value in values) + '"}'
    if not kinds <= _AS_JSON:
        return None
    try:
        text = orjson.dumps(values)[1:-1].decode()
    except orjson.JSONEncodeError:  # beyond 64 bits, half a surrogate pair
        return None
    # A backslash makes the next sign itself in an array; in JSON \n is a line's end. Only control characters are written so.
    if "\\" in text and "\\" in text.replace("\\\\", "").replace('\\"', ""):
        return None
    return "{" + text + "}"


def bound(params: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
    """Lists as literals, of no type of their own: a statement is prepared once, whatever the size of its numbers."""
    if isinstance(params, Mapping):
        return {name: _value(value) for name, value in params.items()}
    return [_value(value) for value in params]


def _value(value: Any) -> Any:
    if type(value) is not list:
        return value
    text = literal(value)
    return value if text is None else text
