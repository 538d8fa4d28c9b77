"""Posts written, featured, removed: what stands in the database and what progress makes of it."""

import threading
from fractions import Fraction
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from tests import factories as make
from yanxiu.access import queries as access
from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.forum import actions, queries
from yanxiu.forum.actions import PostIn
from yanxiu.forum.models import Post
from yanxiu.programme.queries import policy

SAID = "我让学生先把草稿读给同桌听，听不明白就举手，举手最多的三处就是这节课要学的内容。"
ANSWER = "举手之后，您是怎样归类的？"


def scope_of(person):
    return access.scope_of(access.acting(person)[0])


def say(w: SimpleNamespace, body: str = SAID, who=None, **fields) -> actions.Outcome:
    return actions.post(
        [
            PostIn(
                person=(who or w.teacher).pk,
                training_class=w.training_class.pk,
                body=body,
                **{"title": "" if "thread" in fields else "一个问题", **fields},
            )
        ]
    )[0]


def test_thread_and_reply(world: SimpleNamespace) -> None:
    thread = say(world)
    assert thread and thread.post.verdict == ""
    reply = say(world, ANSWER, world.colleague, thread=thread.post.pk)
    assert reply
    thread.post.refresh_from_db()
    assert thread.post.reply_count == 1
    learners, rules = (world.enrolment, world.enrolment_2, world.enrolment_c), policy(world.batch.policy_id)
    assert [queries.tally_of(e.pk, rules).points for e in learners] == [1, Fraction(1, 2), 0]
    assert Event.objects.filter(kind="forum.posted").count() == 2


def test_copies_by_anybody_in_the_class_count_for_nothing(world: SimpleNamespace) -> None:
    first = say(world)
    other = say(world, SAID.replace("，", " ， ").upper(), world.colleague)
    own = say(world, SAID + "！")
    elsewhere = make.training_class(world.batch, world.version)
    stranger = make.person(world.school_c)
    make.enrolment(stranger, elsewhere)
    fresh = actions.post([PostIn(person=stranger.pk, training_class=elsewhere.pk, body=SAID, title="一个问题")])[0]
    assert [o.post.verdict for o in (first, other, own, fresh)] == ["", "copy", "copy", ""]


def test_two_equal_texts_in_one_list(world: SimpleNamespace) -> None:
    rows = [
        PostIn(person=p.pk, training_class=world.training_class.pk, body=SAID, title="一")
        for p in (world.colleague, world.teacher)
    ]
    assert [o.post.verdict for o in actions.post(rows)] == ["", "copy"]


def test_a_list_costs_as_few_statements_as_one(
    world: SimpleNamespace, django_assert_max_num_queries, monkeypatch
) -> None:
    monkeypatch.setattr(events, "_handlers", {})  # what follows from it is counted by those who follow
    thread = say(world).post
    rows = [
        PostIn(
            person=world.colleague.pk,
            training_class=world.training_class.pk,
            body=f"第{n}种办法是让学生自己先分组再讨论",
            thread=thread.pk,
            key=uuid4(),
        )
        for n in range(60)
    ]
    with django_assert_max_num_queries(14):
        outcomes = actions.post(rows)
    assert all(outcomes)
    thread.refresh_from_db()
    assert thread.reply_count == 60


def test_the_same_press_writes_once(world: SimpleNamespace) -> None:
    key = uuid4()
    assert not say(world, key=key).again
    assert say(world, key=key).again
    assert say(world, SAID + "再加一句", key=key).decision.codes == ("key_conflict",)
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "codes"), [("outsider_of_class", ("not_in_class",)), ("province_admin", ("not_in_class",))]
)
def test_outside_of_the_class(world: SimpleNamespace, who: str, codes: tuple[str, ...]) -> None:
    person = make.person(world.school_a) if who == "outsider_of_class" else world.province_admin
    assert say(world, who=person).decision.codes == codes


def test_staff_write_and_do_not_score(world: SimpleNamespace) -> None:
    made = say(world, who=world.tutor)
    assert made.post.verdict == "not_learner" and made.post.enrolment_id is None
    assert say(world).post.verdict == "copy"


def test_a_returned_learner_no_longer_writes(world: SimpleNamespace) -> None:
    world.enrolment.state = "returned"
    world.enrolment.save()
    assert say(world).decision.codes == ("not_in_class",)


def test_a_reply_goes_to_a_thread_of_the_same_class(world: SimpleNamespace) -> None:
    thread = say(world).post
    reply = say(world, ANSWER, thread=thread.pk).post
    other = make.training_class(world.batch, world.version)
    assert say(world, ANSWER + "呢", thread=reply.pk).decision.codes == ("thread_unknown",)
    assert actions.post([PostIn(person=world.tutor.pk, training_class=other.pk, body=ANSWER, thread=thread.pk)])[
        0
    ].decision.codes == ("thread_unknown",)


def test_featured_removed_restored(world: SimpleNamespace) -> None:
    scope, tutor = scope_of(world.tutor), world.tutor.pk
    made = say(world).post

    def points() -> Fraction:
        return queries.tally_of(world.enrolment.pk, policy(world.batch.policy_id)).points

    assert actions.feature(by=tutor, scope=scope, post=made.pk)
    assert points() == 3
    assert actions.remove(by=tutor, scope=scope, post=made.pk, reason="无").decision.codes == ("reason_too_short",)
    assert actions.remove(by=tutor, scope=scope, post=made.pk, reason="与本课程没有关系")
    assert points() == 0
    assert Event.objects.get(kind="forum.removed").data["reason"] == "与本课程没有关系"
    assert Event.objects.get(kind="forum.removed").person == world.teacher.pk
    assert say(world).post.verdict == "copy"  # the removed text was there first
    assert actions.feature(by=tutor, scope=scope, post=made.pk).decision.codes == ("not_counting",)
    assert actions.restore(by=tutor, scope=scope, post=made.pk)
    assert points() == 3
    assert actions.unfeature(by=tutor, scope=scope, post=made.pk)
    assert points() == 1


def test_removing_a_reply_takes_it_out_of_the_count(world: SimpleNamespace) -> None:
    thread = say(world).post
    reply = say(world, ANSWER, world.colleague, thread=thread.pk).post
    actions.remove(by=world.tutor.pk, scope=scope_of(world.tutor), post=reply.pk, reason="与本课程没有关系")
    thread.refresh_from_db()
    assert (thread.reply_count, thread.last_at) == (0, thread.at)
    assert say(world, ANSWER + "呢", thread=thread.pk)
    actions.remove(by=world.tutor.pk, scope=scope_of(world.tutor), post=thread.pk, reason="与本课程没有关系")
    assert say(world, ANSWER + "好吗", thread=thread.pk).decision.codes == ("thread_removed",)


def test_only_who_moderates_the_class(world: SimpleNamespace) -> None:
    made = say(world).post
    stranger = make.officer("tutor", training_path="/S20230304/4/数学/", at=world.school_b)
    for person in (stranger, world.province_admin, world.school_admin):
        assert actions.remove(
            by=person.pk, scope=scope_of(person), post=made.pk, reason="与本课程没有关系"
        ).decision.codes == ("not_moderator",)
        assert actions.feature(by=person.pk, scope=scope_of(person), post=made.pk).decision.codes == ("not_moderator",)


@pytest.mark.django_db(transaction=True)
def test_of_two_equal_posts_at_the_same_instant_one_is_the_copy() -> None:
    w = make.world()
    start = threading.Barrier(2)
    verdicts: list[str] = []

    def write(person: int) -> None:
        try:
            start.wait()
            verdicts.append(
                actions.post([PostIn(person=person, training_class=w.training_class.pk, body=SAID, title="一")])[
                    0
                ].post.verdict
            )
        finally:
            connection.close()

    for _ in range(3):
        threads = [threading.Thread(target=write, args=(p.pk,)) for p in (w.teacher, w.colleague)]
        [t.start() for t in threads]
        [t.join() for t in threads]
    assert sorted(verdicts)[:1] == [""] and verdicts.count("copy") == 5
