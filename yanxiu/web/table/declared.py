"""A table of a page: columns declared once; sort, search, filters and page in the URL; the rows that are found exported to xlsx.

    ROSTER = Table("roster", columns=[Column("name", _("姓名"), order="name_key"), …], search=("name", "teacher_number"), order="name")
    def roster(request): return ROSTER.answer(request, queries.roster(request.scope), "administration/roster.html", {...})

Rows are a queryset (sorted, searched and cut by the database) or a list of dicts or objects. docs/pages.md tells the whole story.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from yanxiu.web import wording
from yanxiu.web.table.keyset import KeysetPage
from yanxiu.web.table.page import Page
from yanxiu.web.table.values import reader

KINDS: dict[str, Callable[[Any], str]] = {
    "text": wording.plain,
    "code": lambda v: wording.NOTHING if v is None else str(v),
    "count": wording.count,
    "mark": wording.mark,
    "day": wording.day,
    "time": wording.time,
    "seconds": wording.seconds,
    "hours": wording.hours,
    "percent": wording.percent,
}
RIGHT = {"count", "mark", "seconds", "hours", "percent"}


@dataclass(frozen=True)
class Column:
    """`value`: attribute path ("person.name"), key, or function of the row; default: `name`.
    `order`: field of the queryset (or True: sort a list by `value`). `template`: draws the cell with `row` and `value`;
    `draw`: the same by a function of (row, request), for long tables.
    `head`: the row's name, a <th scope="row">. `export`: False, or a function of the row for the sheet; numbers stay numbers there.
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    order: str | bool = ""
    kind: str = "text"
    template: str = ""
    draw: Callable[[Any, HttpRequest], SafeString] | None = None
    head: bool = False
    export: bool | Callable[[Any], Any] = True
    cls: str = ""
    url: Callable[[Any], str] | None = None
    hide_label: bool = False

    @property
    def of(self) -> Callable[[Any], Any]:
        """The value of a row."""
        return self.value if callable(self.value) else reader(self.value or self.name)

    @property
    def text(self) -> Callable[[Any], str]:
        """The words for a value."""
        return KINDS[self.kind]

    @property
    def right(self) -> bool:
        return self.kind in RIGHT or "y-r" in self.cls


@dataclass(frozen=True)
class Filter:
    """A select. `choices`: pairs, or a function of (request) giving them. `field` compares exactly; else `apply(rows, value)` narrows."""

    name: str
    label: Any
    choices: Sequence[tuple[Any, Any]] | Callable[[HttpRequest], Sequence[tuple[Any, Any]]]
    field: str = ""
    apply: Callable[[Any, str], Any] | None = None
    default: str = ""


@dataclass(frozen=True)
class Pick:
    """Checkboxes. They belong by `form` to the page's own <form id=…> with the bulk act, so no form stands in another."""

    name: str
    form: str
    value: str = "id"
    allowed: Callable[[Any], bool] = lambda row: True
    checked: Callable[[Any], bool] = lambda row: False
    label: str | Callable[[Any], Any] = "name"


@dataclass(frozen=True)
class Table:
    name: str
    columns: Sequence[Column]
    search: Sequence[str] | Callable[[Any, str], Any] = ()
    search_label: Any = ""
    filters: Sequence[Filter] = ()
    order: str = ""
    size: int = 50
    pick: Pick | None = None
    empty: Any = ""
    empty_text: Any = ""
    file: Any = ""
    heading: Any = ""  # of a panel that is only this table: stands in one row with the export
    caption: Any = ""
    cls: str = ""
    row_class: Callable[[Any], str] | None = None
    cards: bool = True
    keyset: bool = False  # a queryset without end: pages by key, newest first, no count

    @property
    def searches(self) -> bool:
        """For the template, which would call a search that is a function."""
        return bool(self.search)

    def read(
        self, request: HttpRequest, rows: QuerySet | Iterable[Any], *, prefix: str = "", total: int | None = None
    ) -> Page:
        """`total`: how many rows there are, where the view knows it; they are counted only when they are narrowed."""
        return (KeysetPage if self.keyset else Page)(self, request, rows, prefix, total)

    def answer(
        self,
        request: HttpRequest,
        rows: Any,
        template: str,
        context: dict[str, Any] | None = None,
        *,
        total: int | None = None,
    ) -> HttpResponseBase:
        """The page; its sheet when asked for (`?export=xlsx`); only the table when htmx asked for that. `rows`: or what was read of them."""
        page = rows if isinstance(rows, Page) else self.read(request, rows, total=total)
        if page.wants_export:
            return page.export()
        if request.headers.get("HX-Target") == page.html_id:
            html = render_to_string("web/table.html", {"table": page, "partial": True}, request)
            return HttpResponse(html, headers={"Vary": "HX-Request, HX-Target"})
        return render(request, template, {"table": page, **(context or {})})
