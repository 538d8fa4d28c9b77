"""Through the doors, as the people concerned."""

import io
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories as make
from yanxiu.catalogue.models import Item
from yanxiu.events import files
from yanxiu.homework import actions, queries
from yanxiu.homework.actions import WorkIn
from yanxiu.homework.models import QuizAttempt, Work, WorkMark

TEXT = "这一课我请学生先读自己的草稿，同桌听不明白就举手，举手最多的地方就是要学的内容。"
RIGHT = {"q0": "B", "q1": ["B", "D"], "q2": "false", "q3": "4"}
SECRETS = ("数一数。", "能被二整除。", "三是奇数。")


@pytest.fixture
def w(world: SimpleNamespace, settings, tmp_path) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path
    world.quiz = world.version.items.filter(kind=Item.Kind.QUIZ).first()
    world.item, world.item_2 = world.version.items.filter(kind=Item.Kind.HOMEWORK)
    world.quiz_url = reverse("homework:quiz", args=[world.enrolment.pk, world.quiz.pk])
    world.work_url = reverse("homework:work", args=[world.enrolment.pk, world.item.pk])
    return world


def handed_in(w: SimpleNamespace, **fields) -> Work:
    return actions.submit_works(
        [WorkIn(**{"person": w.teacher.pk, "enrolment": w.enrolment.pk, "item": w.item.pk, "text": TEXT, **fields})]
    )[0].row


def body(response) -> str:
    return response.content.decode()


# ── quiz ──


@pytest.mark.clause("A2.2", door="http")
def test_a_teacher_takes_a_quiz_and_sees_the_answers_only_when_they_may_be_seen(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    cover = body(me.get(w.quiz_url))
    assert "开始作答" in cover and not any(s in cover for s in SECRETS)
    me.post(reverse("homework:start", args=[w.enrolment.pk, w.quiz.pk]))
    page = body(me.get(w.quiz_url))
    assert "一加一等于几" in page and not any(s in page for s in SECRETS)
    done = me.post(w.quiz_url, {"number": "1", "q0": "B", "q2": "false"}, follow=True)
    page = body(done)
    assert "50" in page and "做对" in page
    assert not any(s in page for s in SECRETS) and "正确答案" not in page
    for _ in range(2):
        me.post(reverse("homework:start", args=[w.enrolment.pk, w.quiz.pk]))
        number = QuizAttempt.objects.get(submitted_at=None).number
        done = me.post(w.quiz_url, {"number": number, "q0": "B"}, follow=True)
    page = body(done)
    assert all(s in page for s in SECRETS) and "正确答案" in page
    refused = me.post(reverse("homework:start", args=[w.enrolment.pk, w.quiz.pk]))
    assert refused.status_code == 422 and "3次作答都已经用完" in body(refused)
    assert queries.progress([w.enrolment.pk])[w.enrolment.pk].quizzes[0].best == (50, 100)


def test_full_marks_open_the_answers(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    me.post(reverse("homework:start", args=[w.enrolment.pk, w.quiz.pk]))
    page = body(me.post(w.quiz_url, {"number": "1", **RIGHT}, follow=True))
    assert all(s in page for s in SECRETS) and "再做一次" not in page


def test_autosave_and_coming_back(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    me.post(reverse("homework:start", args=[w.enrolment.pk, w.quiz.pk]))
    row = QuizAttempt.objects.get()
    saved = me.post(reverse("homework:save_answers", args=[row.pk]), {"q0": "C", "q1": ["B", "D"], "q3": " 四 "})
    assert "已自动保存" in body(saved)
    row.refresh_from_db()
    assert row.saved == {"0": "C", "1": ["B", "D"], "3": "四"}
    page = body(me.get(w.quiz_url))
    assert 'name="q0" value="C" checked' in page and 'value="四"' in page


def test_after_the_end_the_answers_are_kept_on_the_page_and_refused(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    me.post(reverse("homework:start", args=[w.enrolment.pk, w.quiz.pk]))
    make.set_clock("2023-09-21 00:00")
    refused = me.post(w.quiz_url, {"number": "1", **RIGHT})
    assert refused.status_code == 422 and "已经结束" in body(refused)
    assert not QuizAttempt.objects.filter(submitted_at__isnull=False).exists()


# ── work ──


@pytest.mark.clause("A2.2", door="http")
def test_a_teacher_hands_in_and_replaces_until_the_deadline(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    page = body(me.get(w.work_url))
    assert "交作业" in page and "请写一写" in page and "9月15日 24:00" in page
    me.post(reverse("homework:draft", args=[w.enrolment.pk, w.item.pk]), {"text": "写到一半"})
    assert "写到一半" in body(me.get(w.work_url))
    short = me.post(w.work_url, {"text": "太短"})
    assert short.status_code == 422 and "至少要写20字" in body(short) and "太短" in body(short)
    done = me.post(w.work_url, {"text": TEXT}, follow=True)
    assert "作业交上了，按时" in body(done) and "交新的一稿" in body(done)
    make.set_clock("2023-09-16 00:00")
    refused = me.post(w.work_url, {"text": TEXT + "改"})
    assert refused.status_code == 422 and "已经按时交了" in body(refused)
    late = me.post(reverse("homework:work", args=[w.enrolment.pk, w.item_2.pk]), {"text": TEXT}, follow=True)
    assert "按迟交计" in body(late)
    assert [x.late for x in Work.objects.order_by("item__position")] == [False, True]


@pytest.mark.clause("A2.2", door="http")
def test_a_work_counts_as_of_when_it_began_to_come(w: SimpleNamespace) -> None:
    """The form is read before the view runs, for its token; on a slow line that takes past the deadline."""
    me, token = Client(enforce_csrf_checks=True), "c" * 32
    me.cookies = make.client(w.teacher).cookies
    me.cookies["csrftoken"] = token
    form = urlencode({"text": TEXT, "csrfmiddlewaretoken": token}).encode()

    class Slow(io.BytesIO):
        def read(self, *args: int) -> bytes:
            make.set_clock("2023-09-16 00:03")
            return super().read(*args)

    make.set_clock("2023-09-15 23:59")
    kind = "application/x-www-form-urlencoded"
    slow = {"wsgi.input": Slow(form), "CONTENT_LENGTH": str(len(form)), "CONTENT_TYPE": kind}
    assert me.generic("POST", w.work_url, **slow).status_code == 302
    assert not Work.objects.get().late


def test_upload(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(TEXT)
    document.save(out)
    me.post(w.work_url, {"text": "顺手记的草稿", "file": SimpleUploadedFile("我的 作业.docx", out.getvalue())})
    work = Work.objects.get()
    version = work.versions.get()
    assert (version.text, version.file.name, work.draft) == (TEXT, "我的 作业.docx", "顺手记的草稿")
    got = me.get(reverse("homework:file", args=[version.pk]))
    assert files.path(version.file.sha256).read_bytes() == out.getvalue()
    assert got["X-Accel-Redirect"] == "/" + files.relative(version.file.sha256)
    assert got["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('我的 作业.docx')}"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert make.client(w.tutor).get(reverse("homework:file", args=[version.pk])).status_code == 200
    for other in (w.colleague, w.school_admin, w.province_admin):
        assert make.client(other).get(reverse("homework:file", args=[version.pk])).status_code == 404


def test_a_bad_file_loses_nothing(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    refused = me.post(
        w.work_url, {"text": TEXT, "file": SimpleUploadedFile("图.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 90)}
    )
    assert refused.status_code == 422
    page = body(refused)
    assert "只能读docx、pdf和txt文件" in page and TEXT in page
    assert Work.objects.get().draft == TEXT and Work.objects.get().state == "draft"


# ── marking ──


@pytest.mark.clause("S2.4.2", door="http")
@pytest.mark.clause("A2.2", door="http")
def test_a_tutor_marks_from_the_queue(w: SimpleNamespace) -> None:
    first = handed_in(w)
    make.set_clock("2023-09-05 20:20")
    second = handed_in(w, person=w.colleague.pk, enrolment=w.enrolment_2.pk)
    tutor = make.client(w.tutor)
    page = body(tutor.get(reverse("homework:queue")))
    assert f"匿名{first.pk}" in page and f"匿名{second.pk}" in page
    assert w.teacher.name not in page
    url = reverse("homework:mark", args=[first.pk])
    page = body(tutor.get(url))
    assert TEXT in page and "第1份，共2份" in page and w.teacher.name not in page
    assert "归您评" in body(tutor.post(reverse("homework:claim", args=[first.pk])))
    unfinished = tutor.post(
        url, {"act": "mark", "lock_version": first.lock_version, "c0": "50", "comment": "第一步办法简单"}
    )
    assert unfinished.status_code == 422 and "2项都要评" in body(unfinished) and "第一步办法简单" in body(unfinished)
    done = tutor.post(
        url,
        {
            "act": "mark",
            "lock_version": first.lock_version,
            "c0": "50",
            "c1": "40",
            "comment": "办法简单",
            "excellent": "on",
        },
    )
    assert done.status_code == 302 and done["Location"] == reverse("homework:mark", args=[second.pk])
    first.refresh_from_db()
    assert (first.points, first.excellent, first.marked_by) == (90, True, w.tutor)
    mine = body(make.client(w.teacher).get(w.work_url))
    assert "办法简单" in mine and "优秀作业" in mine and "90" in mine
    back = tutor.post(
        reverse("homework:mark", args=[second.pk]),
        {"act": "return", "lock_version": second.lock_version, "comment": "请补上学生的前后语句"},
        follow=True,
    )
    assert "已退回作业" in body(back)
    theirs = body(make.client(w.colleague).get(reverse("homework:work", args=[w.enrolment_2.pk, w.item.pk])))
    assert "请补上学生的前后语句" in theirs and "9月8日 24:00" in theirs
    marked = body(tutor.get(reverse("homework:queue") + "?show=marked"))
    assert w.teacher.name in marked


def test_a_conflict_keeps_what_was_typed(w: SimpleNamespace) -> None:
    row = handed_in(w)
    other = make.officer("tutor", training_path="/S20230304/4/语文/", at=w.school_b)
    url = reverse("homework:mark", args=[row.pk])
    one, two = make.client(w.tutor), make.client(other)
    one.get(url), two.get(url)
    assert (
        one.post(
            url, {"act": "mark", "lock_version": row.lock_version, "c0": "50", "c1": "50", "comment": "很好的一课"}
        ).status_code
        == 302
    )
    late = two.post(
        url, {"act": "mark", "lock_version": row.lock_version, "c0": "25", "c1": "0", "comment": "我写的长长的评语"}
    )
    page = body(late)
    assert late.status_code == 422
    assert "您写的都在" in page and "我写的长长的评语" in page and "很好的一课" in page and "评了100分" in page
    assert 'name="c0" value="25" checked' in page
    assert Work.objects.get().points == 100 and WorkMark.objects.count() == 1
    handed = Work.objects.get()
    assert f'name="lock_version" value="{handed.lock_version}"' in page


def test_a_work_taken_by_another(w: SimpleNamespace) -> None:
    row = handed_in(w)
    other = make.officer("tutor", training_path="/S20230304/4/语文/", at=w.school_b)
    make.client(w.tutor).post(reverse("homework:claim", args=[row.pk]))
    theirs = make.client(other)
    assert "另一位辅导员正在评" in body(theirs.get(reverse("homework:mark", args=[row.pk])))
    assert "另一位辅导员正在评" in body(theirs.post(reverse("homework:claim", args=[row.pk])))
    assert "别人在评" in body(theirs.get(reverse("homework:queue")))
    assert f"匿名{row.pk}" not in body(theirs.get(reverse("homework:queue") + "?taken=free"))


def test_the_province_marks_what_was_left(w: SimpleNamespace) -> None:
    row = handed_in(w)
    province = make.client(w.province_admin)
    assert province.get(reverse("homework:mark", args=[row.pk])).status_code == 404
    assert f"匿名{row.pk}" not in body(province.get(reverse("homework:unmarked")))
    make.set_clock("2023-09-28 00:00")
    assert f"匿名{row.pk}" in body(province.get(reverse("homework:unmarked")))
    done = province.post(
        reverse("homework:mark", args=[row.pk]),
        {"act": "mark", "lock_version": row.lock_version, "c0": "40", "c1": "40"},
    )
    assert done["Location"] == reverse("homework:unmarked")
    assert WorkMark.objects.get().why == "province"


# ── who may not ──


@pytest.mark.parametrize("who", ["colleague", "tutor", "school_admin", "county_admin", "province_admin"])
def test_pages_of_a_learner_are_nobody_elses(w: SimpleNamespace, who: str) -> None:
    me = make.client(getattr(w, who))
    for url in (w.quiz_url, w.work_url):
        assert me.get(url).status_code == 404
        assert me.post(url, {"text": TEXT, "number": "1"}).status_code == 404
    assert me.post(reverse("homework:start", args=[w.enrolment.pk, w.quiz.pk])).status_code == 404
    assert me.post(reverse("homework:draft", args=[w.enrolment.pk, w.item.pk]), {"text": "x"}).status_code == 404
    row = actions.start_attempt(person=w.teacher.pk, enrolment=w.enrolment.pk, item=w.quiz.pk).row
    assert me.post(reverse("homework:save_answers", args=[row.pk]), {"q0": "A"}).status_code == 404
    actions.submit_attempts([actions.AttemptIn(w.teacher.pk, w.enrolment.pk, w.quiz.pk, {})])
    assert me.get(reverse("homework:attempt", args=[row.pk])).status_code == 404


def test_marking_needs_the_capability_and_the_scope(w: SimpleNamespace) -> None:
    row = handed_in(w)
    urls = [reverse("homework:queue"), reverse("homework:mark", args=[row.pk])]
    for person in (w.teacher, w.school_admin, w.county_admin, w.city_admin, w.province_leader):
        me = make.client(person)
        assert [me.get(url).status_code for url in urls] == [403, 403]
        assert me.get(reverse("homework:unmarked")).status_code == 403
    stranger = make.client(make.officer("tutor", training_path="/S20230304/4/数学/", at=w.school_b))
    assert f"匿名{row.pk}" not in body(stranger.get(urls[0]))
    assert stranger.get(urls[0] + "?export=xlsx").status_code == 200
    assert stranger.get(urls[1]).status_code == 404
    assert stranger.post(urls[1], {"act": "mark", "lock_version": 1, "c0": "50", "c1": "50"}).status_code == 404
    assert stranger.post(reverse("homework:claim", args=[row.pk])).status_code == 404
    assert Client().get(urls[0]).status_code == 302
    assert Work.objects.get().state == "submitted"


def test_items_of_another_kind_or_course_are_not_there(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    assert me.get(reverse("homework:quiz", args=[w.enrolment.pk, w.item.pk])).status_code == 404
    assert me.get(reverse("homework:work", args=[w.enrolment.pk, w.quiz.pk])).status_code == 404
    other = make.course("other").items.filter(kind="quiz").first()
    assert me.get(reverse("homework:quiz", args=[w.enrolment.pk, other.pk])).status_code == 404
