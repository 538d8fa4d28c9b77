"""Materialised paths of the two trees: "/32/3201/320102/S0001/" (units), "/S20230304/4/语文/17/" (training). "/" is above all.

A path starts and ends with a slash, so that a prefix never matches half a code.
"""

ROOT = "/"


def parts(path: str) -> tuple[str, ...]:
    """The codes from the top. Raises ValueError for what is no path."""
    if path == ROOT:
        return ()
    codes = tuple(path[1:-1].split("/"))
    if len(path) < 3 or path[0] != "/" or path[-1] != "/" or not all(codes):
        raise ValueError(f"not a path: {path!r}")
    return codes


def is_path(path: str) -> bool:
    try:
        parts(path)
    except ValueError:
        return False
    return True


def join(path: str, *codes: str) -> str:
    """The path of what stands below."""
    for code in codes:
        if not code or "/" in code:
            raise ValueError(f"not a code: {code!r}")
    parts(path)
    return path + "".join(f"{code}/" for code in codes)


def parent(path: str) -> str | None:
    """The path above; None above the root."""
    codes = parts(path)
    return join(ROOT, *codes[:-1]) if codes else None


def level(path: str) -> int:
    """How many codes: province 1, city or directly addressed county 2 …; the root 0."""
    return len(parts(path))


def last(path: str) -> str:
    """The own code; "" for the root."""
    return (parts(path) or ("",))[-1]


def covers(prefix: str, path: str) -> bool:
    """The path itself or anything below."""
    return path.startswith(prefix)


def prefixes(path: str) -> list[str]:
    """Every path from the top (without the root) down to and with the path itself."""
    parts(path)
    return [path[: at + 1] for at, sign in enumerate(path) if sign == "/" and at]
