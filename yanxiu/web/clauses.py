"""The notice's own words and our English wording of them, by clause id."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from yanxiu.web.wording import english


@dataclass(frozen=True)
class Clause:
    id: str
    text: str
    english: str

    @property
    def words(self) -> str:
        return self.english if english() else self.text


@cache
def clauses() -> dict[str, Clause]:
    raw = tomllib.loads((Path(__file__).parent / "data" / "clauses.toml").read_text(encoding="utf-8"))
    return {row["id"]: Clause(row["id"], row["text"], row["english"]) for row in raw["clause"]}


def clause(clause_id: str) -> Clause | None:
    return clauses().get(clause_id)
