"""The rows of a table as HTML, put together here: a template that asks each cell what it is costs several times the words in it.

What a column says of each of its cells is worked out once; a cell's own template is drawn in one context for all rows.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from html import escape
from typing import TYPE_CHECKING, Any

from django.template import Engine, RequestContext
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.web.icons import icon

if TYPE_CHECKING:
    from yanxiu.web.table.declared import Column
    from yanxiu.web.table.page import Head, Page, Row

SORT_ICONS = {"ascending": "arrow-up", "descending": "arrow-down", "": "arrows-sort"}


def body(page: "Page") -> SafeString:
    """The <tr> of every row that is shown."""
    context = RequestContext(page.request)
    engine = Engine.get_default()
    templates = {c.template: engine.get_template(c.template) for c in page.table.columns if c.template}
    # Any template will do: bound once, the context runs its processors once.
    with context.bind_template(next(iter(templates.values()))) if templates else nullcontext():
        columns = [(*_around(c), _inside(c, templates.get(c.template), context)) for c in page.table.columns]
        return mark_safe("\n".join([_row(page, row, columns) for row in page.rows]))


def head(page: "Page") -> SafeString:
    """The <th> of every column; a column that sorts is a link."""
    swap = f'hx-target="#{escape(page.html_id)}" hx-swap="outerHTML" hx-push-url="true"'
    return mark_safe("".join(_head(one, swap) for one in page.heads))


def _head(one: "Head", swap: str) -> str:
    column, label = one.column, str(conditional_escape(one.column.label))
    right = ' class="y-r"' if column.right else ""
    sort = f' aria-sort="{one.sort}"' if one.sort else ""
    if column.order:
        url = escape(one.url)
        label = f'<a class="y-sort" href="{url}" hx-get="{url}" {swap}>{label}{icon(SORT_ICONS[one.sort])}</a>'
    elif column.hide_label:
        label = f'<span class="y-vh">{label}</span>'
    return f'<th scope="col"{right}{sort}>{label}</th>\n'


def _row(page: "Page", row: "Row", columns: Iterable[tuple[str, str, Callable[[Any], str]]]) -> str:
    data = row.data
    cells = "\n".join([f"{before}{inside(data)}{after}" for before, after, inside in columns])
    cls = f' class="{conditional_escape(own)}"' if (own := row.cls) else ""
    return f"<tr{cls}>{_pick(page, row)}\n{cells}\n</tr>"


def _around(column: "Column") -> tuple[str, str]:
    cls = conditional_escape(column.cls)
    if column.head:
        return f'<th scope="row" class="{cls}">', "</th>"
    label = "" if column.hide_label else f' data-l="{conditional_escape(column.label)}"'
    return f'<td{label} class="{"y-r " if column.right else ""}{cls}"><span>', "</span></td>"


def _inside(column: "Column", template: Any, context: RequestContext) -> Callable[[Any], str]:
    of, words, url = column.of, column.text, column.url

    def drawn(row: Any) -> str:
        with context.push(row=row, value=of(row)):
            return str(template.render(context))

    if (draw := column.draw) is not None:
        return lambda row: draw(row, context.request)

    def written(row: Any) -> str:
        value = of(row)
        text = value if isinstance(value, SafeString) else escape(words(value))
        return f'<a href="{escape(url(row))}">{text}</a>' if url else text

    return drawn if template else written


def _pick(page: "Page", row: "Row") -> str:
    pick = page.table.pick
    if pick is None:
        return ""
    if not row.pickable:
        return "<td></td>"
    checked = " checked" if row.picked else ""
    label = escape(_("选中%(what)s") % {"what": row.pick_label})
    return (
        f'<td><span class="form-check is-solo"><input class="form-check-input" type="checkbox" name="{pick.name}" value="{escape(str(row.key))}"'
        f' form="{pick.form}" data-yx-pick="{pick.form}"{checked} aria-label="{label}"></span></td>'
    )
