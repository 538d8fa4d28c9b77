"""Just enough of MP4: how long a film is, and a film of one still picture."""

import struct
from collections.abc import Iterator


class NotAVideo(ValueError):
    """No MP4 whose length can be read."""


Box = tuple[bytes, int, int]  # name, where its content begins, where it ends
_FULL_32, _FULL_64 = 0, 1


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    end = len(data) if end is None else end
    while start < end:
        if start + 8 > end:
            raise NotAVideo("cut off")
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            if start + 16 > end:
                raise NotAVideo("cut off")
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise NotAVideo("cut off")
        yield name, start + head, start + size
        start += size


def find(data: bytes, *names: bytes) -> tuple[int, int]:
    """The first box at that path of names."""
    start, end = 0, len(data)
    for wanted in names:
        start, end = next(((s, e) for name, s, e in boxes(data, start, end) if name == wanted), (-1, -1))
        if start < 0:
            raise NotAVideo(f"no {wanted.decode()}")
    return start, end


def duration(data: bytes) -> float:
    """Seconds, as the film's header says."""
    start, end = find(data, b"moov", b"mvhd")
    try:
        if data[start] == _FULL_64:
            scale, units = struct.unpack_from(">IQ", data, start + 20)
        else:
            scale, units = struct.unpack_from(">II", data, start + 12)
    except (struct.error, IndexError):
        raise NotAVideo("cut off") from None
    if start + 20 > end or not scale or not units:
        raise NotAVideo("no duration")
    return units / scale


def still(sample: bytes, *, seconds: int) -> bytes:
    """A film of `seconds` that shows the first picture of `sample`: a valid MP4 of any length in a few kilobytes."""
    track = (b"moov", b"trak")
    table = (*track, b"mdia", b"minf", b"stbl")
    first = _first_sample(sample, table)
    step = 10  # one picture every so many seconds, or seeking would have nowhere to go
    count = -(-seconds // step)
    scale = 1000

    def box(name: bytes, *parts: bytes) -> bytes:
        body = b"".join(parts)
        return struct.pack(">I4s", 8 + len(body), name) + body

    def whole(*path: bytes) -> bytes:
        start, end = find(sample, *path)
        return box(path[-1], sample[start:end])

    def lengthened(path: tuple[bytes, ...], scale_at: int | None, length_at: int) -> bytes:
        start, end = find(sample, *path)
        body = bytearray(sample[start:end])
        if body[0] != _FULL_32:
            raise NotAVideo("64-bit header")
        if scale_at is not None:
            struct.pack_into(">I", body, scale_at, scale)
        struct.pack_into(">I", body, length_at, seconds * scale)
        return box(path[-1], bytes(body))

    durations = [(count - 1, step * scale), (1, (seconds - step * (count - 1)) * scale)]
    stts = box(
        b"stts",
        struct.pack(">II", 0, sum(n > 0 for n, _ in durations)),
        *(struct.pack(">II", n, d) for n, d in durations if n),
    )
    # Every chunk is one sample, and all are the same bytes: the table may say so.
    stsc = box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
    stsz = box(b"stsz", struct.pack(">III", 0, len(first), count))
    ftyp = whole(b"ftyp")

    def moov(offset: int) -> bytes:
        stco = box(b"stco", struct.pack(f">II{count}I", 0, count, *[offset] * count))
        stbl = box(b"stbl", whole(*table, b"stsd"), stts, stsc, stsz, stco)
        minf = box(b"minf", whole(*table[:-1], b"vmhd"), whole(*table[:-1], b"dinf"), stbl)
        mdia = box(b"mdia", lengthened((*track, b"mdia", b"mdhd"), 12, 16), whole(*track, b"mdia", b"hdlr"), minf)
        return box(
            b"moov", lengthened((b"moov", b"mvhd"), 12, 16), box(b"trak", lengthened((*track, b"tkhd"), None, 20), mdia)
        )

    head = ftyp + moov(0)
    return ftyp + moov(len(head) + 8) + box(b"mdat", first)


def _first_sample(data: bytes, table: tuple[bytes, ...]) -> bytes:
    size_at, _ = find(data, *table, b"stsz")
    same, count = struct.unpack_from(">II", data, size_at + 4)
    size = same or struct.unpack_from(">I", data, size_at + 12)[0]
    offset_at, _ = find(data, *table, b"stco")
    offset = struct.unpack_from(">I", data, offset_at + 8)[0]
    if not count or offset + size > len(data):
        raise NotAVideo("cut off")
    return data[offset : offset + size]
