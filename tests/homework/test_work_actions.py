"""Works handed in, claimed, marked, returned, raised; races with real connections."""

import threading
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from tests import factories as make
from yanxiu.access import queries as access
from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.homework import actions, queries
from yanxiu.homework.actions import MarkIn, WorkIn
from yanxiu.homework.models import Work, WorkMark, WorkVersion

TEXT = "这一课我请学生先读自己的草稿，同桌听不明白就举手，举手最多的地方就是要学的内容。"


def ready(world: SimpleNamespace) -> SimpleNamespace:
    world.item, world.item_2 = world.version.items.filter(kind=Item.Kind.HOMEWORK)
    world.scope = access.scope_of(access.acting(world.tutor)[0])
    return world


@pytest.fixture
def w(world: SimpleNamespace) -> SimpleNamespace:
    return ready(world)


def hand_in(w: SimpleNamespace, text: str = TEXT, **fields) -> actions.Outcome:
    return actions.submit_works(
        [WorkIn(**{"person": w.teacher.pk, "enrolment": w.enrolment.pk, "item": w.item.pk, "text": text, **fields})]
    )[0]


def mark(w: SimpleNamespace, row: Work, points=(40, 40), **fields) -> actions.Outcome:
    by, scope = fields.pop("by", w.tutor.pk), fields.pop("scope", w.scope)
    return actions.mark_works(
        [
            MarkIn(
                **{
                    "work": row.pk,
                    "points": points,
                    "lock_version": row.lock_version,
                    "comment": "办法简单，数据真实",
                    **fields,
                }
            )
        ],
        by=by,
        scope=scope,
    )[0]


def test_draft_version_version(w: SimpleNamespace) -> None:
    draft = actions.save_draft(person=w.teacher.pk, enrolment=w.enrolment.pk, item=w.item.pk, draft="写到一半\0")
    assert (draft.row.draft, draft.row.state) == ("写到一半", "draft")
    assert hand_in(w, "太短").decision.codes == ("work_too_short",)
    assert Work.objects.get().draft == "写到一半"
    first, second = hand_in(w), hand_in(w, TEXT + "再改一稿。")
    assert first and second
    work = Work.objects.get()
    assert (work.state, work.late, work.versions.count(), work.draft) == ("submitted", False, 2, TEXT + "再改一稿。")
    assert list(
        Event.objects.filter(kind="homework.submitted").order_by("id").values_list("data__first", "data__version")
    ) == [(True, 1), (False, 2)]


@pytest.mark.parametrize(
    ("at", "codes", "late"),
    [
        ("2023-08-31 23:59", ("batch_not_started",), None),
        ("2023-09-15 23:59", (), False),
        ("2023-09-16 00:00", (), True),
        ("2023-09-21 00:00", ("batch_ended",), None),
    ],
)
def test_day_fifteen_and_the_end(w: SimpleNamespace, at: str, codes: tuple[str, ...], late: bool | None) -> None:
    make.set_clock(at)
    made = hand_in(w)
    assert made.decision.codes == codes
    assert (made.row.late if made else None) is late


def test_in_time_stays_in_time(w: SimpleNamespace) -> None:
    hand_in(w)
    make.set_clock("2023-09-17 08:00")
    assert hand_in(w, TEXT + "再改。").decision.codes == ("kept_in_time",)
    assert WorkVersion.objects.count() == 1


def test_the_same_press_is_answered_once(w: SimpleNamespace) -> None:
    key = uuid4()
    hand_in(w, key=key)
    assert hand_in(w, key=key).again
    assert hand_in(w, TEXT + "！？改", key=key).decision.codes == ("key_conflict",)
    assert WorkVersion.objects.count() == 1


def test_only_the_learner_of_the_class(w: SimpleNamespace) -> None:
    assert hand_in(w, person=w.colleague.pk).decision.codes == ("work_unknown",)
    assert hand_in(w, item=make.course("other").items.filter(kind="homework").first().pk).decision.codes == (
        "work_unknown",
    )
    assert actions.save_draft(
        person=w.colleague.pk, enrolment=w.enrolment.pk, item=w.item.pk, draft="x"
    ).decision.codes == ("work_unknown",)
    w.enrolment.state = "returned"
    w.enrolment.save()
    assert hand_in(w).decision.codes == ("not_learning",)


def test_marked_and_corrected(w: SimpleNamespace) -> None:
    row = hand_in(w).row
    done = mark(w, row, (50, 40), excellent=True)
    assert (done.row.points, done.row.state, done.row.excellent) == (90, "marked", True)
    assert hand_in(w).decision.codes == ("work_marked",)
    again = mark(w, done.row, (50, 25))
    assert again.row.points == 75
    assert list(WorkMark.objects.order_by("id").values_list("points", "why")) == [(90, "marking"), (75, "correction")]
    work = queries.progress([w.enrolment.pk])[w.enrolment.pk].works[0]
    assert (work.state, work.points, work.late, work.excellent, work.waits_for_mark) == (
        "marked",
        75,
        False,
        False,
        False,
    )


def test_a_mark_for_what_was_there_before_is_refused(w: SimpleNamespace) -> None:
    old = hand_in(w).row
    seen = old.lock_version
    hand_in(w, TEXT + "第二稿。")
    assert mark(w, old, lock_version=seen).decision.codes == ("changed_meanwhile",)
    assert Work.objects.get().state == "submitted" and not WorkMark.objects.exists()


def test_scope_of_the_marker(w: SimpleNamespace) -> None:
    row = hand_in(w).row
    stranger = make.officer("tutor", training_path="/S20230304/4/数学/", at=w.school_b)
    for person in (stranger, w.school_admin, w.city_admin):
        scope = access.scope_of(access.acting(person)[0])
        assert mark(w, row, by=person.pk, scope=scope).decision.codes == ("out_of_scope",)
        assert queries.work_for_marking(scope, row.pk) is None
        assert not queries.queue(scope, me=person.pk).exists()
        assert actions.claim_work(by=person.pk, scope=scope, work=row.pk).decision.codes == ("out_of_scope",)
        assert actions.return_for_revision(
            by=person.pk, scope=scope, work=row.pk, comment="请补充数据", lock_version=1
        ).decision.codes == ("out_of_scope",)


def test_nobody_marks_the_own_work(w: SimpleNamespace) -> None:
    enrolment = make.enrolment(w.tutor, w.training_class)
    row = hand_in(w, person=w.tutor.pk, enrolment=enrolment.pk).row
    assert mark(w, row).decision.codes == ("own_work",)
    assert not queries.queue(w.scope, me=w.tutor.pk).exists()


def test_claim(w: SimpleNamespace) -> None:
    row = hand_in(w).row
    other = make.officer("tutor", training_path="/S20230304/4/语文/", at=w.school_b)
    theirs = access.scope_of(access.acting(other)[0])
    assert actions.claim_work(by=w.tutor.pk, scope=w.scope, work=row.pk)
    assert actions.claim_work(by=other.pk, scope=theirs, work=row.pk).decision.codes == ("claimed_by_other",)
    assert mark(w, row, by=other.pk, scope=theirs).decision.codes == ("claimed_by_other",)
    assert queries.queue(theirs, me=other.pk).get().taken is True
    assert queries.next_waiting(theirs, row, me=other.pk) is None
    make.set_clock("2023-09-05 20:44")
    assert mark(w, row, by=other.pk, scope=theirs)


def test_returned_revised_in_time(w: SimpleNamespace) -> None:
    row = hand_in(w).row
    make.set_clock("2023-09-15 10:00")
    back = actions.return_for_revision(
        by=w.tutor.pk, scope=w.scope, work=row.pk, comment="请补上学生的前后语句", lock_version=row.lock_version
    )
    assert back.row.revise_until == make.moment("2023-09-19 00:00")
    assert mark(w, back.row).decision.codes == ("being_revised",)
    assert not queries.queue(w.scope, me=w.tutor.pk).exists()
    make.set_clock("2023-09-18 23:00")
    revised = hand_in(w, TEXT + "补上了。")
    assert (revised.row.state, revised.row.late) == ("submitted", False)
    assert queries.queue(w.scope, me=w.tutor.pk).count() == 1


def test_returned_and_not_revised_waits_again(w: SimpleNamespace) -> None:
    row = hand_in(w).row
    back = actions.return_for_revision(
        by=w.tutor.pk, scope=w.scope, work=row.pk, comment="请补上学生的前后语句", lock_version=row.lock_version
    )
    make.set_clock("2023-09-09 00:00")
    assert queries.queue(w.scope, me=w.tutor.pk).count() == 1
    assert queries.progress([w.enrolment.pk])[w.enrolment.pk].works[0].state == "submitted"
    assert mark(w, back.row)


def test_unmarked_goes_to_the_province(w: SimpleNamespace) -> None:
    row = hand_in(w).row
    marked = hand_in(w, item=w.item_2.pk).row
    mark(w, marked)
    province = access.scope_of(access.acting(w.province_admin)[0])
    assert queries.work_for_marking(province, row.pk) is None
    assert mark(w, row, by=w.province_admin.pk, scope=province).decision.codes == ("not_marker",)
    make.set_clock("2023-09-28 00:00")
    assert not queries.queue(w.scope, me=w.tutor.pk).exists()
    assert [r.pk for r in queries.unmarked(province, me=w.province_admin.pk)] == [row.pk]
    assert queries.progress([w.enrolment.pk])[w.enrolment.pk].works[0].waits_for_mark
    assert mark(w, row).decision.codes == ("marking_over",)
    assert mark(w, row, by=w.province_admin.pk, scope=province)
    assert WorkMark.objects.get(work=row).why == "province"
    assert not queries.unmarked(province, me=w.province_admin.pk).exists()


def test_an_appeal_raises_and_never_lowers(w: SimpleNamespace) -> None:
    row = mark(w, hand_in(w).row, (40, 40)).row
    assert actions.raise_mark(by=w.tutor.pk, work=row.pk, points=79, comment="核对后认为应低一分").decision.codes == (
        "never_lower",
    )
    raised = actions.raise_mark(by=w.tutor.pk, work=row.pk, points=86, comment="证据一项应为优", excellent=True)
    assert (raised.row.points, raised.row.excellent, raised.row.comment) == (86, True, "办法简单，数据真实")
    assert list(WorkMark.objects.order_by("id").values_list("points", "why")) == [(80, "marking"), (86, "objection")]
    assert Event.objects.get(kind="homework.raised").data == {
        "item": w.item.pk,
        "points": 86,
        "before": 80,
        "excellent": True,
    }


def test_lists_cost_as_few_statements_as_one(w: SimpleNamespace, django_assert_max_num_queries, monkeypatch) -> None:
    monkeypatch.setattr(events, "_handlers", {})  # what follows from it is counted by those who follow
    learners = [make.enrolment(make.person(w.school_a), w.training_class) for _ in range(20)]
    rows = [WorkIn(e.person_id, e.pk, i.pk, TEXT, key=uuid4()) for e in learners for i in (w.item, w.item_2)]
    with django_assert_max_num_queries(12):
        works = actions.submit_works(rows)
    assert all(works) and WorkVersion.objects.count() == 40
    with django_assert_max_num_queries(10):
        marked = actions.mark_works(
            [MarkIn(o.row.pk, (50, 25), o.row.lock_version, "可以") for o in works], by=w.tutor.pk, scope=w.scope
        )
    assert all(marked) and set(Work.objects.values_list("points", flat=True)) == {75}
    assert Work.objects.filter(state="marked", marked_by=w.tutor, draft=TEXT, claimed_by=None).count() == 40


def test_the_queue_is_oldest_first_and_finds_the_next(w: SimpleNamespace) -> None:
    rows = []
    for n, (person, enrolment) in enumerate(
        ((w.teacher, w.enrolment), (w.colleague, w.enrolment_2), (w.outsider, w.enrolment_c))
    ):
        make.set_clock(f"2023-09-06 0{n}:00")
        rows.append(hand_in(w, TEXT + str(n), person=person.pk, enrolment=enrolment.pk).row)
    me = w.tutor.pk
    assert [r.pk for r in queries.queue(w.scope, me=me)] == [r.pk for r in rows]
    middle = queries.work_for_marking(w.scope, rows[1].pk)
    found = queries.marking_list(w.scope, middle, me=me)
    assert (found.number, found.total, found.waiting, found.previous, found.next) == (2, 3, 3, rows[0].pk, rows[2].pk)
    assert queries.next_waiting(w.scope, middle, me=me) == rows[2].pk
    assert queries.next_waiting(w.scope, queries.work_for_marking(w.scope, rows[2].pk), me=me) == rows[0].pk


@pytest.mark.django_db(transaction=True)
def test_two_tutors_at_the_same_instant() -> None:
    """Both saw the same version; exactly one mark stands, the other is told."""
    w = ready(make.world())
    other = make.officer("tutor", training_path="/S20230304/4/语文/", at=w.school_b)
    scopes = {w.tutor.pk: w.scope, other.pk: access.scope_of(access.acting(other)[0])}
    for item in (w.item, w.item_2):
        row = hand_in(w, item=item.pk).row
        start = threading.Barrier(2)
        outcomes: dict[int, actions.Outcome] = {}

        def press(person: int, row: Work = row, start: threading.Barrier = start, outcomes: dict = outcomes) -> None:
            try:
                start.wait()
                points = (50, 50) if person == other.pk else (25, 25)
                outcomes[person] = actions.mark_works(
                    [MarkIn(row.pk, points, row.lock_version, "各写各的")], by=person, scope=scopes[person]
                )[0]
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=(p,)) for p in scopes]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sorted(bool(o) for o in outcomes.values()) == [False, True]
        loser = next(o for o in outcomes.values() if not o)
        assert loser.decision.codes == ("changed_meanwhile",)
        winner = next(p for p, o in outcomes.items() if o)
        row.refresh_from_db()
        assert (row.marked_by_id, row.points) == (winner, 100 if winner == other.pk else 50)
        assert WorkMark.objects.filter(work=row).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_learner_in_two_windows() -> None:
    """Two versions handed in at once, and a draft beside them: two numbers, one work."""
    w = ready(make.world())
    start = threading.Barrier(3)

    def press(n: int) -> None:
        try:
            start.wait()
            if n == 2:
                actions.save_draft(person=w.teacher.pk, enrolment=w.enrolment.pk, item=w.item.pk, draft="草稿")
            else:
                hand_in(w, TEXT + str(n))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(3)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert Work.objects.count() == 1
    assert sorted(WorkVersion.objects.values_list("number", flat=True)) == [1, 2]
