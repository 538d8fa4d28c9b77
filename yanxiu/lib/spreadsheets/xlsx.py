"""Rows of an xlsx' first visible sheet, streamed.

Our own small reader of the cells, because a roster has millions: openpyxl takes about three times as long.
Everything is parsed by expat; a document type declaration (the only way to entities) refuses the file.
"""

import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any
from xml.parsers import expat

from .refusal import SheetRefused

CHUNK = 1 << 18
LAST_COLUMN = 16_384
Cells = tuple[int, Sequence[Any]]
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def cells(stream: IO[bytes], *, columns: int) -> Iterator[Cells]:
    """(row number, values) of every row that has cells. Numbers as int or float, days as datetime, truth as bool, the rest as text."""
    try:
        archive = zipfile.ZipFile(stream)
        path, epoch = _sheet_path(archive)
        days = _day_styles(archive)
        shared = _shared_strings(archive)
        part = archive.open(path)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
        expat.ExpatError,
    ) as error:
        raise SheetRefused("not_a_sheet", type(error).__name__) from None
    return _rows(part, _SheetParser(shared, days, epoch, columns))


def _rows(part: IO[bytes], parser: "_SheetParser") -> Iterator[Cells]:
    try:
        while chunk := part.read(CHUNK):
            parser.feed(chunk)
            yield from parser.taken()
        parser.feed(b"", last=True)
        yield from parser.taken()
    except (
        expat.ExpatError,
        zipfile.BadZipFile,
        ValueError,
        IndexError,
        OverflowError,
        EOFError,
        OSError,
        zlib.error,
    ) as error:
        raise SheetRefused("broken", type(error).__name__, row=parser.row + 1) from None


class _Parser:
    """expat by local names: some programs write every name with a prefix."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse
        self._expat.StartElementHandler = self.start
        self._expat.EndElementHandler = self.end
        self._expat.CharacterDataHandler = self.data

    def _refuse(self, *_declared: object) -> None:
        raise SheetRefused("bomb", "DOCTYPE")

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        self._expat.Parse(chunk, last)

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def data(self, text: str) -> None: ...


class _Elements(_Parser):
    """Calls back for each element of a small part: (path of local names, attributes by local name)."""

    def __init__(self, seen: Callable[[tuple[str, ...], dict[str, str]], None]) -> None:
        super().__init__()
        self._seen = seen
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(_local(name))
        self._seen(tuple(self._path), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._path.pop()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _elements(archive: zipfile.ZipFile, part: str, seen: Callable[[tuple[str, ...], dict[str, str]], None]) -> None:
    _Elements(seen).feed(archive.read(part), last=True)


def _sheet_path(archive: zipfile.ZipFile) -> tuple[str, datetime]:
    """The part of the first visible sheet with cells (no chart), and the day that numbers count from."""
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    targets: dict[str, str] = {}
    sheets: list[dict[str, str]] = []
    epoch = [WINDOWS_EPOCH]

    def relation(path: tuple[str, ...], attributes: dict[str, str]) -> None:
        if path[-1] == "Relationship" and attributes["Type"].endswith("/worksheet"):
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")

    def sheet(path: tuple[str, ...], attributes: dict[str, str]) -> None:
        if path[-1] == "sheet":
            sheets.append(attributes)
        elif path[-1] == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            epoch[0] = MAC_EPOCH

    _elements(archive, "xl/_rels/workbook.xml.rels", relation)
    _elements(archive, "xl/workbook.xml", sheet)
    for attributes in sheets:
        if attributes.get("state", "visible") == "visible" and attributes["id"] in targets:
            return targets[attributes["id"]], epoch[0]
    raise ValueError("no sheet")


def _day_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """The style numbers (attribute s) whose format shows a day or a time."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    formats = dict(BUILTIN_FORMATS)
    styles: list[int] = []

    def style(path: tuple[str, ...], attributes: dict[str, str]) -> None:
        if path[-1] == "numFmt" and "numFmts" in path:
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif path[-2:] == ("cellXfs", "xf"):
            styles.append(int(attributes.get("numFmtId", 0)))

    if "xl/styles.xml" in archive.namelist():
        _elements(archive, "xl/styles.xml", style)
    return frozenset(str(place) for place, number in enumerate(styles) if is_date_format(formats.get(number, "")))


class _Strings:
    """Millions of texts in one block of bytes: as objects the roster of a province would take a gigabyte."""

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("Q", [0])

    def append(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise IndexError(place)
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode("utf-8", "surrogatepass")


def _shared_strings(archive: zipfile.ZipFile) -> _Strings:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return _Strings()
    parser = _StringsParser()
    with archive.open("xl/sharedStrings.xml") as part:
        while chunk := part.read(CHUNK):
            parser.feed(chunk)
    parser.feed(b"", last=True)
    return parser.strings


class _StringsParser(_Parser):
    """Each `si`: the text of its `t` elements, without readings (rPh)."""

    def __init__(self) -> None:
        super().__init__()
        self.strings = _Strings()
        self._text: list[str] = []
        self._inside = self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "t":
            self._inside = not self._reading
        elif local == "rPh":
            self._reading = True

    def data(self, text: str) -> None:
        if self._inside:
            self._text.append(text)

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "t":
            self._inside = False
        elif local == "rPh":
            self._reading = False
        elif local == "si":
            self.strings.append(_unescaped("".join(self._text)))
            self._text.clear()


class _SheetParser(_Parser):
    """Rows as they end. `row` is the last one begun."""

    def __init__(self, shared: _Strings, days: frozenset[str], epoch: datetime, columns: int) -> None:
        from openpyxl.utils.datetime import from_excel

        super().__init__()
        self.row = 0
        self._day = from_excel
        self._shared, self._days, self._epoch, self._columns = shared, days, epoch, columns
        self._rows: list[Cells] = []
        self._values: list[Any] = []
        self._kind = self._style = ""
        self._column = 0
        self._text: list[str] = []
        self._inside = self._reading = False

    def taken(self) -> list[Cells]:
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            place = attributes.get("r")
            self._column = _column(place) if place else self._column + 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
        elif local in {"v", "t"}:
            self._inside = not self._reading
        elif local == "rPh":
            self._reading = True
        elif local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self._values, self._column = [], 0

    def data(self, text: str) -> None:
        if self._inside:
            self._text.append(text)

    def end(self, name: str) -> None:
        local = _local(name)
        if local in {"v", "t"}:
            self._inside = False
        elif local == "c":
            if self._text:
                self._add(self._value("".join(self._text)))
                self._text.clear()
        elif local == "rPh":
            self._reading = False
        elif local == "row" and self._values:
            self._rows.append((self.row, self._values))

    def _add(self, value: Any) -> None:
        gap = self._column - len(self._values) - 1
        if gap < 0:
            raise ValueError("cells out of order")
        if self._column > self._columns:  # before the row is filled up to there
            raise SheetRefused("too_many_columns", str(self._columns), row=self.row)
        self._values += [None] * gap
        self._values.append(value)

    def _value(self, text: str) -> Any:
        match self._kind:
            case "s":
                return self._shared[int(text)]
            case "n":
                number = float(text) if "." in text or "E" in text or "e" in text else int(text)
                return self._day(number, self._epoch) if self._style in self._days else number
            case "b":
                return text == "1"
            case "d":
                return datetime.fromisoformat(text)
        return _unescaped(text)


def _column(place: str) -> int:
    """1 for "A7", 28 for "AB7"."""
    number = 0
    for char in place:
        if not "A" <= char <= "Z":
            break
        number = number * 26 + ord(char) - 64
    if not 1 <= number <= LAST_COLUMN:
        raise ValueError("column")
    return number


def _unescaped(text: str) -> str:
    """Control characters stand as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
