"""What is wrong with a cell, or with a file as a whole."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetProblem:
    """row: as the spreadsheet counts, from 1; column: its name; code: see the web layer's sentences; value: what stood there."""

    row: int = 0
    column: str = ""
    code: str = ""
    value: str = ""


class SheetRefused(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, code: str, value: str = "", *, row: int = 0, column: str = "") -> None:
        self.problem = SheetProblem(row, column, code, value)
        super().__init__(f"{code}: {value}" if value else code)
