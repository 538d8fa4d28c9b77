"""Rows of strings by column names; what is wrong with a cell stands beside them."""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any

from yanxiu.lib.text import standard

from .refusal import SheetProblem, SheetRefused
from .sources import Limits, cells_of
from .writing import EXACT_DIGITS, ILLEGAL, guarded
from .xlsx import Cells

HEADER_WITHIN = 10


@dataclass(frozen=True)
class Column:
    """A column that is looked for: its key, then every name it goes by; the first is the one that is told."""

    key: str
    names: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Row:
    number: int
    values: dict[str, str]
    problems: tuple[SheetProblem, ...] = ()


@dataclass
class Sheet:
    """Header facts are known at once; `rows` streams, once."""

    header_row: int
    found: dict[str, str]  # key → the name it had in the file
    unknown: tuple[str, ...]  # names of columns that nobody asked for
    rows: Iterator[Row] = field(repr=False)


def read(source: bytes | IO[bytes], columns: Sequence[Column], limits: Limits | None = None) -> Sheet:
    """Open a sheet and find its header. Raises SheetRefused: empty, too_large, old_xls, encrypted, not_a_sheet, bomb, encoding,
    header_missing, column_twice; while rows are read also too_many_rows, too_many_columns, broken."""
    limits = limits or Limits()
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    return _sheet(cells_of(stream, limits), columns, limits)


def _sheet(cells: Iterator[Cells], columns: Sequence[Column], limits: Limits) -> Sheet:
    wanted = {plain_name(name): column for column in columns for name in column.names}
    best: tuple[int, list[str], dict[int, Column]] | None = None
    seen = 0
    for number, row in cells:
        names = [_text(value) for value in row]
        if not any(names):
            continue
        places = {place: wanted[plain_name(name)] for place, name in enumerate(names) if plain_name(name) in wanted}
        if all(column in places.values() for column in columns if column.required) and places:
            return _with_header(number, names, places, cells, limits)
        if best is None or len(places) > len(best[2]):
            best = number, names, places
        seen += 1
        if seen >= HEADER_WITHIN:
            break
    if best is None:
        raise SheetRefused("empty")
    missing = [column.names[0] for column in columns if column.required and column not in best[2].values()]
    raise SheetRefused("header_missing", "、".join(missing), row=best[0])


def _with_header(
    number: int, names: list[str], places: dict[int, Column], cells: Iterator[Cells], limits: Limits
) -> Sheet:
    keys = [column.key for column in places.values()]
    for place, column in places.items():
        if keys.count(column.key) > 1:
            raise SheetRefused("column_twice", names[place], row=number, column=names[place])
    found = {column.key: names[place] for place, column in places.items()}
    unknown = tuple(name for place, name in enumerate(names) if name and place not in places)
    return Sheet(number, found, unknown, _rows(cells, places, found, limits))


def _rows(cells: Iterator[Cells], places: dict[int, Column], found: dict[str, str], limits: Limits) -> Iterator[Row]:
    for number, row in cells:
        values, problems = dict.fromkeys(found, ""), []
        for place, column in places.items():
            value = row[place] if place < len(row) else None
            if type(value) is str and value.isalnum() and len(value) <= limits.cell:
                values[column.key] = value  # nearly every cell of a roster
                continue
            text = _text(value)
            if _lost_digits(value):
                problems.append(SheetProblem(number, found[column.key], "number_lost_digits", text))
            if len(text) > limits.cell:
                problems.append(SheetProblem(number, found[column.key], "cell_too_long", text[:40]))
                text = text[: limits.cell]
            values[column.key] = text
        if any(values.values()):
            yield Row(number, values, tuple(problems))


def plain_name(name: str) -> str:
    """Column names are equal whatever their width, case, spaces, stars and "（必填）"."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s*_:：·-]|\((必填|选填|required|optional)\)", "", folded)


def _text(value: Any) -> str:
    """A cell as text. Whole numbers lose the ".0" that a spreadsheet gives them."""
    match value:
        case None:
            return ""
        case str():
            text = standard(ILLEGAL.sub("", value)).strip().strip("\u200b\ufeff")
            return text[1:] if guarded(text) else text
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.{EXACT_DIGITS}g}".upper()  # 5 for 5.0, 3.20102199001011E+17 for what lost its digits
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
    return str(value)


def _lost_digits(value: Any) -> bool:
    """A number with more digits than a spreadsheet keeps: an identity number that was not stored as text."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS
