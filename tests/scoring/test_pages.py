"""The pages through HTTP, as the person concerned."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from tests import factories as make
from tests.scoring import season
from yanxiu.homework.models import Work
from yanxiu.scoring import actions
from yanxiu.scoring.models import Objection, Result

TEXT = "作业一的第二项我写了三个例子，请再看一看。"


def read(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))


@pytest.fixture
def learning(world):
    """Day 13: 80 of 100 points of time's half hour, one quiz, one marked work, three posts, one too short."""
    world.programme.batches.exclude(number=4).update(
        evidence_frozen_at=world.batch.starts, marks_frozen_at=world.batch.starts, final_at=world.batch.starts
    )
    make.set_clock("2023-09-13 20:14")
    season.learned(world.enrolment, seconds=1920, refused=92)
    season.quizzed(world.enrolment, [90, None])
    season.worked(world.enrolment, [88], by=world.tutor)
    season.talked(world.enrolment, posts=3)
    season.talked(world.enrolment, replies=1, verdict="too_short")
    world.why = reverse("scoring:why", args=[world.enrolment.pk])
    return world


def to_marks(w):
    actions.sweep_evidence(make.set_clock("2023-09-21 01:00"))
    actions.sweep_marks(make.set_clock("2023-09-28 00:00"))
    make.set_clock("2023-09-29 10:00")


@pytest.mark.clause("A2.1", door="http")
def test_time_in_proportion_with_its_numbers_and_full_marks_at_the_set_hours(learning):
    text = read(make.client(learning.teacher).get(learning.why))
    assert "40.00/50" in text
    assert "50×32分÷40分" in text
    assert "另有1分32秒看过没有计入" in text
    season.learned(learning.enrolment, seconds=2400)
    assert "50.00/50" in read(make.client(learning.teacher).get(learning.why))


@pytest.mark.clause("S2.1.3", door="http")
def test_what_is_done_what_it_is_worth_what_is_missing_and_the_shortest_way(learning):
    """40 + 4.5 + 8.8 + 0 + 3 = 56.30; 23.70 are missing: the rest of the course, then the second work at 100 less what is to spare, then posts."""
    text = read(make.client(learning.teacher).get(learning.why))
    assert "56.30分是这样来的" in text
    for words in (
        "离合格23.70",
        "80分以上为合格",
        "合格最近的路",
        "再学8分课程（+10.00）",
        "作业二",
        "还没有做",
        "还能得到36.50",
    ):
        assert words in text, words
    assert "有帖子没有计分字数不够1帖" in text


@pytest.mark.clause("A2.4", door="http")
def test_explained_line_by_line_frozen_at_the_end_and_corrected_only_by_appeal(learning):
    client = make.client(learning.teacher)
    season.learned(learning.enrolment, seconds=2400)
    season.quizzed(learning.enrolment_2, [100, 100])
    Work.objects.filter(enrolment=learning.enrolment).update(points=100)
    season.talked(learning.enrolment, posts=9, first=5)
    # 50 + 4.5 + 10 + 12 = 76.50; the second work was not handed in.
    make.set_clock("2023-09-21 00:10")
    assert "本期已于9月20日24:00结束" in read(client.get(learning.why))
    to_marks(learning)
    text = read(client.get(learning.why))
    assert "76.50分是这样来的" in text
    assert "成绩公示到10月2日24:00" in text
    season.learned(learning.enrolment, seconds=0)
    assert "76.50分是这样来的" in read(client.get(learning.why)), "what happens to the ledgers later does not move it"
    work = Work.objects.get(enrolment=learning.enrolment)
    url = reverse("scoring:object", args=[learning.enrolment.pk])
    assert "请写明理由" in read(client.post(url, {"about": "time", "text": "短"}), 422)
    assert client.post(url, {"about": "interaction", "text": "我9月7日的精华帖没有加分，请核对。"}).status_code == 302
    assert "等总辅导员答复" in read(client.get(learning.why))
    objection = Objection.objects.get()
    post = learning.enrolment.posts.filter(verdict="").first()
    post.featured_at = post.at
    post.save()
    learning.enrolment.posts.filter(day__gte="2023-09-10").delete()
    tutor = make.client(learning.tutor)
    assert "沈玉芬" in read(tutor.get(reverse("scoring:objections")))
    assert "没有办成" in read(
        tutor.post(
            reverse("scoring:objection", args=[objection.pk]), {"text": "按记录重新计算以后再答复。", "recount": "on"}
        ),
        422,
    )
    assert read(client.get(learning.why)).count("76.50分") >= 1, "an appeal never lowers"
    answer = {"text": "核对了精华记录，维持原来的计分。"}
    assert tutor.post(reverse("scoring:objection", args=[objection.pk]), answer).status_code == 302
    assert client.post(reverse("scoring:escalate", args=[objection.pk])).status_code == 302
    for n in range(2):
        season.talked(learning.enrolment, posts=6, first=n * 6)
    province = make.client(learning.province_admin)
    assert (
        province.post(
            reverse("scoring:objection", args=[objection.pk]),
            {"text": "帖子移除有误，按恢复后的记录重算。", "recount": "on"},
        ).status_code
        == 302
    )
    assert "省级项目办已决定" in read(client.get(learning.why))
    assert work.points == 100


@pytest.mark.clause("A2.2", door="http")
def test_late_work_excellent_work_and_a_missing_quiz_are_explained(learning):
    Work.objects.filter(enrolment=learning.enrolment).update(late=True, excellent=True)
    text = read(make.client(learning.teacher).get(learning.why))
    assert "评88分，迟交" in text
    assert "百分制×10.00÷100×0.8" in text
    assert "7.04/10.00" in text
    assert "优秀作业总辅导员评选，评上得2.00，只计一次作业一2.00/2.00" in text
    assert "还没有做，9月20日24:00截止" in text


def test_raising_a_mark_through_the_pages(learning):
    to_marks(learning)
    client = make.client(learning.teacher)
    work = Work.objects.get(enrolment=learning.enrolment)
    client.post(
        reverse("scoring:object", args=[learning.enrolment.pk]), {"about": f"subjective-{work.pk}", "text": TEXT}
    )
    objection = Objection.objects.get()
    assert objection.work_id == work.pk
    tutor = make.client(learning.tutor)
    page = reverse("scoring:objection", args=[objection.pk])
    assert "不能改成更低" in read(tutor.post(page, {"points": "80", "text": "重新看过，少了一项内容。"}), 422)
    assert tutor.post(page, {"points": "98", "text": "重新看过，第二项补十分。"}).status_code == 302
    assert Result.objects.get(enrolment=learning.enrolment).parts["subjective"] == "9.80"
    assert "成绩已更正" in read(client.get(learning.why))


def test_pending_learners_are_told_and_listed_for_the_province(learning):
    season.worked(learning.enrolment_2, [None], by=learning.tutor)
    to_marks(learning)
    assert "有作业还没有人评，不会按0分算" in read(
        make.client(learning.colleague).get(reverse("scoring:why", args=[learning.enrolment_2.pk]))
    )
    text = read(make.client(learning.province_admin).get(reverse("scoring:objections")))
    assert "1位学员待评" in text
    assert "李䶮" in text


@pytest.mark.parametrize("who", ["colleague", "outsider", "school_admin", "tutor", "province_admin"])
def test_nobody_else_opens_the_learners_page_nor_objects_for_her(learning, who):
    client = make.client(getattr(learning, who))
    assert client.get(learning.why).status_code == 404
    assert (
        client.post(
            reverse("scoring:object", args=[learning.enrolment.pk]), {"about": "time", "text": TEXT}
        ).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("province_admin", {"沈玉芬", "李䶮", "欧阳𬭛"}),
        ("province_leader", {"沈玉芬", "李䶮", "欧阳𬭛"}),
        ("city_admin", {"沈玉芬", "李䶮"}),
        ("county_admin", {"沈玉芬", "李䶮"}),
        ("county_admin_xz", {"欧阳𬭛"}),
        ("kunshan_admin", set()),
        ("school_admin", {"沈玉芬", "李䶮"}),
        ("school_admin_c", {"欧阳𬭛"}),
        ("tutor", {"沈玉芬", "李䶮", "欧阳𬭛"}),
    ],
)
def test_results_each_within_the_own_scope_list_count_sheet_and_page(learning, who, names):
    client = make.client(getattr(learning, who))
    text = read(client.get(reverse("scoring:results")))
    everybody = {"沈玉芬": learning.enrolment, "李䶮": learning.enrolment_2, "欧阳𬭛": learning.enrolment_c}
    assert {name for name in everybody if name in text} == names
    sheet = openpyxl.load_workbook(
        BytesIO(b"".join(client.get(reverse("scoring:results"), {"export": "xlsx"}).streaming_content))
    ).active
    rows = list(sheet.iter_rows(values_only=True))
    assert {row[0] for row in rows[1:]} == names
    if "沈玉芬" in names:
        assert next(row for row in rows if row[0] == "沈玉芬")[8] == pytest.approx(56.30)
    for name, enrolment in everybody.items():
        assert client.get(reverse("scoring:result", args=[enrolment.pk])).status_code == (200 if name in names else 404)


def test_a_learner_who_moved_is_seen_by_the_new_office_only(learning):
    learning.teacher.school, learning.teacher.school_path = learning.school_c, learning.school_c.path
    learning.teacher.save()
    assert "沈玉芬" not in read(make.client(learning.school_admin).get(reverse("scoring:results")))
    assert "沈玉芬" in read(make.client(learning.school_admin_c).get(reverse("scoring:results")))


def test_objections_only_for_the_class_and_the_province(learning):
    to_marks(learning)
    actions.object_to(by=learning.teacher, enrolment_id=learning.enrolment.pk, part="time", text=TEXT)
    page = reverse("scoring:objection", args=[Objection.objects.get().pk])
    other = make.officer("tutor", training_path=f"/{learning.programme.code}/5/", at=learning.school_b)
    assert make.client(other).get(page).status_code == 404
    assert "沈玉芬" not in read(make.client(other).get(reverse("scoring:objections")))
    for who in ("county_admin", "school_admin", "province_leader", "teacher"):
        assert make.client(getattr(learning, who)).get(page).status_code == 403
    assert make.client(learning.province_admin).get(page).status_code == 200


def test_english(learning):
    client = make.client(learning.teacher)
    client.cookies["yx_lang"] = "en"
    text = client.get(learning.why).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    main = re.sub(r"<[^>]+>", "", main)
    for own in ("苏师干训〔2023〕25号", learning.training_class.name, "测验一", "测验二", "作业一", "作业二"):
        main = main.replace(own, "")
    assert re.findall("[\u4e00-\u9fff]+", main) == []


def test_mine_leads_to_the_mark_or_says_that_there_is_none(learning):
    assert make.client(learning.teacher).get(reverse("scoring:mine")).headers["Location"] == learning.why
    assert "还没有成绩" in read(make.client(make.person(learning.school_a)).get(reverse("scoring:mine")))


def test_statements_do_not_grow_with_rows(learning, django_assert_max_num_queries):
    client = make.client(learning.province_admin)
    client.get(reverse("scoring:results"))
    with django_assert_max_num_queries(32):
        client.get(reverse("scoring:results"))
    client = make.client(learning.teacher)
    client.get(learning.why)
    with django_assert_max_num_queries(28):
        client.get(learning.why)
