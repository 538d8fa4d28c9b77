"""Rows as an xlsx answer: written row by row into a temporary file, streamed from there. Text that looks like a formula stays text."""

import tempfile
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from django.http import FileResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from yanxiu.lib import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def response(name: str, heads: list[str], rows: Iterable[list[Any]]) -> FileResponse:
    """`name`: the file's, without suffix; the day is added."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()
    book.save(file)
    file.seek(0)
    answer = FileResponse(file, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}-{clock.today():%Y%m%d}.xlsx')}"
    return answer


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, datetime) and value.tzinfo:
        # A sheet knows no time zones: the wall clock of Shanghai.
        value = clock.local(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | Decimal | datetime) or type(value).__name__ == "date":
        return value
    cell = WriteOnlyCell(sheet, value=str(value))
    # Numbers of eighteen digits and "=…" are text here, never numbers or formulas.
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
