"""A roster as the office hands it in: page → job → preview → one act → applied."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories as make
from tests.organisation.test_roster import HEAD, number
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.actions import roster
from yanxiu.organisation.models import Person, RosterImport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def text(response) -> str:
    return response.content.decode()


def hand_in(client, rows, **more):
    data = "\n".join(",".join(row) for row in [HEAD, *rows]).encode("gb18030")
    response = client.post("/roster/", {"kind": "roster", "file": SimpleUploadedFile("名册.csv", data), **more})
    assert response.status_code == 302
    return response.headers["Location"]


def rows(world):
    return [
        ["王敏", number(1), "13812345678", "", world.school_a.code, "小学", "语文", "", ""],
        ["李䶮", number(2), "", "", world.school_b.code, "初中", "", "", ""],
        ["外区的", number(3), "", "", world.school_c.code, "", "", "", ""],
        ["科学的", "3.20106198001010E+17", "", "", world.school_a.code, "", "", "", ""],
    ]


def test_a_roster_is_read_shown_applied_and_its_refused_rows_come_back(world):
    client = make.client(world.county_admin)
    assert client.get("/roster/").status_code == 200
    url = hand_in(client, rows(world))
    row = RosterImport.objects.get()
    busy = text(client.get(url))
    assert "可以离开" in busy
    assert 'hx-trigger="every 2s"' in text(client.get(url, headers={"HX-Request": "true", "HX-Target": "import"}))
    roster.read(row.pk)
    page = text(client.get(url))
    assert "学校不在您的管理范围内" in page
    assert "身份证号成了科学记数" in page
    assert "把整列改为文本格式" in page
    assert "使2人的变化生效" in page
    assert number(1) not in page
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{url}refused/").streaming_content))).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][:3] == ("行号", "姓名", "身份证号")
    assert [line[:3] for line in lines[1:]] == [(4, "外区的", number(3)), (5, "科学的", "3.20106198001010E+17")]
    assert lines[2][-2:] == ("身份证号：身份证号成了科学记数，后几位已经丢失", "把整列改为文本格式，重新填写")
    assert client.post(f"{url}apply/").status_code == 302
    roster.carry_out(row.pk)
    applied = text(client.get(url))
    assert "已经生效" in applied
    assert ">李䶮<" in applied and "没有列出" not in applied  # who was added is still named
    assert Person.objects.filter(name="李䶮", school=world.school_b).count() == 1
    assert client.post(f"{url}apply/").status_code == 302  # once only
    again = hand_in(client, rows(world)[:2])
    roster.read(RosterImport.objects.latest("pk").pk)
    assert "没有什么要变" in text(client.get(again))
    assert client.post(f"{again}discard/").status_code == 302
    assert RosterImport.objects.count() == 1


def test_who_was_added_to_the_earlier_participants_is_named_when_it_is_done(world):
    client = make.client(world.county_admin)
    identity_number = organisation.open_sealed(bytes(world.teacher.identity_sealed), organisation.IDENTITY)
    file = SimpleUploadedFile("2022年参训名单.csv", f"姓名,身份证号\n沈玉芬,{identity_number}".encode())
    past = {"kind": "past", "series": "学科类在线学习", "year": "2022", "file": file}
    url = client.post("/roster/", past).headers["Location"]
    row = RosterImport.objects.get()
    roster.read(row.pk)
    client.post(f"{url}apply/")
    roster.carry_out(row.pk)
    page = text(client.get(url))
    assert "已经生效" in page
    assert world.teacher.identity_mask in page and world.school_a.display in page
    assert "没有列出" not in page


def test_a_file_that_cannot_be_read_says_so_on_its_page(world):
    client = make.client(world.county_admin)
    response = client.post("/roster/", {"kind": "roster", "file": SimpleUploadedFile("x.csv", "甲,乙\n1,2".encode())})
    roster.read(RosterImport.objects.get().pk)
    assert "表头缺少这些列：姓名、身份证号、学校代码" in text(client.get(response.headers["Location"]))
    assert client.post("/roster/", {"kind": "roster"}).status_code == 422
    assert client.post("/roster/", {"kind": "past", "file": SimpleUploadedFile("x.csv", b"a")}).status_code == 422


def test_the_empty_sheet_has_the_head(world):
    response = make.client(world.county_admin).get("/roster/template/")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [cell.value for cell in sheet[1]][:5] == ["姓名", "身份证号", "手机号", "教师编号", "学校代码"]


def test_another_offices_import_is_not_found(world):
    url = hand_in(make.client(world.county_admin), rows(world))
    roster.read(RosterImport.objects.get().pk)
    for outsider in (world.county_admin_xz, world.kunshan_admin):
        client = make.client(outsider)
        assert client.get(url).status_code == 404
        assert client.get(f"{url}refused/").status_code == 404
        assert client.post(f"{url}apply/").status_code == 404
        assert client.post(f"{url}discard/").status_code == 404
        assert "名册.csv" not in text(client.get("/roster/"))
    assert make.client(world.city_admin).get(url).status_code == 200
