"""The programme's public pages through HTTP, as a visitor; batches and classes as the province."""

from types import SimpleNamespace

import pytest
from django.test import Client

from tests import factories as make
from yanxiu.programme.models import TrainingClass
from yanxiu.season.building import public_page


@pytest.fixture
def published(world: SimpleNamespace) -> SimpleNamespace:
    world.programme.public = public_page()
    world.programme.save()
    return world


@pytest.mark.clause("T4.3", "G1", door="http")
def test_a_visitor_reads_notice_attachment_contact_and_hosts(published: SimpleNamespace) -> None:
    front = Client().get("/").content.decode()
    assert "许老师" in front and "025-83758377" in front
    assert "江苏省教育厅" in front and "江苏省师干训中心、江苏省电化教育馆" in front
    notice = Client().get("/notice/").content.decode()
    assert "苏师干训〔2023〕25号" in notice and "一经认定为抄袭" in notice
    assert "培 训 考 核" in Client().get("/notice/1/").content.decode()
    assert Client().get("/notice/2/").status_code == 404


@pytest.mark.clause("T2.1", door="http")
def test_the_calendar_shows_the_notices_nine_batches_to_the_day(published: SimpleNamespace) -> None:
    page = Client().get("/calendar/").content.decode()
    days = [
        "7月16日—8月4日", "8月1日—20日", "8月16日—9月4日", "9月1日—20日", "9月16日—10月5日", "10月1日—20日", "10月16日—11月4日", "11月1日—20日", "11月16日—12月5日",
    ]  # fmt: skip
    assert [d for d in days if d not in page.replace('<span class="y-nb">', "").replace("</span>", "")] == []


def test_the_policy_says_every_number_with_clause_or_assumption(published: SimpleNamespace) -> None:
    page = Client().get("/policy/").content.decode()
    assert "30%" in page and "依据T4.2a" in page and "我们的设定：" in page


@pytest.mark.clause("T2.2", "T3.1", door="http")
def test_the_province_opens_a_class_with_seats_and_staff(published: SimpleNamespace) -> None:
    make.set_clock("2023-08-29 20:14")
    make.appoint(published.tutor, "tutor", training_path="/S20230304/5/语文/")
    client = make.client(published.province_admin)
    form = {"version": published.version.pk, "seats": 30, "tutors": [published.tutor.pk]}
    assert client.post("/batches/5/open/", form).status_code == 302
    opened = TrainingClass.objects.get(batch__number=5)
    assert (opened.name, opened.seats, opened.staff.get().person) == ("测试课程（1班）", 30, published.tutor)
    refused = client.post("/batches/5/open/", {"version": published.version.pk, "seats": 0})
    assert refused.status_code == 422 and TrainingClass.objects.filter(batch__number=5).count() == 1


def test_of_a_running_batch_the_page_offers_the_next(published: SimpleNamespace) -> None:
    client = make.client(published.province_admin)
    page = client.get("/batches/").content.decode()  # batch 4 on its fifth day
    assert "第4期已经开班，不再开设" in page and "/batches/5/open/" in page and "/batches/4/open/" not in page
    late = client.get("/batches/4/open/").content.decode()
    assert "第4期已经开班，选课和报名都结束了" in late and 'name="seats"' not in late


def test_others_do_not_open_classes(published: SimpleNamespace) -> None:
    for who in ("city_admin", "county_admin", "school_admin", "tutor", "teacher"):
        assert make.client(getattr(published, who)).get("/batches/").status_code == 403
    assert Client().get("/batches/").status_code == 302


def test_a_course_that_is_too_short_is_refused_with_the_reason(published: SimpleNamespace) -> None:
    make.appoint(published.tutor, "tutor", training_path="/S20230304/5/语文/")
    short = make.course("short", seconds=300, title="短课程")
    answer = make.client(published.province_admin).post(
        "/batches/5/open/", {"version": short.pk, "seats": 30, "tutors": [published.tutor.pk]}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "没有开设" in page and "短课程" in page
