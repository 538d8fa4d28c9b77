"""Two versions of a policy side by side."""

import json
from collections.abc import Iterator
from typing import Any

_ABSENT = object()


def flat(text: str | bytes) -> dict[str, Any]:
    """Canonical JSON as dotted keys. Lists and the minima (one mark, one value) stay whole."""
    return dict(_walk(json.loads(text), ""))


def _walk(tree: dict[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        key = f"{above}.{name}" if above else name
        if isinstance(value, dict) and key != "result.minima":
            yield from _walk(value, key)
        else:
            yield key, value


def difference(old_json: str | bytes, new_json: str | bytes) -> list[tuple[str, Any, Any]]:
    """(key, old, new) for every key that differs, in order of the keys; None where a version does not know the key."""
    old, new = flat(old_json), flat(new_json)
    keys = sorted(old.keys() | new.keys())
    return [(key, old.get(key), new.get(key)) for key in keys if old.get(key, _ABSENT) != new.get(key, _ABSENT)]
