"""xlsx and CSV that a spreadsheet program opens without changing or calculating anything."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from yanxiu.lib import clock

EXACT_DIGITS = 15  # a spreadsheet's numbers keep so many, the rest are zeros
RISKY = ("=", "+", "-", "@", "\t", "\r")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True)
class Heading:
    """A column that is written. `width` in characters (a Han character is two); without it, from the heading."""

    name: str
    width: int | None = None


def write_xlsx(
    target: IO[bytes], headings: Sequence[Heading], rows: Iterable[Sequence[Any]], *, title: str = "Sheet1"
) -> int:
    """Streamed; returns the number of rows. Text stays text, whatever it looks like (identity numbers, "=1+1"); numbers are numbers."""
    # openpyxl is loaded when first needed: a process that was killed is to be back within seconds.
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "-", ILLEGAL.sub("", title))[:31] or "Sheet1")
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = heading.width or max(
            10, _cells_wide(heading.name) + 4
        )
    cells = _Cells(sheet)
    sheet.append([cells.heading(heading.name) for heading in headings])
    count = 0
    for row in rows:
        sheet.append([cells.value(value) for value in row])
        count += 1
    book.save(target)
    return count


def _cells_wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


class _Cells:
    """Makes cells. Styles are set up once: setting them cell by cell takes longer than all the rest."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        self._made, self._sheet = WriteOnlyCell, sheet
        self._text = self._styled()
        self._risky = self._styled(quotePrefix=True)
        self._heading = self._styled(font=Font(bold=True))

    def _styled(self, **styles: Any) -> Any:
        cell = self._made(self._sheet)
        cell.number_format = "@"  # text, so that editing the cell does not turn it into a number
        for name, value in styles.items():
            setattr(cell, name, value)
        return cell._style

    def heading(self, name: str) -> Any:
        return self._cell(name, self._heading)

    def value(self, value: Any) -> Any:
        if isinstance(value, bool):
            value = "是" if value else "否"
        elif isinstance(value, int) and abs(value) >= 10**EXACT_DIGITS:
            value = str(value)
        elif isinstance(value, datetime) and value.tzinfo is not None:
            return clock.local(value).replace(tzinfo=None)  # a spreadsheet knows no zones
        if value is None or isinstance(value, int | float | Decimal | date | time):
            return value
        text = ILLEGAL.sub("", str(value))
        if guarded(text):
            text = f"'{text}"  # Reading takes one away, here too: our CSV may have been saved as xlsx in between.
        return self._cell(text, self._risky if text.startswith(RISKY) else self._text)

    def _cell(self, text: str, style: Any) -> Any:
        cell = self._made(self._sheet, text)
        cell.data_type = "s"  # openpyxl makes a formula of what starts with "="
        cell._style = style
        return cell


def write_csv(target: IO[bytes], headings: Sequence[Heading | str], rows: Iterable[Sequence[Any]]) -> int:
    """UTF-8 with BOM (else spreadsheets read it in the local code page). Returns the number of rows."""
    text = io.TextIOWrapper(target, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([_harmless(heading if isinstance(heading, str) else heading.name) for heading in headings])
    count = 0
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _harmless(value: Any) -> str:
    """An apostrophe before what a spreadsheet would calculate; reading takes it away again. Numbers pass."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = (clock.local(value) if value.tzinfo else value).replace(tzinfo=None)
        return value.isoformat(" ", "seconds")
    text = ILLEGAL.sub("", str(value))
    return f"'{text}" if isinstance(value, str) and text.lstrip("'").startswith(RISKY) else text


def guarded(text: str) -> bool:
    """Whether apostrophes stand before what a spreadsheet would calculate. Writing puts one more before them, so that reading gives them back."""
    return text.startswith("'") and text.lstrip("'").startswith(RISKY)
