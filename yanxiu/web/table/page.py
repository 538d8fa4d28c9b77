"""One reading of a table: what the URL asks of it, the rows found and shown, the links that change the question."""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from yanxiu.web.sheet import response
from yanxiu.web.table.drawn import body, head
from yanxiu.web.table.values import value_of

if TYPE_CHECKING:
    from yanxiu.web.table.declared import Column, Filter, Table


@dataclass
class Row:
    page: "Page"
    data: Any

    @property
    def cls(self) -> str:
        own = self.page.table.row_class(self.data) if self.page.table.row_class else ""
        return f"{own} is-picked".strip() if self.picked else own

    @cached_property
    def pickable(self) -> bool:
        pick = self.page.table.pick
        return bool(pick and pick.allowed(self.data))

    @cached_property
    def picked(self) -> bool:
        pick = self.page.table.pick
        return bool(pick and self.pickable and pick.checked(self.data))

    @property
    def key(self) -> Any:
        pick = self.page.table.pick
        return value_of(self.data, pick.value) if pick else None

    @property
    def pick_label(self) -> Any:
        pick = self.page.table.pick
        if pick is None:
            return ""
        return pick.label(self.data) if callable(pick.label) else value_of(self.data, pick.label)


@dataclass
class Head:
    column: "Column"
    sort: str  # "", "ascending", "descending"
    url: str


@dataclass
class Page:
    """What the URL asks of the table. `prefix` keeps two tables of one page apart."""

    table: "Table"
    request: HttpRequest
    source: Any
    prefix: str = ""
    known: int | None = None
    _params: QueryDict = field(init=False)

    def __post_init__(self) -> None:
        self._params = self.request.GET

    def param(self, name: str) -> str:
        return self._params.get(self.prefix + name, "").replace("\x00", "").strip()

    @property
    def html_id(self) -> str:
        return f"table-{self.prefix}{self.table.name}"

    @property
    def is_query(self) -> bool:
        return isinstance(self.source, QuerySet)

    # ── what is looked for ──
    @property
    def query(self) -> str:
        return self.param("q")[:80]

    @cached_property
    def filters(self) -> list[dict[str, Any]]:
        found = []
        for f in self.table.filters:
            choices = [(str(v), label) for v, label in (f.choices(self.request) if callable(f.choices) else f.choices)]
            asked = self.param(f.name) if self.prefix + f.name in self._params else f.default
            value = asked if any(asked == v for v, _label in choices) else ""
            found.append(
                {"filter": f, "param": self.prefix + f.name, "label": f.label, "choices": choices, "value": value}
            )
        return found

    @cached_property
    def sort(self) -> "tuple[Column | None, bool]":
        """(column, descending)."""
        asked = self.param("sort") or self.table.order
        column = next((c for c in self.table.columns if c.order and c.name == asked.lstrip("-")), None)
        return column, asked.startswith("-")

    @cached_property
    def found(self) -> Any:
        rows: Any = self.source if self.is_query else list(self.source)
        for f in self.filters:
            if f["value"]:
                rows = self._filtered(rows, f["filter"], f["value"])
        if self.query and self.table.search:
            rows = self._searched(rows)
        return self._sorted(rows)

    def _filtered(self, rows: Any, f: "Filter", value: str) -> Any:
        if f.apply:
            return f.apply(rows, value)
        if self.is_query:
            return rows.filter(**{f.field or f.name: value})
        return [row for row in rows if str(value_of(row, f.field or f.name)) == value]

    def _searched(self, rows: Any) -> Any:
        search = self.table.search
        if callable(search):
            return search(rows, self.query)
        if self.is_query:
            return rows.filter(reduce(or_, (Q(**{f"{name}__icontains": self.query}) for name in search)))
        low = self.query.casefold()
        return [row for row in rows if any(low in str(value_of(row, name) or "").casefold() for name in search)]

    def _sorted(self, rows: Any) -> Any:
        column, down = self.sort
        if self.is_query:
            # The key at the end: without a total order a row can stand on two pages or on none. Grouped rows have no key.
            key = () if isinstance(rows.query.group_by, tuple) else ("pk",)
            if column is None:
                return rows if rows.ordered else rows.order_by(*key)
            name = column.order if isinstance(column.order, str) else column.name
            return rows.order_by(f"-{name}" if down else name, *key)
        if column is None:
            return rows
        empty = [row for row in rows if column.of(row) is None]
        return sorted((row for row in rows if column.of(row) is not None), key=column.of, reverse=down) + empty

    # ── which of it is shown ──
    @cached_property
    def total(self) -> int:
        if self.known is not None and not self.asked:
            return self.known
        if not self.is_query:
            return len(self.found)
        # What is looked for mostly fits on one page: then its rows say how many they are.
        if self.wanted == 1 and not self.wants_export and len(self.front) < self.table.size:
            return len(self.front)
        return self.found.count()

    @cached_property
    def front(self) -> list[Any]:
        """The first page's."""
        return list(self.found[: self.table.size])

    @property
    def wanted(self) -> int:
        """The page that the URL says; there may be fewer."""
        asked = self.param("page")
        return max(1, int(asked)) if asked.isdecimal() and len(asked) < 8 else 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.table.size))

    @cached_property
    def number(self) -> int:
        return min(self.wanted, self.pages)

    @property
    def first(self) -> int:
        return (self.number - 1) * self.table.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.table.size, self.total)

    @cached_property
    def rows(self) -> list[Row]:
        start = (self.number - 1) * self.table.size
        cut = self.found[start : start + self.table.size] if start else self.front
        return [Row(self, row) for row in cut]

    @property
    def body(self) -> SafeString:
        return body(self)

    @property
    def head(self) -> SafeString:
        return head(self)

    @property
    def pickable(self) -> int:
        return sum(row.pickable for row in self.rows)

    @property
    def asked(self) -> bool:
        """Is anything narrowed beyond the default? Then an empty table means "nothing found", not "nothing there"."""
        return bool(self.query) or any(f["value"] != f["filter"].default for f in self.filters)

    # ── links ──
    def url(self, **changes: Any) -> str:
        left = {"export", *(self.prefix + name for name in ("page", *changes))}
        params = {name: values for name, values in self._params.lists() if name not in left}
        params |= {self.prefix + name: [str(v)] for name, v in changes.items() if v not in ("", None)}
        return f"{self.request.path}?{urlencode(params, doseq=True)}" if params else self.request.path

    @property
    def clear_url(self) -> str:
        return self.url(q="", **{f["filter"].name: "" for f in self.filters})

    @property
    def export_url(self) -> str:
        return f"{self.url()}{'&' if '?' in self.url() else '?'}{urlencode({'export': 'xlsx', 'table': self.html_id})}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters of the URL that the filter form must carry along."""
        own = {f"{self.prefix}{n}" for n in ("q", "page", *(f.name for f in self.table.filters))} | {"export", "table"}
        return [(k, v) for k, values in self._params.lists() for v in values if k not in own]

    @property
    def heads(self) -> list[Head]:
        current, down = self.sort
        heads = []
        for c in self.table.columns:
            on = c is current
            heads.append(
                Head(
                    c,
                    ("descending" if down else "ascending") if on else "",
                    self.url(sort=c.name if on and down else f"-{c.name}" if on else c.name),
                )
            )
        return heads

    @property
    def page_links(self) -> list[dict[str, Any]]:
        """First, last, and two on each side; gaps as None."""
        near = sorted({1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)})
        links: list[dict[str, Any]] = []
        before = 0
        for n in near:
            if n - before > 1:
                links.append({})
            links.append({"number": n, "url": self.url(page=n), "here": n == self.number})
            before = n
        return links

    @property
    def next_url(self) -> str:
        return self.url(page=self.number + 1) if self.number < self.pages else ""

    @property
    def previous_url(self) -> str:
        return self.url(page=self.number - 1) if self.number > 1 else ""

    # ── the sheet ──
    @property
    def wants_export(self) -> bool:
        return (
            self._params.get("export") == "xlsx"
            and bool(self.table.file)
            and self._params.get("table", self.html_id) == self.html_id
        )

    def export(self) -> FileResponse:
        columns = [c for c in self.table.columns if c.export]
        rows = self.found.iterator(chunk_size=2000) if self.is_query else self.found
        return response(
            str(self.table.file),
            [str(c.label) for c in columns],
            ([c.export(row) if callable(c.export) else c.of(row) for c in columns] for row in rows),
        )
