"""Spreadsheets in and out without harm, row by row.

In: xlsx, or CSV in UTF-8 (with or without BOM), UTF-16 with BOM or GB 18030 (which contains GBK), parted by comma, semicolon or tab.
The header is found among the first rows by the columns' names, so that a title above it does no harm. What concerns the whole file is
raised as SheetRefused; what concerns a cell is in the row's problems, and reading goes on.
"""

from .reading import Column, Row, Sheet, plain_name, read
from .refusal import SheetProblem, SheetRefused
from .sources import Limits, encoding_of
from .writing import Heading, write_csv, write_xlsx

__all__ = [
    "Column",
    "Heading",
    "Limits",
    "Row",
    "Sheet",
    "SheetProblem",
    "SheetRefused",
    "encoding_of",
    "plain_name",
    "read",
    "write_csv",
    "write_xlsx",
]
