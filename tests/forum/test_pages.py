"""Through the doors, as the people concerned."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from yanxiu.forum import actions, queries
from yanxiu.forum.actions import PostIn
from yanxiu.forum.models import Post
from yanxiu.programme.queries import policy

SAID = "我让学生先把草稿读给同桌听，听不明白就举手，举手最多的三处就是这节课要学的内容。"
ANSWER = "举手之后，您是怎样归类的？"


@pytest.fixture
def w(world: SimpleNamespace) -> SimpleNamespace:
    world.list_url = reverse("forum:thread_list", args=[world.training_class.pk])
    world.write_url = reverse("forum:write", args=[world.training_class.pk])
    return world


def say(w: SimpleNamespace, body: str = SAID, who=None, **fields) -> Post:
    fields = {"title": "" if "thread" in fields else "一个问题", **fields}
    return actions.post(
        [PostIn(person=(who or w.teacher).pk, training_class=w.training_class.pk, body=body, **fields)]
    )[0].post


def body(response) -> str:
    return response.content.decode()


@pytest.mark.clause("A2.3", door="http")
def test_teachers_discuss_and_see_what_each_post_counts(w: SimpleNamespace) -> None:
    me, colleague = make.client(w.teacher), make.client(w.colleague)
    assert me.get(reverse("forum:mine"))["Location"] == w.list_url
    page = body(me.get(w.list_url))
    assert "课程讨论" in page and "讨论一" in page and "发帖和回帖合计最多3分" in page and "最多12分" in page
    done = me.post(w.write_url, {"title": "草稿怎样改", "body": SAID}, follow=True)
    assert "计1分" in body(done) and "草稿怎样改" in body(done)
    thread = Post.objects.get()
    url = reverse("forum:thread", args=[thread.pk])
    answered = colleague.post(url, {"body": ANSWER}, follow=True)
    assert "计0.5分" in body(answered) and "1条回复" in body(answered)
    assert "计1分" not in body(answered)  # what others' posts count is theirs to know
    for n in range(3):
        me.post(url, {"body": f"第{n}次我换了一种分组的办法试试看"})
    last = body(me.post(w.write_url, {"title": "又一个问题", "body": SAID[::-1]}, follow=True))
    assert "当天互动已满3分，这一帖计0.50分" in last
    points = body(me.get(reverse("forum:points", args=[w.training_class.pk])))
    assert "当天3 / 3分" in points
    assert queries.tally_of(w.enrolment.pk, policy(w.batch.policy_id)).points == 3


@pytest.mark.clause("A1.4", door="http")
def test_shallow_and_copied_posts_do_not_score_and_say_why(w: SimpleNamespace) -> None:
    me, colleague = make.client(w.teacher), make.client(w.colleague)
    short = body(me.post(w.write_url, {"title": "好", "body": "我也这样做过"}, follow=True))
    assert "不计分：6字，至少要20字" in short
    filler = body(
        me.post(
            w.write_url,
            {"title": "好", "body": "学习了，收获很大，受益匪浅，感谢老师，老师辛苦了，非常好"},
            follow=True,
        )
    )
    assert "不计分：只有客套话，没有内容" in filler
    me.post(w.write_url, {"title": "一", "body": SAID})
    copy = body(colleague.post(w.write_url, {"title": "二", "body": SAID + "！"}, follow=True))
    assert "不计分：本班已有相同的内容" in copy
    assert [queries.tally_of(e.pk, policy(w.batch.policy_id)).points for e in (w.enrolment, w.enrolment_2)] == [1, 0]


@pytest.mark.clause("A2.3", door="http")
def test_a_tutor_features_and_removes_and_the_author_is_told_why(w: SimpleNamespace) -> None:
    row, other = say(w), say(w, ANSWER * 2, w.colleague)
    tutor, me = make.client(w.tutor), make.client(w.teacher)
    url = reverse("forum:thread", args=[row.pk])
    assert "设为精华" in body(tutor.get(url)) and "设为精华" not in body(me.get(url))
    tutor.post(reverse("forum:keep_order", args=[row.pk, "feature"]))
    assert "精华另加2分" in body(me.get(url))
    refused = tutor.post(reverse("forum:keep_order", args=[row.pk, "remove"]), {"reason": "无"}, follow=True)
    assert "原因至少要写5个字" in body(refused)
    tutor.post(reverse("forum:keep_order", args=[row.pk, "remove"]), {"reason": "写了学生的真名"})
    mine, theirs = body(me.get(url)), body(make.client(w.colleague).get(url))
    assert "写了学生的真名" in mine and SAID in mine and "已被辅导员移除" in mine
    assert "写了学生的真名" not in theirs and SAID not in theirs and "这一帖已被辅导员移除" in theirs
    assert queries.tally_of(w.enrolment.pk, policy(w.batch.policy_id)).points == 0
    tutor.post(reverse("forum:keep_order", args=[row.pk, "restore"]))
    assert queries.tally_of(w.enrolment.pk, policy(w.batch.policy_id)).points == 3
    listed = body(tutor.get(reverse("forum:moderate")))
    assert "一个问题" in listed and other.body[:10] in listed


def test_answers_to_the_courses_discussion(w: SimpleNamespace) -> None:
    item = w.version.items.get(kind="discussion")
    me = make.client(w.teacher)
    me.post(w.write_url + f"?item={item.pk}", {"title": "", "body": SAID})
    row = Post.objects.get()
    assert (row.item, row.title) == (item, "讨论一")
    page = body(me.get(w.list_url + f"?item={item.pk}"))
    assert "请写一写" in page and "讨论一" in page
    assert "看1个回答" in body(me.get(w.list_url))


def test_fifty_a_page_and_the_address_of_a_reply(w: SimpleNamespace) -> None:
    thread = say(w)
    rows = [
        PostIn(w.colleague.pk, w.training_class.pk, f"第{n}条回复写一写自己的办法", thread=thread.pk) for n in range(51)
    ]
    last = actions.post(rows)[-1].post
    me = make.client(w.teacher)
    page = body(me.get(reverse("forum:thread", args=[thread.pk])))
    assert "第49条回复" in page and "第50条回复" not in page and "第1—50条，共51条" in page
    assert me.get(reverse("forum:thread", args=[last.pk]))["Location"].endswith(f"?page=2#p{last.pk}")


def test_what_was_typed_stays(w: SimpleNamespace) -> None:
    me = make.client(w.teacher)
    refused = me.post(w.write_url, {"title": "", "body": SAID})
    assert refused.status_code == 422 and SAID in body(refused) and "请写标题" in body(refused)
    thread = say(w, who=w.colleague)
    make.set_clock("2023-09-28 00:00")
    refused = me.post(reverse("forum:thread", args=[thread.pk]), {"body": ANSWER})
    assert refused.status_code == 422 and "已经关闭" in body(refused)


def test_a_body_is_text_never_markup(w: SimpleNamespace) -> None:
    row = say(w, "<script>alert(1)</script> 我把学生的问题写在黑板上，一条一条讨论。", title="<b>粗</b>")
    page = body(make.client(w.colleague).get(reverse("forum:thread", args=[row.pk])))
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "<b>粗" not in page


@pytest.mark.parametrize(
    "who", ["school_admin", "county_admin", "province_admin", "stranger", "tutor_of_maths", "returned"]
)
def test_outside_of_the_class_it_is_not_there(w: SimpleNamespace, who: str) -> None:
    row = say(w)
    if who == "stranger":
        person = make.person(w.school_a)
    elif who == "tutor_of_maths":
        person = make.officer("tutor", training_path="/S20230304/4/数学/", at=w.school_b)
    elif who == "returned":
        person = w.colleague
        w.enrolment_2.state = "returned"
        w.enrolment_2.save()
    else:
        person = getattr(w, who)
    me = make.client(person)
    url = reverse("forum:thread", args=[row.pk])
    for path in (w.list_url, w.write_url, url, reverse("forum:points", args=[w.training_class.pk])):
        assert me.get(path).status_code == 404
    assert me.post(w.write_url, {"title": "一", "body": SAID}).status_code == 404
    assert me.post(url, {"body": ANSWER}).status_code == 404
    order = me.post(reverse("forum:keep_order", args=[row.pk, "remove"]), {"reason": "与本课程没有关系"}).status_code
    assert order == (404 if who == "tutor_of_maths" else 403)
    assert SAID[:10] not in body(me.get(reverse("forum:mine")))
    row.refresh_from_db()
    assert row.removed_at is None and row.reply_count == 0


def test_a_named_expert_reads_and_writes(w: SimpleNamespace) -> None:
    expert = make.person(w.school_b, name="赵特级")
    w.training_class.staff.create(person=expert, kind="expert")
    row = say(w)
    me = make.client(expert)
    assert "专家" in body(me.post(reverse("forum:thread", args=[row.pk]), {"body": ANSWER}, follow=True))
    assert me.post(reverse("forum:keep_order", args=[row.pk, "feature"])).status_code == 403


def test_signed_out(w: SimpleNamespace) -> None:
    assert Client().get(w.list_url).status_code == 302
    assert Client().post(w.write_url, {"body": SAID}).status_code == 302


def test_what_is_written_is_text_and_never_markup(w: SimpleNamespace) -> None:
    w.teacher.name = "<i>甲</i>"
    w.teacher.save()
    thread = say(w, f"<script>{SAID}</script>\n\n第二段")
    page = body(make.client(w.colleague).get(reverse("forum:thread", args=[thread.pk])))
    assert f"<p>&lt;script&gt;{SAID}&lt;/script&gt;</p>" in page and "<p>第二段</p>" in page
    assert "<i>甲" not in page and page.count("&lt;i&gt;甲&lt;/i&gt;") == 2
