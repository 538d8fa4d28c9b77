"""A table without end (the audit trail): pages by key, newest first, no count. Sorting by other columns is not offered."""

from functools import cached_property
from typing import Any

from yanxiu.web.table.page import Head, Page, Row


class KeysetPage(Page):
    number = 1
    pages = 1
    page_links: list[dict[str, Any]] = []

    def _sorted(self, rows: Any) -> Any:
        return rows.order_by("-pk")

    @property
    def heads(self) -> list[Head]:
        return [Head(column, "", "") for column in self.table.columns]

    @cached_property
    def before(self) -> int | None:
        asked = self.param("before")
        return int(asked) if asked.isdecimal() and len(asked) < 19 else None

    @cached_property
    def _cut(self) -> list[Any]:
        """One row more than is shown says whether there are older ones."""
        rows = self.found if self.before is None else self.found.filter(pk__lt=self.before)
        return list(rows[: self.table.size + 1])

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(self, row) for row in self._cut[: self.table.size]]

    @property
    def next_url(self) -> str:
        more = len(self._cut) > self.table.size
        return self.url(before=self.rows[-1].data.pk) if more else ""

    @property
    def previous_url(self) -> str:
        return self.url() if self.before is not None else ""

    def url(self, **changes: Any) -> str:
        return super().url(**{"before": "", **changes})
