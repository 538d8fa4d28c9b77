"""The pages of a class over HTTP, as the persons concerned."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import factories as make
from yanxiu.catalogue.actions import load_course
from yanxiu.homework.models import QuizAttempt, Work
from yanxiu.learning import actions
from yanxiu.learning.models import LearnerTime, TimeAppeal
from yanxiu.learning.rules import Report
from yanxiu.lib import clock


@pytest.fixture
def class_(world: SimpleNamespace, tmp_path: Path, settings: object) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path
    w = world
    w.version = load_course(make.ROOT / "courses" / "chinese-task-groups")
    w.training_class.version = w.version
    w.training_class.save(update_fields=["version"])
    w.video = w.version.items.get(key="video-1")
    w.text = w.version.items.get(key="01-what-changes")
    w.client = make.client(w.teacher)
    return w


def play(w: SimpleNamespace, start: int, end: int, **more: object) -> None:
    session = actions.open_session(enrolment=w.enrolment.pk).session
    make.set_clock(clock.now() + timedelta(seconds=end - start))
    actions.report([Report(w.teacher.pk, session, w.video.pk, ((start, end, None),), **more)])


def test_when_nothing_is_due_one_heading_says_so(class_: SimpleNamespace) -> None:
    address = f"/learn/{class_.enrolment.pk}/"
    assert "件作业和测验" in class_.client.get(address).content.decode()
    now, own = clock.now(), {"enrolment": class_.enrolment}
    for item in class_.version.items.filter(kind="quiz"):
        QuizAttempt.objects.create(**own, item=item, number=1, started_at=now, submitted_at=now, points=80, out_of=100)
    for item in class_.version.items.filter(kind="homework"):
        Work.objects.create(
            **own, item=item, training_class=class_.enrolment.training_class, state="submitted", submitted_at=now
        )
    page = class_.client.get(address).content.decode()
    assert page.count("作业和测验都已经交了") == 1 and "件作业和测验" not in page


def test_the_class_shows_time_outline_staff_and_what_is_due(class_: SimpleNamespace) -> None:
    play(class_, 0, 200)
    for url in ("/learn/", f"/learn/{class_.enrolment.pk}/"):
        page = class_.client.get(url).content.decode()
        for words in (
            "测试课程（1班）",
            "方志远",
            "0.08",
            "从教课文到做成一件事",
            "已计 3:20",
            "测验一",
            "作业一",
            "接着学",
        ):
            assert words in page, words


def test_the_longest_day_fills_the_height_and_has_its_time_written(class_: SimpleNamespace) -> None:
    play(class_, 0, 200)
    total = LearnerTime.objects.get()
    total.days = [0, 120, 240, 240]
    total.save(update_fields=["days"])
    answer = class_.client.get("/learn/")
    bars = answer.context["days"]
    assert [bar["height"] for bar in bars[:5]] == ["0.00", "50.00", "100.00", "100.00", "0.00"]
    assert [bar["label"] for bar in bars[:4]] == ["", "", "4分", ""]
    page = answer.content.decode()
    assert page.count("4分</text>") == 1 and "2分；" in page.partition('c-days" role="img" aria-label="')[2][:80]


@pytest.mark.clause("A2.1", door="http")
def test_the_item_shows_what_is_credited_and_what_is_not_and_why(class_: SimpleNamespace) -> None:
    play(class_, 0, 100, skipped=((120, 150, "hidden"),))
    page = class_.client.get(f"/learn/{class_.enrolment.pk}/{class_.video.pk}/").content.decode()
    assert "页面不在前台" in page and "2:00—2:30" in page and "申请复核" in page
    assert '<span class="y-num" id="p-credited">1:40</span>' in page
    assert f"/learn/{class_.enrolment.pk}/{class_.video.pk}/film/" in page
    text = class_.client.get(f"/learn/{class_.enrolment.pk}/{class_.text.pk}/").content.decode()
    assert "清溪小学" in text and "按篇幅最多计" in text


@pytest.mark.clause("S2.1.2", door="http")
def test_before_the_batch_begins_nothing_opens_and_after_it_nothing_counts(class_: SimpleNamespace) -> None:
    url = f"/learn/{class_.enrolment.pk}/{class_.video.pk}/"
    make.set_clock("2023-08-31 23:59")
    assert class_.client.get(url).status_code == 302
    assert class_.client.get(url + "film/").status_code == 404
    assert actions.open_session(enrolment=class_.enrolment.pk).decision.codes == ("learning_not_open",)
    make.set_clock("2023-09-21 00:00")
    assert class_.client.get(url).status_code == 200
    assert actions.open_session(enrolment=class_.enrolment.pk).decision.codes == ("learning_over",)


def test_files_are_sent_by_the_front_and_only_to_the_class(class_: SimpleNamespace) -> None:
    url = f"/learn/{class_.enrolment.pk}/{class_.video.pk}/"
    answer = class_.client.get(url + "film/")
    sha = class_.video.file_id
    assert answer["X-Accel-Redirect"] == f"/{sha[:2]}/{sha[2:4]}/{sha}" and answer["Content-Type"] == "video/mp4"
    assert "private" in answer["Cache-Control"]
    assert class_.client.get(url + "captions/")["Content-Type"] == "text/vtt"
    assert class_.client.get(url + "file/").status_code == 404
    stranger = make.client(class_.colleague)
    assert stranger.get(url).status_code == stranger.get(url + "film/").status_code == 404
    from django.test import Client

    assert Client().get(url + "film/").status_code == 302


def test_the_staff_see_their_class_and_no_other(class_: SimpleNamespace) -> None:
    tutor = make.client(class_.tutor)
    base = f"/classes/{class_.training_class.pk}/"
    assert "测试课程（1班）" in tutor.get("/classes/").content.decode()
    assert tutor.get(base).status_code == 200
    assert "不计时间" in tutor.get(f"{base}{class_.video.pk}/").content.decode()
    assert tutor.get(f"{base}{class_.video.pk}/film/").headers["X-Accel-Redirect"]
    other = make.training_class(class_.batch, class_.version)
    stranger = make.officer("tutor", training_path=other.path)
    assert make.client(stranger).get(base).status_code == 404
    assert make.client(stranger).get(f"{base}{class_.video.pk}/film/").status_code == 404
    assert class_.client.get(base).status_code == 403


@pytest.mark.clause("A1.4", door="http")
def test_an_appeal_goes_to_the_tutor_and_is_decided_with_a_reason(class_: SimpleNamespace) -> None:
    play(class_, 0, 60, skipped=((60, 120, "hidden"),))
    url = f"/learn/{class_.enrolment.pk}/{class_.video.pk}/"
    assert class_.client.post(url + "appeal/", {"text": "短"}).status_code == 422
    assert class_.client.post(url + "appeal/", {"text": "当时切到了投屏窗口，一直在看。"}).status_code == 302
    appeal = TimeAppeal.objects.get()
    assert "申请了复核" in class_.client.get(url).content.decode()
    assert class_.client.post(url + "appeal/", {"text": "再说一次，一直在看。"}).status_code == 302
    assert TimeAppeal.objects.count() == 1

    tutor = make.client(class_.tutor)
    assert "当时切到了投屏窗口" in tutor.get("/appeals/time/").content.decode()
    decide = f"/appeals/time/{appeal.pk}/"
    assert "1:00—2:00" in tutor.get(decide).content.decode()
    assert tutor.post(decide, {"reason": "同意", "grant": "1"}).status_code == 422
    assert tutor.post(decide, {"reason": "投屏属于正常学习，同意补计。", "grant": "1"}).status_code == 302
    assert LearnerTime.objects.get().seconds == 120
    page = class_.client.get(url).content.decode()
    assert "补计1分" in page and "投屏属于正常学习" in page and "页面不在前台</b>" not in page
    from yanxiu.events.models import Event

    event = Event.objects.get(kind="learning.appeal_decided")
    assert event.data == {
        "enrolment": class_.enrolment.pk,
        "item": class_.video.pk,
        "granted": 60,
        "reason": "投屏属于正常学习，同意补计。",
    }


def test_nobody_else_decides_an_appeal(class_: SimpleNamespace) -> None:
    play(class_, 0, 60, skipped=((60, 120, "hidden"),))
    actions.appeal(enrolment=class_.enrolment, item=class_.video.pk, text="一直在看，请核实。")
    appeal = TimeAppeal.objects.get()
    other = make.officer("tutor", training_path=make.training_class(class_.batch, class_.version).path)
    assert (
        make.client(other).post(f"/appeals/time/{appeal.pk}/", {"reason": "同意补计时间。", "grant": "1"}).status_code
        == 404
    )
    assert class_.client.get("/appeals/time/").status_code == 403
    make.appoint(class_.teacher, "tutor", training_path=class_.training_class.path)
    own = make.client(class_.teacher)
    own.post(f"/appeals/time/{appeal.pk}/", {"reason": "同意补计时间。", "grant": "1"})
    appeal.refresh_from_db()
    assert appeal.state == "open" and LearnerTime.objects.get().seconds == 60


def test_an_appeal_is_possible_for_seven_days_after_the_end(class_: SimpleNamespace) -> None:
    play(class_, 0, 60, skipped=((60, 120, "hidden"),))
    make.set_clock("2023-09-27 23:59")
    assert actions.appeal(enrolment=class_.enrolment, item=class_.video.pk, text="一直在看，请核实。")
    TimeAppeal.objects.all().delete()
    make.set_clock("2023-09-28 00:00")
    assert actions.appeal(enrolment=class_.enrolment, item=class_.video.pk, text="一直在看，请核实。").codes == (
        "appeal_over",
    )


def test_going_on_leads_to_where_one_was(class_: SimpleNamespace) -> None:
    first = class_.client.get(f"/learn/{class_.enrolment.pk}/go-on/")
    assert first.url == f"/learn/{class_.enrolment.pk}/{class_.text.pk}/"
    play(class_, 0, 60, position=60)
    assert (
        class_.client.get(f"/learn/{class_.enrolment.pk}/go-on/").url
        == f"/learn/{class_.enrolment.pk}/{class_.video.pk}/"
    )
    assert '"position": 60' in class_.client.get(f"/learn/{class_.enrolment.pk}/{class_.video.pk}/").content.decode()


def test_answers_and_rubrics_are_not_in_any_page_of_the_class(class_: SimpleNamespace) -> None:
    for url in (
        f"/learn/{class_.enrolment.pk}/",
        f"/courses/{class_.version.course_id}/",
        f"/learn/{class_.enrolment.pk}/{class_.video.pk}/",
    ):
        page = class_.client.get(url).content.decode()
        assert "读者的回音" not in page and "目标收得准" not in page


def test_without_a_class_the_way_to_one_is_shown(class_: SimpleNamespace) -> None:
    nobody = make.person(class_.school_b)
    assert "还没有报名的培训班" in make.client(nobody).get("/learn/").content.decode()


def test_the_catalogue_is_open_to_everybody_signed_in(class_: SimpleNamespace) -> None:
    page = class_.client.get("/courses/").content.decode()
    assert "用学习任务群设计一个单元" in page
    assert "没有找到课程" in class_.client.get("/courses/?q=没有这门").content.decode()
    course = class_.client.get(f"/courses/{class_.version.course_id}/").content.decode()
    for words in ("江若溪", "学完以后", "第一章　任务群改变了什么", "方志远", "名额"):
        assert words in course, words
    from django.test import Client

    assert Client().get("/courses/").status_code == 302


def test_the_number_of_queries_does_not_grow_with_the_course(
    class_: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    class_.client.get("/learn/")
    with django_assert_max_num_queries(22):
        class_.client.get("/learn/")
    with django_assert_max_num_queries(24):
        class_.client.get(f"/learn/{class_.enrolment.pk}/{class_.video.pk}/")
