"""Which line of a TOML file a key stands on: tomllib forgets, and a problem without a line is a search."""

import re

_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?")


class Lines:
    """Paths look like ("chapter", 1, "item", 0, "kind")."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._tables: dict[tuple[object, ...], int] = {}
        counts: dict[tuple[object, ...], int] = {}
        for number, line in enumerate(self._lines, 1):
            if not (found := _TABLE.match(line)):
                continue
            path: tuple[object, ...] = ()
            names = found[2].split(".")
            for depth, name in enumerate(names):
                path = (*path, name)
                if found[1] == "[[" and depth == len(names) - 1:
                    counts[path] = counts.get(path, -1) + 1
                if path in counts:
                    path = (*path, counts[path])
            self._tables[path] = number

    def of(self, *path: object) -> int:
        """The line of the key, or of the nearest table that holds it; 0 when not even that is known."""
        for cut in range(len(path), -1, -1):
            table = path[:cut]
            if table and table not in self._tables:
                continue
            start = self._tables.get(table, 0)
            if cut == len(path):
                return start
            return self._key(start, str(path[cut])) or start
        return 0

    def _key(self, start: int, key: str) -> int:
        wanted = re.compile(rf"^\s*\"?{re.escape(key)}\"?\s*=")
        for number in range(start, len(self._lines)):
            if _TABLE.match(self._lines[number]):
                return 0
            if wanted.match(self._lines[number]):
                return number + 1
        return 0
