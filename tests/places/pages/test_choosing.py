"""The teacher's page."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests import factories as make
from tests.places.pages.reading import read
from yanxiu.organisation.models import PastParticipation, Person
from yanxiu.places import actions
from yanxiu.places.models import Choice

URL = "/choose/"


def take(client, row, **more):
    return client.post(reverse("places:take"), {"class": row.pk, "key": uuid4().hex, **more})


@pytest.mark.clause("T1.1", door="http")
def test_every_teacher_sees_the_open_batch_and_chooses(w):
    teacher = make.client(w.teachers[0])
    text = read(teacher.get(URL))
    assert "第4期选课" in text and "测试课程（1班）" in text and "还有3/3个名额" in text and "可以选" in text
    assert "看懂游戏" not in text, "the own stage first"
    assert "看懂游戏" in read(teacher.get(URL, {"stage": "all"}))
    assert "古诗文" not in read(teacher.get(URL, {"q": "测试"})) and "测试课程" in read(
        teacher.get(URL, {"q": "方志远"})
    )
    assert take(teacher, w.klass).status_code == 302
    text = read(teacher.get(URL))
    assert "已占位：测试课程（1班）" in text and "已占位，等学校报名" in text and "换到这个班" in text
    assert Choice.objects.get().person == w.teachers[0]


@pytest.mark.clause("T2.2", door="http")
@pytest.mark.clause("T1.2", door="http")
def test_every_reason_stands_beside_the_class_and_in_the_answer(w):
    PastParticipation.objects.create(
        series=w.programme.series, year=2022, identity_hash=w.teachers[0].identity_hash, person=None
    )
    teacher = make.client(w.teachers[0])
    text = read(teacher.get(URL, {"stage": "all"}))
    assert "名册上的学段是小学" in text and "“同一教师原则上不得连续2年参加同一项目”" in text
    assert "下面的班现在都不能选：2022年参加过同一项目" in text and text.count("参加过同一项目") == 1
    assert text.index("2022年参加过同一项目") < text.index("测试课程（1班）") < text.index("这个班面向幼儿园教师")
    one = read(teacher.get(URL, {"stage": "all", "class": w.kinder.pk}))
    assert "不能选，有2个原因" in one and "下面的班" not in one and "1．" in one and "2．2022年参加过同一项目" in one
    text = read(take(teacher, w.kinder), 422)
    assert "没有选成看懂游戏" in text and "这个班面向幼儿园教师" in text and "2022年参加过同一项目" in text
    actions.exempt(programme=w.programme.pk, person=w.teachers[0].pk, reason="省级名师培养", by=w.province_admin.pk)
    assert take(teacher, w.klass).status_code == 302


def test_reasons_that_do_not_hold_for_all_stand_with_their_class(w):
    w.batch.classes.filter(pk=w.kinder.pk).update(opened_at=make.moment("2023-08-30 00:00"))
    teacher = make.client(w.teachers[0])
    text = read(teacher.get(URL, {"stage": "all"}))
    assert "不能选，有2个原因" in text and "下面的班" not in text and "可以选" in text
    take(teacher, w.klass)
    w.batch.classes.filter(pk=w.other.pk).update(opened_at=make.moment("2023-08-30 00:00"))
    text = read(teacher.get(URL, {"stage": "all"}))
    assert text.count("这个培训班没有开放选课") == 2 and "下面的班" not in text, "they speak of one class"


@pytest.mark.clause("T1.1", door="http")
def test_who_cannot_choose_at_all_is_told_once(w):
    Person.objects.filter(pk=w.county_admin.pk).update(on_roster=False, stage="")
    text = read(make.client(w.county_admin).get(URL))
    assert text.count("不在教师名册上") == 1 and text.count("名册上没有登记学段") == 1 and "学段是" not in text
    assert text.index("下面的班现在都不能选") < text.index("测试课程（1班）") and "选这个班" not in text
    assert text.count("请本校管理员在名册上补登学段") == 1


@pytest.mark.clause("T4.1a", door="http")
def test_who_comes_late_waits_sees_the_place_and_moves_up_alone(w):
    first, second, third, fourth = (make.client(p) for p in w.teachers)
    for client in (first, second, third, fourth):
        assert take(client, w.klass).status_code == 302
    assert [c.state for c in Choice.objects.order_by("number")] == ["holding", "holding", "waiting", "waiting"]
    assert "等本校配额第1位本校配额已用完" in read(third.get(URL))
    assert "等本校配额第2位" in read(fourth.get(URL))
    assert first.post(reverse("places:leave"), {"batch": w.batch.pk, "key": uuid4().hex}).status_code == 302
    assert "已占位，等学校报名" in read(third.get(URL))
    assert "等本校配额第1位" in read(fourth.get(URL))
    text = read(first.get(URL))
    assert "已退选" in text and "加入候补" in text


@pytest.mark.clause("T4.1a", door="http")
def test_a_full_class_tells_the_line_and_a_change_says_what_is_given_up(w):
    make.quota(w.school_a, w.batch, 5)
    for person in w.teachers:
        take(make.client(person), w.klass)
    last = make.client(w.teachers[3])
    text = read(last.get(URL))
    assert "候补第1位，共1人培训班已满" in text
    assert "让出测试课程（1班）的候补位次" in read(last.get(reverse("places:before_change", args=[w.other.pk])))
    mine = Choice.objects.get(person=w.teachers[3])
    assert take(last, w.other).status_code == 422, "a change is asked for by name"
    assert take(last, w.other, change="1").status_code == 302
    mine.refresh_from_db()
    assert mine.state == "withdrawn"
    assert Choice.objects.get(person=w.teachers[3], state="holding").training_class == w.other


@pytest.mark.clause("T4.1a", door="http")
def test_who_has_not_chosen_reads_how_long_the_line_of_a_full_class_is(w):
    make.quota(w.school_a, w.batch, 5)
    for person in w.teachers:
        take(make.client(person), w.klass)
    late = make.client(make.person(w.school_a))
    text = read(late.get(URL))
    assert "候补1人，现在加入是第2位" in text and "加入候补" in text and "0/3个名额" in text
    assert "总辅导员方志远" in text
    take(late, w.other)
    assert "候补1人，现在加入是第2位换到这个班" in read(late.get(URL)), "and before a change too"
    assert late.get(reverse("places:before_change", args=[w.klass.pk])).status_code == 200
    elsewhere = make.training_class(make.batch(w.programme, 6), w.version)
    assert late.get(reverse("places:before_change", args=[elsewhere.pk])).status_code == 404


def test_the_same_press_twice_is_one_act(w):
    teacher, key = make.client(w.teachers[0]), uuid4().hex
    for _ in range(2):
        assert take(teacher, w.klass, key=key).status_code == 302
    assert Choice.objects.count() == 1


@pytest.mark.clause("T3.3b", door="http")
def test_before_and_after_the_window_the_page_says_when(w):
    teacher = make.client(w.teachers[0])
    make.set_clock("2023-08-16 10:00")
    text = read(teacher.get(URL))
    assert "离开放" in text and "第4期8月17日08:00开放选课" in text and "选这个班" not in text
    text = read(take(teacher, w.klass), 422)
    assert "还没有开放，8月17日08:00开放" in text
    make.set_clock("2023-09-02 10:00")
    session = teacher.session
    session["yx_batch"] = w.batch.pk
    session.save()
    text = read(teacher.get(URL))
    assert "第4期选课8月31日24:00已经截止" in text and "看正在选课的第5期" in text
    assert "8月31日24:00已经截止" in read(take(teacher, w.klass), 422)


def test_the_gates_answer_is_worded_for_the_person_who_pressed_only(w):
    key = uuid4()
    take(make.client(w.teachers[0]), w.kinder, key=key.hex)
    url = reverse("places:outcome", args=[key])
    assert "这个班面向幼儿园教师" in read(make.client(w.teachers[0]).get(url))
    assert "与刚才提交的不同" in read(make.client(w.teachers[0]).get(url, {"other": "1"}))
    assert make.client(w.teachers[1]).get(url).status_code == 404


@pytest.mark.clause("T3.2c", door="http")
def test_a_refusal_is_shown_with_its_reason_and_can_be_complained_about(w):
    teacher = make.client(w.teachers[0])
    take(teacher, w.klass)
    actions.refuse(
        batch=w.batch.pk, school=w.school_a.pk, person=w.teachers[0].pk, reason="本学期脱产进修", by=w.school_admin.pk
    )
    text = read(teacher.get(URL))
    assert "学校没有为您报名" in text and "本学期脱产进修" in text
    url = reverse("places:complain", args=[Choice.objects.get().pk])
    assert "至少4个字" in read(teacher.post(url, {"text": "不"}), 422)
    assert make.client(w.teachers[1]).post(url, {"text": "不是我的事"}).status_code == 404
    assert teacher.post(url, {"text": "我没有脱产进修。"}).status_code == 302
    assert "正在等上级项目办答复" in read(teacher.get(URL))
    assert Choice.objects.get().complaint.text == "我没有脱产进修。"
