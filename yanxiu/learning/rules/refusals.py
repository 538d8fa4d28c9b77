"""Refused spans, kept merged: [from, to, code, unix seconds]. Only what is still not credited stands there."""

from collections.abc import Iterable

from yanxiu.lib import bitmap

from .facts import Refusal

TOGETHER = 900  # refusals of one cause within a quarter of an hour are one line to read


def painted(old: list[Refusal], new: Iterable[tuple[int, int, str]], *, at: int, credited: bytes) -> list[Refusal]:
    """The newest reason of a second stands; what was credited since is no longer refused; neighbours of one cause are merged."""
    fresh: list[Refusal] = [[start, end, code, at] for start, end, code in new]
    covered = bitmap.from_spans((start, end) for start, end, _code, _at in fresh)
    kept = [piece for refusal in old for piece in _without(refusal, covered)]
    found = sorted((piece for refusal in kept + fresh for piece in _without(refusal, credited)), key=lambda r: r[0])
    merged: list[Refusal] = []
    for start, end, code, when in found:
        last = merged[-1] if merged else None
        if last and last[1] >= start and last[2] == code and abs(last[3] - when) <= TOGETHER:
            last[1], last[3] = max(last[1], end), max(last[3], when)
        else:
            merged.append([start, end, code, when])
    return merged


def _without(refusal: Refusal, cells: bytes) -> list[Refusal]:
    start, end, code, at = refusal
    left = bitmap.difference(bitmap.from_spans([(start, end)]), cells)
    return [[a, b, code, at] for a, b in bitmap.spans(left)]


def summed(old: list[Refusal], new: dict[str, int], *, at: int) -> list[Refusal]:
    """Of a text: how many seconds by cause."""
    sums = {code: [0, end, code, when] for _start, end, code, when in old}
    for code, seconds in new.items():
        if seconds:
            entry = sums.setdefault(code, [0, 0, code, at])
            entry[1], entry[3] = entry[1] + seconds, at
    return list(sums.values())
