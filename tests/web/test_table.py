"""Columns, search, filter, order, pages and the sheet; the state is the URL's."""

import io

import openpyxl
import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db.models import Count
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import override

from tests import factories as make
from yanxiu.organisation.models import Unit
from yanxiu.web.table import Column, Filter, Pick, Table

ROWS = [
    {"name": name, "n": n, "kind": kind, "id": n}
    for name, n, kind in (("甲", 3, "a"), ("乙", None, "b"), ("丙", 1, "a"), ("丁", 20, "b"), ("=戊", 5, "a"))
]
TABLE = Table(
    "rows",
    columns=[
        Column("name", "姓名", head=True, order=True),
        Column("n", "数", kind="count", order=True),
        Column("kind", "类", export=lambda row: row["kind"].upper()),
    ],
    search=("name",),
    filters=[Filter("kind", "类", [("", "全部"), ("a", "A"), ("b", "B")])],
    order="n",
    size=2,
    file="名单",
    pick=Pick("row", "act", allowed=lambda row: row["kind"] == "a", checked=lambda row: row["n"] == 1),
)


def ask(query="", rows=ROWS, table=TABLE, **headers):
    request = RequestFactory().get(f"/rows/?{query}", headers=headers)
    request.session = SessionStore()
    return table.read(request, rows)


def names(page):
    return [row.data["name"] for row in page.rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["丙", "甲"]),  # by number, what has none comes last
        ("page=3", ["乙"]),
        ("page=99", ["乙"]),
        ("page=-1", ["丙", "甲"]),
        ("page=x", ["丙", "甲"]),
        ("sort=-n", ["丁", "=戊"]),
        ("q=丁", ["丁"]),
        ("kind=b&sort=n", ["丁", "乙"]),
        ("kind=zzz", ["丙", "甲"]),
        ("q=没有", []),
    ],
)
def test_what_the_url_asks(query, expected):
    assert names(ask(query)) == expected


def test_an_order_that_is_not_offered_is_not_taken():
    assert names(ask("sort=password")) == ["甲", "乙"]


def test_links_keep_the_question():
    page = ask("q=a&kind=a&sort=-n&page=2&other=1")
    assert page.url(page=3) == "/rows/?q=a&kind=a&sort=-n&other=1&page=3"
    assert page.heads[1].sort == "descending" and "sort=n" in page.heads[1].url
    assert ("other", "1") in page.kept and ("sort", "-n") in page.kept and not any(k == "q" for k, _v in page.kept)
    assert page.clear_url == "/rows/?sort=-n&other=1"


def test_picking():
    assert [(row.pickable, row.picked) for row in ask().rows] == [(True, True), (True, False)]


def test_page_links_have_gaps():
    many = [{"name": str(n), "n": n, "kind": "a", "id": n} for n in range(40)]
    assert [link.get("number") for link in ask("page=10", many).page_links] == [1, None, 8, 9, 10, 11, 12, None, 20]


def test_the_sheet_has_the_rows_found_and_numbers_stay_numbers():
    page = ask("export=xlsx&kind=a")
    assert page.wants_export
    answer = page.export()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert cells == [["姓名", "数", "类"], ["丙", 1, "A"], ["甲", 3, "A"], ["=戊", 5, "A"]]
    assert book.active.cell(4, 1).data_type == "s"  # never a formula


def test_two_tables_of_one_page_do_not_hear_each_other():
    request = RequestFactory().get("/rows/?b-page=2&export=xlsx&table=table-b-rows")
    a, b = TABLE.read(request, ROWS), TABLE.read(request, ROWS, prefix="b-")
    assert (a.number, b.number) == (1, 2)
    assert (a.wants_export, b.wants_export) == (False, True)


def test_the_heading_stands_in_the_row_of_the_export_also_when_only_the_table_is_asked_for():
    table = Table("rows", columns=TABLE.columns, file="名单", heading="下级单位")
    html = render_to_string("web/table.html", {"table": ask(table=table), "partial": True})
    bar = html[html.index("y-tablebar") : html.index("</form>")]
    assert bar.index('<h2 class="y-h3">下级单位</h2>') < bar.index("导出5行")
    assert "<h2" not in render_to_string("web/table.html", {"table": ask()})


def test_a_queryset_is_sorted_searched_and_cut_by_the_database(db, django_assert_num_queries):
    make.installation()
    make.tree()
    table = Table(
        "units",
        columns=[Column("name", "单位", head=True, order="sort_key"), Column("parent", "上级", value="parent.name")],
        search=("name",),
        filters=[Filter("level", "级", [("", "全部"), ("school", "学校")])],
        order="name",
        size=2,
    )
    with django_assert_num_queries(2):
        page = ask("q=鼓楼区&level=school&sort=-name", Unit.objects.select_related("parent"), table)
        shown = [[c.text(c.of(row.data)) for c in table.columns] for row in page.rows]
        assert page.total == 3
    assert len(shown) == 2 and all(parent == "鼓楼区" for _name, parent in shown)


def test_a_table_without_end_pages_by_key(db, django_assert_num_queries):
    make.installation()
    make.tree()
    table = Table("units", columns=[Column("name", "单位", head=True, order=True)], keyset=True, size=4, file="单位")
    seen, url = [], "/rows/?x=1"
    while url:
        with django_assert_num_queries(1):
            page = ask(url.partition("?")[2], Unit.objects.all(), table)
            seen += [row.data.pk for row in page.rows]
            url = page.next_url
    assert seen == sorted(Unit.objects.values_list("pk", flat=True), reverse=True)
    assert "before" not in page.previous_url and "x=1" in page.previous_url


def test_grouped_rows_stay_grouped(db):
    make.installation()
    make.tree()
    rows = Unit.objects.values("level").annotate(n=Count("id"))
    table = Table(
        "levels", columns=[Column("level", "级", order=True), Column("n", "数", kind="count", order=True)], order="-n"
    )
    found = [(row.data["level"], row.data["n"]) for row in ask("", rows, table).rows]
    assert len(found) == 4 and ("county", 4) in found
    assert [n for _, n in found] == sorted((n for _, n in found), reverse=True)


def test_a_null_byte_finds_nothing_and_breaks_nothing(db):
    make.installation()
    table = Table("units", columns=[Column("name", "单位", order=True)], search=("name",))
    assert ask("q=%00%00&page=%00", Unit.objects.all(), table).total == 0


def test_htmx_gets_the_table_alone(db, client):
    make.installation()
    with override("zh-hans"):
        html = client.get(
            "/components/?q=沈", headers={"HX-Request": "true", "HX-Target": "table-learners"}
        ).content.decode()
    assert "<html" not in html and "沈玉芬" in html and "刘芳" not in html
    assert "没有找到" in client.get("/components/?q=zzz").content.decode()


def test_a_search_that_is_a_function_has_its_field(db):
    make.installation()
    table = Table(
        "units",
        columns=[Column("name", "单位", order=True)],
        search=lambda rows, word: rows.filter(name__contains=word),
    )
    make.tree()
    page = ask("q=清溪", Unit.objects.all(), table)
    html = render_to_string("web/table.html", {"table": page, "request": page.request})
    assert 'type="search"' in html and 'value="清溪"' in html and page.total == 1


def test_a_list_that_only_the_default_filter_empties_says_its_own_words():
    waiting = Filter("kind", "类", [("z", "等待"), ("all", "全部")], default="z", apply=lambda rows, value: [])
    table = Table("rows", columns=TABLE.columns, search=("name",), filters=[waiting], empty="没有等待的")

    def shown(query=""):
        return render_to_string("web/table.html", {"table": ask(query, table=table)})

    assert "没有等待的" in shown()
    assert "没有等待的" in shown("kind=z")
    assert "没有找到" in shown("kind=all")
    assert "没有找到" in shown("q=甲")


def test_what_a_view_has_counted_is_not_counted_again(db, django_assert_num_queries):
    make.installation()
    make.tree()
    rows = Unit.objects.order_by("pk")
    table = Table("units", columns=[Column("name", "单位", head=True)], search=("name",), size=2)
    with django_assert_num_queries(0):
        assert table.read(RequestFactory().get("/rows/"), rows, total=7).total == 7
    with django_assert_num_queries(2):
        page = table.read(RequestFactory().get("/rows/?q=鼓楼区"), rows, total=7)
        assert page.total == 5 and len(page.rows) == 2
    with django_assert_num_queries(1):  # all on one page: they are not counted beside
        page = table.read(RequestFactory().get("/rows/?q=徐州"), rows, total=7)
        assert page.total == len(page.rows) == 1


def test_a_filter_that_narrows_by_itself_is_part_of_what_a_view_has_counted(db, django_assert_num_queries):
    make.installation()
    make.tree()
    level = Filter("level", "级", [("city", "市"), ("all", "全部")], default="city", apply=lambda rows, v: rows.filter(level=v) if v == "city" else rows)  # fmt: skip
    table = Table("units", columns=[Column("name", "单位", head=True)], filters=[level], size=2)
    with django_assert_num_queries(0):
        assert table.read(RequestFactory().get("/rows/"), Unit.objects.order_by("pk"), total=3).total == 3
    assert table.read(RequestFactory().get("/rows/?level=all"), Unit.objects.order_by("pk"), total=3).total > 3


def test_cells_written_here_are_escaped_and_a_cell_drawn_in_python_sees_the_row_and_the_request():
    table = Table(
        "rows",
        columns=[
            Column("name", "姓名", head=True, url=lambda row: f"/?a={row['n']}&b"),
            Column("n", "数", draw=lambda row, request: mark_safe(f"<b>{row['n']}{request.path}</b>")),
        ],
    )
    html = ask(rows=[{"name": "<i>&", "n": 1}], table=table).body
    assert '<a href="/?a=1&amp;b">&lt;i&gt;&amp;</a>' in html and "<b>1/rows/</b>" in html
