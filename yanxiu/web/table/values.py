from typing import Any


def value_of(row: Any, path: str) -> Any:
    """ "person.name" through attributes and keys; a missing link gives None, a misspelt first name an error."""
    value = row
    for i, part in enumerate(path.replace("__", ".").split(".")):
        if value is None:
            return None
        if isinstance(value, dict):
            value = value[part] if i == 0 else value.get(part)
        else:
            value = getattr(value, part)
        if callable(value) and not isinstance(value, type):
            value = value()
    return value
