"""The school's page of enrolment, the offices' reading of it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests import factories as make
from tests.places.pages.reading import read, sheet, xlsx
from yanxiu.places import actions
from yanxiu.places.models import Choice, Complaint, Enrolment

URL = "/enrolments/"


def chosen(w, *people, row=None):
    for person in people:
        assert actions.choose(person=person.pk, training_class=(row or w.klass).pk).ok


def enrol(client, *people, **more):
    data = {"person": [p.pk for p in people], "key": uuid4().hex, **more}
    return client.post(reverse("places:enrol"), data)


def state(person):
    return Choice.objects.filter(person=person).order_by("-number").values_list("state", flat=True)[0]


@pytest.mark.clause("T3.2c", door="http")
def test_choices_in_order_of_arrival_enrolled_together_each_with_its_outcome(w):
    chosen(w, *w.teachers[:3])
    school = make.client(w.school_admin)
    text = read(school.get(URL))
    assert text.index("沈玉芬") < text.index("李䶮") < text.index("赵国庆")
    assert "可报名2人，候补1人" in text and "缺配额" in text and "有1位教师缺配额" in text
    assert enrol(school, *w.teachers[:3]).status_code == 302
    text = read(school.get(URL))
    assert "3人里成功2人，没成功1人。成功的已经生效，不用重做。" in text
    assert "本校第4期配额2个，已经用完" in text
    assert Enrolment.objects.filter(state="standing").count() == 2
    rows = sheet(school.get(reverse("places:result"), {"export": "xlsx"}))
    assert [row[3] for row in rows[1:]] == ["成功", "成功", "没成功"]
    rows = sheet(school.get(URL, {"export": "xlsx"}))
    assert [row[3] for row in rows[1:]] == ["沈玉芬", "李䶮", "赵国庆"] and rows[1][7] == "已报名"


@pytest.mark.clause("T3.3b", door="http")
def test_outside_the_window_nobody_is_enrolled_and_the_page_says_when(w):
    make.set_clock("2023-08-20 10:00")
    chosen(w, w.teachers[0])
    school = make.client(w.school_admin)
    assert "8月27日00:00开始报名" in read(school.get(URL))
    enrol(school, w.teachers[0])
    assert "还没有开放，8月26日24:00开放" in read(school.get(URL)) and not Enrolment.objects.exists()
    make.set_clock("2023-09-01 00:00")
    school.post("/batch/", {"batch": w.batch.pk, "next": URL})
    assert "报名8月31日24:00已经截止" in read(school.get(URL))
    enrol(school, w.teachers[0])
    assert "8月31日24:00已经截止" in read(school.get(reverse("places:result"))) and not Enrolment.objects.exists()


def test_a_list_is_of_the_batch_of_its_page_whatever_another_tab_has_picked_since(w):
    chosen(w, w.teachers[0])
    other = make.batch(w.programme, 5)
    school = make.client(w.school_admin)
    assert f'name="batch" value="{w.batch.pk}"' in school.get(URL).content.decode()
    school.post("/batch/", {"batch": other.pk, "next": URL})
    enrol(school, w.teachers[0], batch=w.batch.pk)
    assert state(w.teachers[0]) == "enrolled" and "1人里成功1人" in read(school.get(URL))


@pytest.mark.clause("T3.2c", door="http")
def test_by_spreadsheet_each_row_with_its_outcome(w):
    chosen(w, w.teachers[0])
    school = make.client(w.school_admin)
    rows = [
        ["教师编号", "培训班"],
        [w.teachers[0].teacher_number, ""],
        [w.teachers[1].teacher_number, w.klass.name],
        [w.teachers[2].teacher_number, ""],
        ["T000000000", w.klass.name],
        [w.stranger.teacher_number, w.klass.name],
        [w.teachers[0].teacher_number, ""],
    ]
    answer = school.post(reverse("places:upload"), {"file": xlsx(rows), "key": uuid4().hex})
    assert answer.status_code == 302, read(answer, 422)
    text = read(school.get(reverse("places:result")))
    assert "6人里成功2人，没成功4人" in text
    for words in ("没有等待报名的选课", "名册里没有这个人", "不是本校教师", "表里已经有这位教师"):
        assert words in text, words
    assert "欧阳" not in text, "a stranger's name is not told"
    assert Choice.objects.get(person=w.teachers[1]).by_school
    bad = school.post(reverse("places:upload"), {"file": xlsx([["姓名"], ["沈玉芬"]])})
    assert "表头缺少这些列" in read(bad, 422)


@pytest.mark.clause("S1.6.7", door="http")
def test_a_teacher_who_chose_nothing_is_found_and_enrolled(w):
    school = make.client(w.school_admin)
    text = read(school.get(reverse("places:add"), {"q": "国庆"}))
    assert "赵国庆" in text and "沈玉芬" not in text
    assert enrol(school, w.teachers[2], **{"class": w.klass.pk}).status_code == 302
    assert state(w.teachers[2]) == "enrolled"


@pytest.mark.clause("T3.2c", door="http")
def test_a_refusal_needs_a_reason_and_the_county_answers_the_complaint(w):
    chosen(w, w.teachers[0])
    school = make.client(w.school_admin)
    row = Choice.objects.get()
    url = reverse("places:refuse", args=[row.pk])
    assert "请写明原因" in read(school.post(url, {"reason": ""}), 422)
    assert school.post(url, {"reason": "学期中承担支教", "key": uuid4().hex}).status_code == 302
    assert state(w.teachers[0]) == "refused"
    actions.complain(choice=row.pk, person=w.teachers[0].pk, text="支教在下学期。")
    complaint = Complaint.objects.get()
    county = make.client(w.county_admin)
    text = read(county.get(reverse("places:complaints")))
    assert "学期中承担支教" in text and "支教在下学期。" in text
    answer = reverse("places:answer_complaint", args=[complaint.pk])
    for other in (w.county_admin_xz, w.neighbour):
        assert make.client(other).post(answer, {"answer": "不归我管理"}).status_code == 404
        assert "沈玉芬" not in read(make.client(other).get(reverse("places:complaints")))
    assert "至少4个字" in read(county.post(answer, {"answer": "好"}), 422)
    assert county.post(answer, {"answer": "请学校按选课先后重新考虑。"}).status_code == 302
    assert "重新考虑" in read(make.client(w.teachers[0]).get("/choose/"))


@pytest.mark.clause("T4.1b", door="http")
def test_replaced_by_a_named_colleague_and_returned_until_the_end(w):
    chosen(w, *w.teachers[:2])
    school = make.client(w.school_admin)
    enrol(school, *w.teachers[:2])
    make.set_clock("2023-09-10 10:00")
    row = Choice.objects.get(person=w.teachers[0])
    page = reverse("places:choice", args=[row.pk])
    text = read(school.get(page))
    assert "接替的教师还能得到什么" in text and "孙丽" in text and "还有10天" in text
    url = reverse("places:replace", args=[row.pk])
    assert "请选一位教师" in read(school.post(url, {"reason": "产假，由同事接替"}), 422)
    text = read(school.post(url, {"successor": w.stranger.pk, "reason": "产假，由同事接替"}), 422)
    assert "不是本校教师" in text and "产假，由同事接替" in text, "what was typed stays"
    done = school.post(url, {"successor": w.teachers[3].pk, "reason": "产假，由同事接替", "key": uuid4().hex})
    assert done.status_code == 302
    assert state(w.teachers[0]) == "replaced" and state(w.teachers[3]) == "enrolled"
    assert "接替沈玉芬" in read(school.get(done["Location"]))
    other = Choice.objects.get(person=w.teachers[1])
    back = reverse("places:return", args=[other.pk])
    make.set_clock("2023-09-21 00:00")
    assert "当期培训9月20日24:00已经结束" in read(school.post(back, {"reason": "生病住院"}), 422)
    assert "不能再换人或退回" in read(school.get(reverse("places:choice", args=[other.pk])))
    make.set_clock("2023-09-20 23:59")
    assert school.post(back, {"reason": "生病住院", "key": uuid4().hex}).status_code == 302
    assert state(w.teachers[1]) == "returned"


@pytest.mark.clause("T4.1b", door="http")
def test_a_return_before_the_start_moves_the_line(w):
    chosen(w, *w.teachers[:3])
    school = make.client(w.school_admin)
    enrol(school, w.teachers[0])
    row = Choice.objects.get(person=w.teachers[0])
    school.post(reverse("places:return", args=[row.pk]), {"reason": "调整工作安排", "key": uuid4().hex})
    assert state(w.teachers[2]) == "holding"


def test_neighbours_find_nothing_and_do_nothing(w):
    chosen(w, *w.teachers[:2])
    row = Choice.objects.get(person=w.teachers[0])
    page = reverse("places:choice", args=[row.pk])
    for other in (w.county_admin_xz, w.neighbour, w.school_admin_c, w.kunshan_admin):
        client = make.client(other)
        assert "沈玉芬" not in read(client.get(URL))
        assert "沈玉芬" not in read(client.get(reverse("places:choices")))
        assert all("沈玉芬" not in str(r) for r in sheet(client.get(reverse("places:choices"), {"export": "xlsx"})))
        assert client.get(page).status_code == 404
        for unit in (w.school_a, w.gulou_nj):
            assert client.get(reverse("places:choices"), {"unit": unit.pk}).status_code == 404
            if other != w.school_admin_c:
                assert client.get(URL, {"unit": unit.pk}).status_code == 404
    stranger = make.client(w.school_admin_c)
    for name in ("refuse", "return", "replace"):
        assert stranger.post(reverse(f"places:{name}", args=[row.pk]), {"reason": "没有道理"}).status_code == 404
    enrol(stranger, *w.teachers[:2])
    assert "不是本校教师" in read(stranger.get(reverse("places:result"))) and "沈玉芬" not in read(stranger.get(URL))
    assert not Enrolment.objects.exists()
    assert make.client(w.teachers[0]).get(URL).status_code == 403


@pytest.mark.clause("S1.6.7", door="http")
def test_offices_read_how_full_their_units_are(w):
    chosen(w, *w.teachers[:3])
    enrol(make.client(w.school_admin), w.teachers[0])
    text = read(make.client(w.county_admin).get(URL))
    assert "鼓楼区清溪小学" in text and "配额的50%" in text and "云龙" not in text
    rows = sheet(make.client(w.city_admin).get(URL, {"export": "xlsx"}))
    assert ["鼓楼区", 2, 1, 1, 1, 50] in [row[:6] for row in rows]
    assert "沈玉芬" in read(make.client(w.province_leader).get(reverse("places:choices")))
    county = make.client(w.county_admin)
    assert county.post(reverse("places:enrol"), {"person": w.teachers[1].pk}).status_code == 403
