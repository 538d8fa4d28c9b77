"""From bytes to rows of cells: what kind of file it is, whether it may be opened, in which encoding it is."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal

from . import xlsx
from .refusal import SheetRefused
from .xlsx import Cells

CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    size: int = 256 << 20  # bytes of the file
    unpacked: int = 2 << 30  # bytes of an xlsx' parts
    ratio: int = 200  # unpacked to packed, of parts above 10 MB
    rows: int = 1_000_000
    columns: int = 200
    cell: int = 5_000  # characters


def cells_of(stream: IO[bytes], limits: Limits) -> Iterator[Cells]:
    """(row number as the spreadsheet counts, cells) of the first visible sheet. Refuses what is too large or no sheet at once."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if not size:
        raise SheetRefused("empty")
    if size > limits.size:
        raise SheetRefused("too_large", str(size))
    magic = stream.read(8)
    stream.seek(0)
    if magic.startswith(b"PK"):
        _refuse_bomb(stream, limits)
        return _within(xlsx.cells(stream, columns=limits.columns), limits)
    if magic == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # the old container: xls, or an xlsx with a password
        raise SheetRefused("encrypted" if b"E\0n\0c\0r\0y\0p\0t" in stream.read(CHUNK) else "old_xls")
    return _within(_csv(stream), limits)


def _within(cells: Iterator[Cells], limits: Limits) -> Iterator[Cells]:
    for count, (number, row) in enumerate(cells):
        if count > limits.rows:  # the header is one more
            raise SheetRefused("too_many_rows", str(limits.rows), row=number)
        if len(row) > limits.columns and any(value not in (None, "") for value in row[limits.columns :]):
            raise SheetRefused("too_many_columns", str(limits.columns), row=number)
        yield number, row


def _refuse_bomb(stream: IO[bytes], limits: Limits) -> None:
    """Before anything is unpacked. The sizes are those of the directory; zipfile itself never gives more than they say."""
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if len(parts) > 2_000 or sum(part.file_size for part in parts) > limits.unpacked:
                raise SheetRefused("bomb")
            for part in parts:
                if part.flag_bits & 1:
                    raise SheetRefused("encrypted")
                if part.file_size > 10 << 20 and part.file_size > limits.ratio * max(part.compress_size, 1):
                    raise SheetRefused("bomb", part.filename)
            if "xl/workbook.xml" not in archive.namelist():
                raise SheetRefused("not_a_sheet")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise SheetRefused("not_a_sheet", type(error).__name__) from None
    stream.seek(0)


def encoding_of(stream: IO[bytes]) -> str:
    """By BOM, else UTF-8 if all of it is, else GB 18030 if all of it is. The stream is at its start again."""
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(codecs.BOM_UTF8):
        candidates: tuple[str, ...] = ("utf-8-sig",)
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ("utf-16",)
    else:
        candidates = ("utf-8", "gb18030")
    for candidate in candidates:
        decoder = codecs.getincrementaldecoder(candidate)()
        try:
            while chunk := stream.read(CHUNK):
                if "\0" in decoder.decode(chunk):
                    raise SheetRefused("not_a_sheet")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            stream.seek(0)
            continue
        stream.seek(0)
        return candidate
    raise SheetRefused("encoding")


def _csv(stream: IO[bytes]) -> Iterator[Cells]:
    text = io.TextIOWrapper(stream, encoding_of(stream), newline="")
    sample = text.read(64 * 1024)
    text.seek(0)
    reader = csv.reader(text, delimiter=_delimiter(sample))
    return _csv_cells(reader, text)


def _csv_cells(reader: Any, text: io.TextIOWrapper) -> Iterator[Cells]:
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            yield number, row
    except (csv.Error, UnicodeDecodeError) as error:
        raise SheetRefused("broken", str(error), row=number + 1) from None
    finally:
        if not text.closed:
            text.detach()  # else the wrapper closes the caller's file


def _delimiter(sample: str) -> Literal[",", ";", "\t"]:
    """What parts most of the first line that has any, outside quotes."""
    for line in sample.splitlines():
        bare = re.sub(r'"[^"]*"', "", line)
        counts: list[tuple[int, Literal[",", ";", "\t"]]] = [
            (bare.count(","), ","),
            (bare.count("\t"), "\t"),
            (bare.count(";"), ";"),
        ]
        count, best = max(counts, key=lambda item: item[0])
        if count:
            return best
    return ","
