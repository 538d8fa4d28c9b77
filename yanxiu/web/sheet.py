"""Rows as an xlsx answer: written row by row into a temporary file, streamed from there."""

import tempfile
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from django.http import FileResponse

from yanxiu.lib import clock
from yanxiu.lib.spreadsheets import Heading, write_xlsx
from yanxiu.web import wording

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def response(name: str, heads: list[str], rows: Iterable[list[Any]]) -> FileResponse:
    """`name`: the file's, without suffix; the day is added."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 the answer closes it
    write_xlsx(file, [Heading(head) for head in heads], ([_plain(value) for value in row] for row in rows), title=name)
    file.seek(0)
    answer = FileResponse(file, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}-{clock.today():%Y%m%d}.xlsx')}"
    return answer


def _plain(value: Any) -> Any:
    """What a sheet knows: no fractions, no time zones (the wall clock of Shanghai)."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, datetime) and value.tzinfo:
        return clock.local(value).replace(tzinfo=None)
    if isinstance(value, list | tuple | set | frozenset):
        return wording.plain(value)
    return value
