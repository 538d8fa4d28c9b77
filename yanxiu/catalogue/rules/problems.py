"""What is wrong with a course folder: the file, the line, the key, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    file: str
    line: int  # 0: the file as a whole
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}{f' {self.key}' if self.key else ''}：{self.message}"


class CourseError(Exception):
    """All problems of a folder at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
