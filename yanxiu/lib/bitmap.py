"""Seconds of material as bits: cell n is bit n % 8 of byte n // 8. Always without trailing zero bytes, so that equal sets are equal bytes."""

from collections.abc import Iterable
from functools import partial

EMPTY = b""


_number = partial(int.from_bytes, byteorder="little")  # no frame of its own: the ledger calls it several times a report


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "little")


def _span(start: int, end: int) -> int:
    if start < 0:
        raise ValueError("a span starts at zero or later")
    return ((1 << (end - start)) - 1) << start if end > start else 0


def merge(a: bytes, b: bytes) -> bytes:
    """Union."""
    return _bytes(_number(a) | _number(b))


def common(a: bytes, b: bytes) -> bytes:
    """Intersection."""
    return _bytes(_number(a) & _number(b))


def difference(a: bytes, b: bytes) -> bytes:
    """What is in a and not in b."""
    return _bytes(_number(a) & ~_number(b))


def missing(bitmap: bytes, start: int, end: int) -> bytes:
    """The cells start … end-1 that are not set."""
    return _bytes(_span(start, end) & ~_number(bitmap))


def count(bitmap: bytes) -> int:
    """How many cells are set."""
    return _number(bitmap).bit_count()


def has(bitmap: bytes, cell: int) -> bool:
    return cell >> 3 < len(bitmap) and bool(bitmap[cell >> 3] >> (cell & 7) & 1)


def set_span(bitmap: bytes, start: int, end: int) -> bytes:
    """With the cells start … end-1 set."""
    return _bytes(_number(bitmap) | _span(start, end))


def clear_span(bitmap: bytes, start: int, end: int) -> bytes:
    """With the cells start … end-1 cleared."""
    return _bytes(_number(bitmap) & ~_span(start, end))


def from_spans(spans: Iterable[tuple[int, int]]) -> bytes:
    number = 0
    for start, end in spans:
        number |= _span(start, end)
    return _bytes(number)


def clip(bitmap: bytes, cells: int) -> bytes:
    """Only the first `cells` cells: nothing is credited beyond the material's end."""
    return _bytes(_number(bitmap) & _span(0, cells))


def first(bitmap: bytes, cells: int) -> bytes:
    """The lowest `cells` set cells: what a bucket with so many seconds left can pay for."""
    number, kept = _number(bitmap), 0
    if number.bit_count() <= cells:
        return _bytes(number)
    for start, end in spans(bitmap):
        take = min(end - start, cells)
        kept |= _span(start, start + take)
        cells -= take
        if not cells:
            break
    return _bytes(kept)


def spans(bitmap: bytes) -> list[tuple[int, int]]:
    """The runs of set cells, closed-open, in order."""
    number, offset, found = _number(bitmap), 0, []
    while number:
        gap = (number & -number).bit_length() - 1
        number >>= gap
        run = (~number & (number + 1)).bit_length() - 1
        number >>= run
        found.append((offset + gap, offset + gap + run))
        offset += gap + run
    return found


def to_ranges(bitmap: bytes) -> str:
    """As PostgreSQL writes an int4multirange: what was played stands there as a few spans, where a bit a second would take hundreds of bytes."""
    return "{" + ",".join([f"[{start},{end})" for start, end in spans(bitmap)]) + "}"


def from_ranges(text: str) -> bytes:
    """PostgreSQL's own spelling only: closed-open, in order, nothing unbounded."""
    number = 0
    for part in text[2:-2].split("),[") if len(text) > 2 else ():
        start, _, end = part.partition(",")
        number |= _span(int(start), int(end))
    return _bytes(number)
