import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yanxiu.lib import identity
from yanxiu.lib.spreadsheets import (
    Column,
    Heading,
    Limits,
    SheetProblem,
    SheetRefused,
    plain_name,
    read,
    write_csv,
    write_xlsx,
)
from yanxiu.lib.spreadsheets.xlsx import cells as xlsx_cells

RARE = [
    row["char"]
    for row in csv.DictReader(
        (Path(__file__).parent.parent / "data" / "rare-name-characters.csv").open(encoding="utf-8")
    )
]
NAME = Column("name", ("姓名", "name"), required=True)
IDENTITY = Column("identity", ("身份证号", "identity number"), required=True)
PHONE = Column("phone", ("手机号", "phone"))
COLUMNS = (NAME, IDENTITY, PHONE)
HEADINGS = (Heading("姓名"), Heading("身份证号", 22), Heading("手机号"))
NUMBER = "320102199001011232"

value = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Zs", "Zl", "Zp", "Cn", "Cf")), min_size=1, max_size=12
)
table = st.lists(st.tuples(value, value, value), max_size=6)


def xlsx(rows, headings=HEADINGS):
    target = io.BytesIO()
    write_xlsx(target, headings, rows)
    return target.getvalue()


def book_of(rows):
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def csv_text(rows, delimiter=","):
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue()


def values(sheet):
    return [tuple(row.values[column.key] for column in COLUMNS if column.key in row.values) for row in sheet.rows]


def refusal(source, columns=COLUMNS, limits=None):
    with pytest.raises(SheetRefused) as caught:
        list(read(source, columns, limits).rows)
    return caught.value.problem


APOSTROPHES = [("'=1+1", "''+86", "'@"), ("'", "O'Neil", "'quoted'"), ("=1+1", "-1", "'''=")]


@given(table)
@example(APOSTROPHES)
def test_xlsx_there_and_back(rows):
    assert values(read(xlsx(rows), COLUMNS)) == [tuple(cell for cell in row) for row in rows]


@given(table)
@example(APOSTROPHES)
def test_our_csv_there_and_back(rows):
    target = io.BytesIO()
    write_csv(target, HEADINGS, rows)
    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    assert values(read(target.getvalue(), COLUMNS)) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter_with_rare_characters(encoding, delimiter):
    rows = [("姓名", "身份证号", "手机号"), *((f"王{char}", NUMBER, "13812341234") for char in RARE)]
    sheet = read(csv_text(rows, delimiter).encode(encoding), COLUMNS)
    assert values(sheet) == rows[1:]


def test_gbk_with_the_characters_that_gbk_has():
    rows = [
        ("姓名", "身份证号"),
        *((f"张{char}，“三”", NUMBER) for char in RARE if char in "龑垚燚玥喆堃翀昇犇彧嫄禤遆曽"),
    ]
    assert len(rows) == 15
    assert values(read(csv_text(rows).encode("gbk"), COLUMNS)) == rows[1:]


def test_xlsx_keeps_rare_characters():
    rows = [(f"{char}某", NUMBER, "") for char in RARE]
    assert values(read(xlsx(rows), COLUMNS)) == rows


@pytest.mark.parametrize(
    "header",
    [
        ("姓名", "身份证号"),
        ("Name", "IDENTITY NUMBER"),
        (" 姓 名 *", "身份证号（必填）"),
        ("姓名：", "身份证号 "),
        ("ｎａｍｅ", "Identity_Number"),
    ],
)
def test_columns_are_found_by_either_name_in_any_spelling(header):
    assert values(read(csv_text([header, ("王明", NUMBER)]).encode(), COLUMNS)) == [("王明", NUMBER)]


def test_header_facts_and_row_numbers():
    rows = [
        ("2023年教师名册",),
        (),
        ("序号", "身份证号", "姓名"),
        ("1", NUMBER, "王明"),
        (),
        ("", "", ""),
        ("2", NUMBER, "李明"),
    ]
    for source in (csv_text(rows).encode(), book_of(rows)):
        sheet = read(source, COLUMNS)
        assert sheet.header_row == 3
        assert sheet.found == {"name": "姓名", "identity": "身份证号"}
        assert sheet.unknown == ("序号",)
        assert [(row.number, row.values["name"]) for row in sheet.rows] == [(4, "王明"), (7, "李明")]


def test_numbers_of_a_spreadsheet():
    rows = [
        ("姓名", "身份证号", "手机号"),
        ("甲", float(NUMBER), 13812341234),
        ("乙", NUMBER, 13812341234.0),
        ("丙", 320102900101123, True),
        (date(1990, 1, 1), datetime(2023, 7, 16, 8, 30), 0.5),
    ]
    first, second, third, fourth = read(book_of(rows), COLUMNS).rows
    assert first.values["phone"] == "13812341234"
    assert first.problems == (SheetProblem(2, "身份证号", "number_lost_digits", first.values["identity"]),)
    assert identity.check(first.values["identity"]) in {
        identity.IdentityProblem.SCIENTIFIC,
        identity.IdentityProblem.ZEROED,
    }
    assert second.problems == ()
    assert second.values["phone"] == "13812341234"
    assert third.values["identity"] == "320102900101123"
    assert third.problems == ()
    assert fourth.values == {"name": "1990-01-01", "identity": "2023-07-16T08:30:00", "phone": "0.5"}


def test_scientific_text_in_csv_is_left_to_the_identity_check():
    (row,) = read(csv_text([("姓名", "身份证号"), ("甲", "3.20102E+17")]).encode(), COLUMNS).rows
    assert identity.check(row.values["identity"]) is identity.IdentityProblem.SCIENTIFIC


def test_short_rows_and_cells_that_are_too_long():
    rows = read(
        csv_text([("姓名", "身份证号", "手机号"), ("甲",), ("乙" * 30, NUMBER, "1")]).encode(), COLUMNS, Limits(cell=20)
    ).rows
    first, second = rows
    assert first.values == {"name": "甲", "identity": "", "phone": ""}
    assert second.values["name"] == "乙" * 20
    assert [(problem.row, problem.column, problem.code) for problem in second.problems] == [
        (3, "姓名", "cell_too_long")
    ]


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (11 << 20))
    return target.getvalue()


def entities():
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([("甲", NUMBER, "1")]))) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            body = old.read(part)
            if part.filename.startswith("xl/worksheets"):
                body = body.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)
            new.writestr(part.filename, body)
    return target.getvalue()


GOOD_HEADER = ("姓名", "身份证号")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "empty"),
        (b"\n\n \n", "empty"),
        (b"PK\x03\x04nothing", "not_a_sheet"),
        (zipfile.ZipFile, "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xff\xff\xff,\xff", "encoding"),
        (b"\xef\xbb\xbfa,\xff\n", "encoding"),
        (b"%PDF-1.7\n\0\0", "not_a_sheet"),
        (csv_text([("姓名", "电话"), ("甲", "1")]).encode(), "header_missing"),
        (csv_text([("姓名", "身份证号", "name"), ("甲", NUMBER, "乙")]).encode(), "column_twice"),
        (bomb, "bomb"),
        (entities, "bomb"),
        ('姓名,身份证号\n"甲,1\n' + "x" * 200_000, "broken"),
    ],
)
def test_refused_files(source, code):
    if source is zipfile.ZipFile:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        source = target.getvalue()
    elif callable(source):
        source = source()
    assert refusal(source.encode() if isinstance(source, str) else source).code == code


def test_what_is_missing_is_named_with_the_row_that_came_nearest():
    problem = refusal(csv_text([("名册",), ("姓名", "电话"), ("甲", "1")]).encode())
    assert problem == SheetProblem(2, "", "header_missing", "身份证号")


def test_a_header_below_the_tenth_row_is_not_looked_for():
    assert refusal(csv_text([*([("x",)] * 10), GOOD_HEADER]).encode()).code == "header_missing"
    assert read(csv_text([*([("x",)] * 9), GOOD_HEADER]).encode(), COLUMNS).header_row == 10


@pytest.mark.parametrize(
    ("limits", "rows", "code"),
    [
        (Limits(size=10), [GOOD_HEADER], "too_large"),
        (Limits(rows=2), [GOOD_HEADER, ("a", "1"), ("b", "2"), ("c", "3")], "too_many_rows"),
        (Limits(columns=2), [GOOD_HEADER, ("a", "1", "x")], "too_many_columns"),
        (Limits(unpacked=100), [GOOD_HEADER], "bomb"),
    ],
)
def test_limits(limits, rows, code):
    source = book_of(rows) if code == "bomb" else csv_text(rows).encode()
    assert refusal(source, limits=limits).code == code


def test_limits_let_through_what_fits():
    rows = [GOOD_HEADER, ("a", "1"), ("b", "2")]
    assert len(list(read(csv_text(rows).encode(), COLUMNS, Limits(rows=2, columns=2)).rows)) == 2


def test_the_callers_file_stays_open():
    source = io.BytesIO(csv_text([GOOD_HEADER, ("a", "1")]).encode())
    list(read(source, COLUMNS).rows)
    assert not source.closed


def test_a_hidden_first_sheet_is_passed_over():
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.sheet_state = "hidden"
    book.active.append(("列表",))
    book.create_sheet("名册").append(GOOD_HEADER)
    book.save(target)
    assert read(target.getvalue(), COLUMNS).header_row == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_nothing_that_people_wrote_is_calculated(text):
    book = openpyxl.load_workbook(io.BytesIO(xlsx([(text, NUMBER, "")])))
    cell = book.active["A2"]
    assert cell.data_type != "f"
    assert cell.quotePrefix
    assert cell.value == text
    target = io.BytesIO()
    write_csv(target, HEADINGS, [(text, NUMBER, "")])
    (_header, row) = csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig")))
    assert row[0] == f"'{text}"
    assert row[1] == NUMBER


def test_what_is_written_to_csv():
    target = io.BytesIO()
    rows = [
        (-5, Decimal("-0.5"), True),
        (None, date(2023, 7, 16), datetime(2023, 7, 16, 8, tzinfo=UTC)),
        (datetime(2023, 1, 2, 3), "\x00丙", ""),
    ]
    assert write_csv(target, ["一", Heading("二"), "三"], rows) == 3
    assert target.getvalue().decode("utf-8-sig").splitlines() == [
        "一,二,三",
        "-5,-0.5,是",
        ",2023-07-16,2023-07-16 16:00:00",
        "2023-01-02 03:00:00,丙,",
    ]


def test_what_is_written_to_xlsx():
    moment = datetime(2023, 7, 16, 8, tzinfo=UTC)
    source = xlsx(
        [
            ("甲", NUMBER, 13812341234),
            ("乙", int(NUMBER), Decimal("79.99")),
            (True, None, moment),
            ("\x00\x0b丙", -5, date(2023, 7, 16)),
        ]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(source)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["甲", NUMBER, 13812341234],
        ["乙", NUMBER, 79.99],
        ["是", None, datetime(2023, 7, 16, 16)],
        ["丙", -5, datetime(2023, 7, 16)],
    ]
    assert sheet["B2"].number_format == "@"
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width == 22
    assert sheet.column_dimensions["A"].width == 10


def test_titles_that_a_spreadsheet_refuses():
    target = io.BytesIO()
    assert write_xlsx(target, HEADINGS, [("a", "b", "c")] * 3, title="第1期/语文[1]:*?" + "长" * 40) == 3
    assert openpyxl.load_workbook(target).sheetnames[0].startswith("第1期-语文-1-")


def test_plain_name():
    assert plain_name(" 姓 名 *") == plain_name("姓名（必填）") == plain_name("姓名") != plain_name("姓")


# ------------------------------------------------------------------ xlsx as other programs write it


def parts_of(sheet, *, strings="", styles="", workbook='<sheet name="a" sheetId="1" r:id="r1"/>', properties=""):
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{relations}">{properties}<sheets>{workbook}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{relations}/chartsheet" Target="chartsheets/sheet1.xml"/>'
        f'<Relationship Id="r3" Type="{relations}/worksheet" Target="/xl/worksheets/sheet3.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
        "xl/worksheets/sheet3.xml": f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f"<sst {main}>{strings}</sst>"
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet {main}>{styles}</styleSheet>"
    return parts


def zipped(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()


HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>身份证号</t></is></c></row>'


def one_row(cells_xml, **parts):
    sheet = f'{HEAD}<row r="7"><c r="A7" t="str"><v>甲</v></c>{cells_xml}</row>'
    (row,) = read(zipped(parts_of(sheet, **parts)), COLUMNS).rows
    assert row.number == 7
    return row.values["identity"]


@pytest.mark.parametrize(
    ("cells_xml", "text"),
    [
        ('<c r="B7"><v>5</v></c>', "5"),
        ('<c r="B7"><v>5.0</v></c>', "5"),
        ('<c r="B7"><v>1.3812341234E10</v></c>', "13812341234"),
        ('<c r="B7"><v>1E3</v></c>', "1000"),
        ('<c r="B7"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="B7"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B7"><f>1+1</f></c>', ""),
        ('<c r="B7"/>', ""),
        ('<c r="B7" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="B7" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="B7" t="d"><v>2023-07-16T00:00:00</v></c>', "2023-07-16"),
        ("<c><v>9</v></c>", "9"),  # no reference: the next column
        ('<c r="B7" t="inlineStr"><is><r><t>一</t></r><r><t>二</t></r><rPh><t>yi er</t></rPh></is></c>', "一二"),
        ('<c r="B7" t="inlineStr"><is><t>a_x000D__x4E00_</t></is></c>', "a\r一"),
        ('<c r="C7" t="str"><v>z</v></c>', ""),
    ],
)
def test_kinds_of_cells(cells_xml, text):
    assert one_row(cells_xml) == text


def test_shared_strings_with_runs_and_readings():
    strings = "<si><t>x</t></si><si><r><t>欧</t></r><r><t>阳</t></r><rPh><t>ouyang</t></rPh></si>"
    assert one_row('<c r="B7" t="s"><v>1</v></c>', strings=strings) == "欧阳"


@pytest.mark.parametrize(
    ("style", "properties", "text"),
    [
        (0, "", "45123"),
        (1, "", "2023-07-16"),
        (2, "", "2023-07-16"),
        (1, '<workbookPr date1904="1"/>', "2027-07-17"),
    ],
)
def test_days_are_numbers_with_a_format(style, properties, text):
    styles = (
        '<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>'
    )
    assert one_row(f'<c r="B7" s="{style}"><v>45123</v></c>', styles=styles, properties=properties) == text


def test_charts_and_hidden_sheets_are_passed_over_and_paths_may_be_absolute():
    workbook = '<sheet name="a" sheetId="1" state="veryHidden" r:id="r1"/><sheet name="b" sheetId="2" r:id="r2"/><sheet name="c" sheetId="3" r:id="r3"/>'
    assert one_row('<c r="B7"><v>5</v></c>', workbook=workbook) == "5"


def test_names_with_a_prefix():
    parts = parts_of(HEAD + '<row><c t="str"><v>甲</v></c><c><v>5</v></c></row>')
    name = "xl/worksheets/sheet1.xml"
    body = parts[name].replace("xmlns=", "xmlns:x=")
    for tag in ("worksheet", "sheetData", "row", "c", "is", "t", "v"):
        for end in (" ", ">"):
            body = body.replace(f"<{tag}{end}", f"<x:{tag}{end}").replace(f"</{tag}>", f"</x:{tag}>")
    (row,) = read(zipped({**parts, name: body}), COLUMNS).rows
    assert (row.number, row.values["identity"]) == (2, "5")


@pytest.mark.parametrize(
    ("row_xml", "code"),
    [
        ('<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>', "broken"),
        ('<row r="2"><c r="A2"><v>one</v></c></row>', "broken"),
        ('<row r="2"><c r="A2" t="s"><v>9</v></c></row>', "broken"),
        ('<row r="2"><c r="2"><v>9</v></c></row>', "broken"),
        ('<row r="2"><c r="AAAA2"><v>9</v></c></row>', "broken"),
        ('<row r="2"><c r="A2"><v>9</c></row>', "broken"),
        ('<row r="2"><c r="XFD2"><v>9</v></c></row>', "too_many_columns"),
    ],
)
def test_broken_sheets_say_where(row_xml, code):
    problem = refusal(zipped(parts_of(HEAD + row_xml)))
    assert problem.code == code
    assert problem.row in {1, 2, 3}


def test_an_empty_cell_far_out_does_no_harm():
    assert one_row('<c r="B7"><v>5</v></c><c r="XFD7"/>') == "5"


@pytest.mark.parametrize("gone", ["xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_parts_that_are_gone(gone):
    parts = parts_of(HEAD)
    del parts[gone]
    assert refusal(zipped(parts)).code == "not_a_sheet"


def test_empty_rows_are_no_rows():
    sheet = (
        HEAD
        + "".join(f'<row r="{number}"/>' for number in range(2, 9))
        + '<row r="9"><c r="A9" t="str"><v>甲</v></c></row>'
    )
    assert [row.number for row in read(zipped(parts_of(sheet)), COLUMNS, Limits(rows=1)).rows] == [9]


def test_a_row_is_not_filled_up_to_a_far_column():
    """Thousands of such rows would need gigabytes before anybody counts their columns."""
    with pytest.raises(SheetRefused, match="too_many_columns"):
        list(xlsx_cells(io.BytesIO(zipped(parts_of('<row r="2"><c r="XFD2"><v>9</v></c></row>'))), columns=200))


def test_too_many_parts():
    assert refusal(zipped({**parts_of(HEAD), **{f"xl/media/{number}": "" for number in range(2_001)}})).code == "bomb"


def test_an_archive_with_a_password():
    source = bytearray(xlsx([("甲", NUMBER, "1")]))
    place = source.index(b"PK\x01\x02")
    source[place + 8] |= 1
    assert refusal(bytes(source)).code == "encrypted"


def test_characters_that_older_files_keep_in_the_private_area():
    source = csv_text([GOOD_HEADER]).encode("gb18030") + b"\xfe\x59,1\n"
    (row,) = read(source, COLUMNS).rows
    assert row.values["name"] == "\u9fb4"


def test_a_damaged_archive():
    good = bytearray(xlsx([("甲", NUMBER, "1")] * 500))
    start = good.index(b"xl/worksheets/sheet1.xml") + 200
    good[start : start + 40] = b"\xff" * 40
    assert refusal(bytes(good)).code in {"broken", "not_a_sheet"}
