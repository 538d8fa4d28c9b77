"""Roster imports as the job runs them: file → rows → preview → applied. The pages are tests/administration's."""

import io
import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from yanxiu.events.models import Event
from yanxiu.lib import clock, identity
from yanxiu.organisation import actions, queries, rules
from yanxiu.organisation.actions import pieces, roster
from yanxiu.organisation.models import PastParticipation, Person, RosterImport, RosterRow, Unit

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "身份证号", "手机号", "教师编号", "学校代码", "学段", "学科", "职称", "在岗"]


def number(n: int) -> str:
    return identity.make("320106", date(1980, 1, 1 + n // 900), n % 900)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def units() -> dict[str, Unit]:
    actions.load_units()
    county, other = Unit.objects.get(code="320106"), Unit.objects.get(code="320302")
    one, two = actions.create_schools([actions.NewSchool("一小", county), actions.NewSchool("二小", county)])
    foreign = actions.create_school(name="一小", county=other)
    return {
        "county": county,
        "other": other,
        "one": one,
        "two": two,
        "foreign": foreign,
        "province": Unit.objects.get(code="320000"),
    }


@pytest.fixture
def by(units) -> Person:
    return actions.create_person(actions.NewPerson("管理员", units["county"], on_roster=False))


def text(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(row) for row in [HEAD, *rows]).encode(encoding)


def sheet(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def hand_in(data: bytes, unit: Unit, by: Person, **more) -> RosterImport:
    row = roster.receive(iter([data]), name="名册.csv", kind=more.pop("kind", "roster"), unit=unit, by=by.pk, **more)
    roster.read(row.pk)
    row.refresh_from_db()
    return row


def carry_out(row: RosterImport, by: Person) -> RosterImport:
    assert roster.apply(row.pk, by=by.pk)
    roster.carry_out(row.pk)
    row.refresh_from_db()
    return row


def three(units) -> list[list[str]]:
    return [
        ["王敏", number(1), "13812345678", "T1", units["one"].code, "小学", "语文", "一级教师", "是"],
        ["李䶮", number(2), "", "T2", units["one"].code, "小学", "数学", "", ""],
        ["阿依古丽·买买提", number(3), "", "", units["two"].code, "", "", "", "否"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_shown_first_applied_once_and_the_second_time_changes_nothing(units, by, encoding):
    data = text(three(units), encoding)
    row = hand_in(data, units["county"], by)
    assert (row.state, row.counts) == (
        "preview",
        {"new": 3, "changed": 0, "moved": 0, "gone": 0, "same": 0, "refused": 0},
    )
    assert not Person.objects.filter(on_roster=True).exists()
    assert carry_out(row, by).state == "applied"
    person = queries.by_identity(number(2))
    assert (person.name, person.school, person.school_path, person.stage, person.on_duty) == (
        "李䶮",
        units["one"],
        units["one"].path,
        "小学",
        True,
    )
    assert not queries.by_identity(number(3)).on_duty
    assert queries.open_sealed(bytes(queries.by_identity(number(1)).phone_sealed), queries.PHONE) == "13812345678"
    again = hand_in(data, units["county"], by, complete=True)
    assert again.counts == {"new": 0, "changed": 0, "moved": 0, "gone": 0, "same": 3, "refused": 0}
    before = list(Person.objects.order_by("pk").values())
    carry_out(again, by)
    assert list(Person.objects.order_by("pk").values()) == before
    assert not roster.apply(row.pk, by=by.pk)


def test_gbk_is_read(units, by):
    rows = [["王敏", number(1), "", "", units["one"].code, "", "", "", ""]]
    assert hand_in(text(rows, "gbk"), units["county"], by).counts["new"] == 1


def test_an_xlsx_is_read_and_people_are_told_apart_by_identity_number_only(units, by):
    rows = [["王敏", number(n), "", None, units["one"].code, "小学", None, None, None] for n in range(5)]
    carry_out(hand_in(sheet(rows), units["county"], by), by)
    assert Person.objects.filter(name="王敏").count() == 5


def test_changed_moved_gone_are_told_and_each_person_gets_an_event(units, by):
    carry_out(hand_in(text(three(units)), units["county"], by), by)
    rows = three(units)
    rows[0][7] = "高级教师"
    rows[1][4] = units["two"].code
    row = hand_in(text(rows[:2]), units["county"], by, complete=True)
    assert row.counts == {"new": 0, "changed": 1, "moved": 1, "gone": 1, "same": 0, "refused": 0}
    assert queries.rows_of(row, "changed").get().fields == ["title"]
    assert queries.rows_of(row, "gone").get().name == "阿依古丽·买买提"
    carry_out(row, by)
    moved = Event.objects.get(kind="organisation.moved")
    assert moved.data == {
        "from": units["one"].pk,
        "to": units["two"].pk,
        "from_path": units["one"].path,
        "to_path": units["two"].path,
    }
    assert moved.person == queries.by_identity(number(2)).pk
    assert Event.objects.get(kind="organisation.gone").person == queries.by_identity(number(3)).pk
    assert Event.objects.get(kind="organisation.changed").data == {"fields": ["title"]}
    assert not queries.by_identity(number(3)).on_roster
    assert queries.by_identity(number(1)).title == "高级教师"


def test_a_part_makes_nobody_gone_and_an_unsaid_cell_changes_nothing(units, by):
    carry_out(hand_in(text(three(units)), units["county"], by), by)
    row = hand_in(text([["王敏", number(1), "", "", units["one"].code, "", "", "", ""]]), units["county"], by)
    assert row.counts["same"] == 1
    assert row.counts["gone"] == 0


def test_who_stands_in_an_unreadable_row_is_not_gone(units, by):
    carry_out(hand_in(text(three(units)), units["county"], by), by)
    rows = three(units)
    rows[0][1] = "3.20106E+17"
    rows[1][4] = "S999999"
    row = hand_in(text(rows), units["county"], by, complete=True)
    assert (row.counts["refused"], row.counts["gone"], row.counts["same"]) == (2, 0, 1)


def bad(n: int = 7, **cells: str) -> list[str]:
    row = dict(zip(HEAD, ["王敏", number(n), "", "", "ONE", "", "", "", ""], strict=True))
    return list((row | cells).values())


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"身份证号": "3.20106198001010E+17"}, "identity", "identity_scientific"),
        ({"身份证号": number(8)[:15] + "000"}, "identity", "identity_zeroed"),
        ({"身份证号": number(8)[:17] + "0"}, "identity", "identity_checksum"),
        ({"身份证号": "32010619800101"}, "identity", "identity_length"),
        ({"身份证号": ""}, "identity", "identity_empty"),
        ({"姓名": ""}, "name", "name_empty"),
        ({"学校代码": "FOREIGN"}, "school", "school_outside"),
        ({"学校代码": "S777777"}, "school", "school_unknown"),
        ({"学校代码": ""}, "school", "school_empty"),
        ({"手机号": "12345"}, "phone", "phone_length"),
        ({"学段": "大学"}, "stage", "stage_unknown"),
        ({"在岗": "也许"}, "on_duty", "on_duty_unknown"),
        ({"教师编号": "T 1;drop"}, "teacher_number", "teacher_number_unusable"),
    ],
)
def test_each_bad_row_says_number_column_and_reason(units, by, cells, column, code):
    codes = {"ONE": units["one"].code, "FOREIGN": units["foreign"].code}
    row = [codes.get(cell, cell) for cell in bad(**cells)]
    done = hand_in(text([[codes.get(c, c) for c in bad(9)], row]), units["county"], by)
    assert (done.counts["new"], done.counts["refused"]) == (1, 1)
    refused = queries.rows_of(done, "refused").get()
    assert (refused.number, refused.problems[0]["column"], refused.problems[0]["code"]) == (3, column, code)
    number_in_file = dict(zip(HEAD, row, strict=True))["身份证号"]
    assert not number_in_file or number_in_file not in str(list(RosterRow.objects.values()))
    assert [cells for _n, cells, _p in queries.chunks_of_refused(done)][0] == row


def test_a_number_that_a_spreadsheet_took_for_a_number_is_refused_with_its_own_reason(units, by):
    row = ["王敏", int(number(5)[:15] + "000"), None, None, units["one"].code, None, None, None, None]
    refused = queries.rows_of(hand_in(sheet([row]), units["county"], by), "refused").get()
    assert refused.problems[0]["code"] in ("identity_zeroed", "identity_scientific")


def test_repeated_people_and_teacher_numbers_are_refused_and_say_where_the_first_stands(units, by):
    rows = three(units)
    rows += [
        ["王敏", number(1), "", "", units["one"].code, "", "", "", ""],
        ["赵一", number(4), "", "T2", units["one"].code, "", "", "", ""],
    ]
    row = hand_in(text(rows), units["county"], by)
    problems = {r.number: r.problems[0] for r in queries.rows_of(row, "refused")}
    assert problems == {
        5: {"column": "identity", "code": "identity_twice", "value": "2"},
        6: {"column": "teacher_number", "code": "teacher_number_twice", "value": "3"},
    }
    # What a refused row says is nobody's: the number goes to the next that names it.
    rows = three(units)
    rows += [
        ["王敏", number(1), "", "T8", units["one"].code, "", "", "", ""],
        ["赵一", number(4), "", "T8", units["one"].code, "", "", "", ""],
        ["钱二", number(5), "", "T8", units["one"].code, "", "", "", ""],
    ]
    found = queries.rows_of(hand_in(text(rows), units["county"], by), "refused")
    assert {r.number: (r.problems[0]["code"], r.problems[0]["value"]) for r in found} == {
        5: ("identity_twice", "2"),
        7: ("teacher_number_twice", "6"),
    }
    actions.create_person(actions.NewPerson("钱七", units["foreign"], teacher_number="T9"))
    rows = [["孙八", number(6), "", "T9", units["one"].code, "", "", "", ""]]
    assert (
        queries.rows_of(hand_in(text(rows), units["county"], by), "refused").get().problems[0]["code"]
        == "teacher_number_taken"
    )


def test_what_changed_in_between_is_shown_again_instead_of_applied(units, by):
    row = hand_in(text(three(units)), units["county"], by)
    actions.create_person(actions.NewPerson("王敏", units["two"], identity=number(1)))
    assert roster.apply(row.pk, by=by.pk)
    roster.carry_out(row.pk)
    row.refresh_from_db()
    assert (row.state, row.counts["new"], row.counts["moved"]) == ("preview", 2, 1)
    assert carry_out(row, by).state == "applied"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        ("姓名,手机号\n王敏,1".encode(), "header_missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", "old_xls"),
        (b"\xff\xfe\x80", "encoding"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(units, by, data, code):
    row = hand_in(data, units["county"], by)
    assert (row.state, row.problem["code"]) == ("failed", code)


def test_the_file_is_gone_when_it_has_been_read(units, by, tmp_path):
    hand_in(text(three(units)), units["county"], by)
    assert [p for p in Path(tmp_path).rglob("*") if p.is_file()] == []


def test_files_of_readings_that_broke_off_are_swept(units, by, tmp_path):
    waiting = roster.receive(iter([text(three(units))]), name="a.csv", kind="roster", unit=units["county"], by=by.pk)
    half = tmp_path / "incoming" / "roster-half"
    half.write_bytes(b"x")

    def aged(path: Path, hours: float) -> None:
        then = clock.real_now().timestamp() - hours * 3600
        os.utime(path, (then, then))

    path = tmp_path / "incoming" / waiting.file_path
    aged(path, 2)
    aged(half, 0.5)
    assert roster.sweep(clock.now()) == 0
    aged(half, 2)
    assert roster.sweep(clock.now()) == 1
    assert path.exists()
    assert not half.exists()
    aged(path, 25)
    assert roster.sweep(clock.now()) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem["code"], path.exists()) == ("failed", "file_gone", False)


def test_judged_again_nothing_is_written_and_an_upload_of_thousands_is_applied_whole(units, by):
    rows = [
        [
            f"王{n}",
            number(n),
            f"138{n:08d}",
            f"T{n}",
            units["one" if n % 2 else "two"].code,
            "小学",
            "语文",
            "一级教师",
            "是",
        ]
        for n in range(1, 4501)  # more than a chunk
    ]
    rows[7][1] = rows[6][1]  # the same person twice
    rows[9][3] = rows[8][3]  # the same teacher number twice
    row = hand_in(text(rows), units["county"], by)
    assert row.counts == {"new": 4498, "changed": 0, "moved": 0, "gone": 0, "same": 0, "refused": 2}
    judged = list(
        RosterRow.objects.filter(roster_import=row).order_by("pk").values_list("pk", "outcome", "person_id", "problems")
    )
    stored = list(
        RosterRow.objects.order_by("pk").extra(select={"where": "ctid::text"}).values_list("where", flat=True)
    )
    assert roster._judge(row) == row.counts
    assert stored == list(
        RosterRow.objects.order_by("pk").extra(select={"where": "ctid::text"}).values_list("where", flat=True)
    )
    assert judged == list(
        RosterRow.objects.filter(roster_import=row).order_by("pk").values_list("pk", "outcome", "person_id", "problems")
    )
    assert carry_out(row, by).state == "applied"
    kept = queries.rows_of(row, "new").values_list("number", flat=True)
    assert (len(kept), kept[0], RosterRow.objects.filter(roster_import=row).count()) == (
        rules.LISTED,
        2,
        rules.LISTED + 2,
    )
    again = hand_in(text(rows), units["county"], by)
    assert again.counts == {"new": 0, "changed": 0, "moved": 0, "gone": 0, "same": 4498, "refused": 2}


def test_a_broken_off_reading_begins_anew(units, by):
    row = roster.receive(iter([text(three(units))]), name="x.csv", kind="roster", unit=units["county"], by=by.pk)
    RosterRow.objects.create(roster_import=row, number=77, outcome="new")
    roster.read(row.pk)
    row.refresh_from_db()
    assert row.counts["new"] == 3


def test_last_years_participants_come_the_same_way(units, by):
    known = actions.create_person(actions.NewPerson("王敏", units["one"], identity=number(1)))
    foreign = actions.create_person(actions.NewPerson("王敏", units["foreign"], identity=number(2)))
    data = f"姓名,身份证号\n王敏,{number(1)}\n王敏,{number(2)}\n陌生,{number(3)}\n错,123"
    more = {"kind": "past", "series": "学科类在线学习", "year": 2022}
    row = hand_in(data.encode(), units["county"], by, **more)
    assert (row.counts["new"], row.counts["refused"]) == (1, 3)
    assert {r.problems[0]["code"] for r in queries.rows_of(row, "refused")} == {
        "person_outside",
        "person_unknown",
        "identity_length",
    }
    carry_out(row, by)
    assert list(PastParticipation.objects.values_list("person", "series", "year")) == [
        (known.pk, "学科类在线学习", 2022)
    ]
    row = hand_in(data.encode(), units["province"], by, **more)
    assert (row.counts["new"], row.counts["same"], row.counts["refused"]) == (2, 1, 1)
    carry_out(row, by)
    assert set(PastParticipation.objects.values_list("person", flat=True)) == {known.pk, foreign.pk, None}
    carry_out(hand_in(text([["陌生", number(3), "", "", units["one"].code, "", "", "", ""]]), units["county"], by), by)
    assert PastParticipation.objects.filter(person=queries.by_identity(number(3))).exists()


def test_reading_rests_while_others_work(units, by, monkeypatch) -> None:
    """A piece as long as it took, so that an evening's reports and pages have the other half."""
    rests: list[float] = []
    looks = iter(range(0, 10**6, 1000))
    ticks = iter(range(10**6))
    monkeypatch.setattr(pieces, "_transactions", lambda: next(looks))
    monkeypatch.setattr(pieces, "time", SimpleNamespace(monotonic=lambda: next(ticks), sleep=rests.append))
    monkeypatch.setattr(roster, "PIECE", 4)
    people = [[f"教师{n}", number(n), "", "", units["one"].code, "小学", "语文", "", "是"] for n in range(10)]
    row = hand_in(text(people), units["county"], by)
    assert row.state == "preview" and row.counts["new"] == 10
    assert rests[:3] == [1, 1, 1]
