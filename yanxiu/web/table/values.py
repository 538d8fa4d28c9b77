from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def reader(path: str) -> Callable[[Any], Any]:
    """ "person.name" through attributes and keys; a missing link gives None, a misspelt first name an error."""
    parts = path.replace("__", ".").split(".")

    def read(row: Any) -> Any:
        value = row
        for i, part in enumerate(parts):
            if value is None:
                return None
            if isinstance(value, dict):
                value = value[part] if i == 0 else value.get(part)
            else:
                value = getattr(value, part)
            if callable(value) and not isinstance(value, type):
                value = value()
        return value

    return read


def value_of(row: Any, path: str) -> Any:
    return reader(path)(row)
