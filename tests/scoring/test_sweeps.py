"""Evidence, marks and finality are frozen one after the other, once; a late mark frees only the one who waited."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import factories as make
from tests.scoring import season
from yanxiu.events.models import Event
from yanxiu.forum.models import Post
from yanxiu.homework import actions as homework
from yanxiu.homework.models import Work
from yanxiu.lib import clock
from yanxiu.scoring import actions, queries
from yanxiu.scoring.models import Result

ENDED, MARKED, OVER = "2023-09-21 00:31", "2023-09-28 00:00", "2023-10-03 00:00"


@pytest.fixture
def three(world):
    """Batch 4 over: one learner with everything and a mark, one whose second work nobody marked, one who did nothing."""
    others = world.programme.batches.exclude(number=4)
    others.update(evidence_frozen_at=clock.now(), marks_frozen_at=clock.now(), final_at=clock.now())
    season.learned(world.enrolment, seconds=2400)
    season.quizzed(world.enrolment, [100, 100])
    season.worked(world.enrolment, [90, 100], by=world.tutor)
    season.talked(world.enrolment, posts=9)
    season.learned(world.enrolment_2, seconds=2400)
    season.quizzed(world.enrolment_2, [100, 100])
    season.worked(world.enrolment_2, [100, None], by=world.tutor)
    season.talked(world.enrolment_2, posts=12)
    return world


def state(enrolment):
    return Result.objects.get(enrolment=enrolment).state


def test_evidence_is_frozen_once_and_for_standing_learners_only(three):
    three.enrolment_c.state = "returned"
    three.enrolment_c.save()
    make.set_clock("2023-09-21 00:00")
    assert actions.sweep_evidence() == 0, "late reports of learning may come for half an hour"
    now = make.set_clock(ENDED)
    assert actions.sweep_evidence(now) == 2
    stored = list(Result.objects.order_by("pk").values_list("pk", "evidence", "evidence_at", "policy_id"))
    assert actions.sweep_evidence(now + timedelta(days=1)) == 0
    assert list(Result.objects.order_by("pk").values_list("pk", "evidence", "evidence_at", "policy_id")) == stored
    assert {row[3] for row in stored} == {three.batch.policy_id}
    assert Event.objects.filter(kind="scoring.evidence_frozen").count() == 1


def test_frozen_evidence_does_not_follow_what_happens_later(three):
    actions.sweep_evidence(make.set_clock(ENDED))
    Post.objects.filter(enrolment=three.enrolment).delete()
    season.learned(three.enrolment_c, seconds=2400)
    found = queries.live([three.enrolment.pk, three.enrolment_c.pk])
    assert found[three.enrolment.pk].part("interaction").exact == 9
    assert found[three.enrolment_c.pk].total == 0


def test_marks_given_in_the_marking_days_still_count(three):
    actions.sweep_evidence(make.set_clock(ENDED))
    make.set_clock("2023-09-25 10:00")
    work = Work.objects.get(enrolment=three.enrolment_2, state="submitted")
    outcome = homework.mark_works(
        [homework.MarkIn(work.pk, [40, 40], work.lock_version)], by=three.tutor.pk, scope=season.scope(three.tutor)
    )[0]
    assert outcome.decision.ok
    actions.sweep_marks(make.set_clock(MARKED))
    result = Result.objects.get(enrolment=three.enrolment_2)
    assert (result.state, result.total) == ("marked", Decimal("90.00"))
    assert (result.passed, result.honours) == (True, True)


def test_unmarked_work_is_never_zero_and_only_that_learner_waits(three):
    actions.sweep_evidence(make.set_clock(ENDED))
    assert actions.sweep_marks(make.set_clock(MARKED)) == 2
    assert [state(e) for e in (three.enrolment, three.enrolment_2, three.enrolment_c)] == [
        "marked",
        "pending",
        "marked",
    ]
    waiting = Result.objects.get(enrolment=three.enrolment_2)
    assert (waiting.total, waiting.passed, waiting.objections_end) == (None, None, None)
    assert Result.objects.get(enrolment=three.enrolment).objections_end == three.batch.objections_end
    assert actions.sweep_marks(make.set_clock("2023-09-29 00:00")) == 0
    assert Event.objects.filter(kind="scoring.pending").count() == 1
    assert actions.sweep_final(make.set_clock(OVER)) == 2
    assert [state(e) for e in (three.enrolment, three.enrolment_2, three.enrolment_c)] == ["final", "pending", "final"]
    three.batch.refresh_from_db()
    assert three.batch.final_at is None


@pytest.mark.parametrize("by_event", [True, False])
def test_a_late_mark_gives_the_result_and_five_days_from_it(three, by_event):
    actions.sweep_evidence(make.set_clock(ENDED))
    actions.sweep_marks(make.set_clock(MARKED))
    actions.sweep_final(make.set_clock(OVER))
    now = make.set_clock("2023-10-05 15:00")
    work = Work.objects.get(enrolment=three.enrolment_2, state="submitted")
    homework.mark_works(
        [homework.MarkIn(work.pk, [40, 40], work.lock_version)],
        by=three.province_admin.pk,
        scope=season.scope(three.province_admin),
    )
    if by_event:
        actions.follow_marks(Event.objects.filter(kind="homework.marked"))
    else:
        actions.sweep_marks(now)
    result = Result.objects.get(enrolment=three.enrolment_2)
    assert (result.state, result.total) == ("marked", Decimal("90.00"))
    assert result.objections_end == make.moment("2023-10-11 00:00")
    assert Event.objects.get(kind="scoring.marked", person=three.colleague.pk).data["late"] is True
    assert actions.sweep_final(make.set_clock("2023-10-10 23:59")) == 0
    assert actions.sweep_final(make.set_clock("2023-10-11 00:00")) == 1
    three.batch.refresh_from_db()
    assert three.batch.final_at == make.moment("2023-10-11 00:00")


def test_each_sweep_twice_changes_nothing(three):
    for sweep, at in ((actions.sweep_evidence, ENDED), (actions.sweep_marks, MARKED), (actions.sweep_final, OVER)):
        now = make.set_clock(at)
        sweep(now)
        before = list(Result.objects.order_by("pk").values()), Event.objects.count()
        sweep(now)
        assert (list(Result.objects.order_by("pk").values()), Event.objects.count()) == before


def test_a_jump_over_everything_runs_in_order(three):
    now = make.set_clock("2023-12-31 00:00")
    actions.sweep_final(now)
    actions.sweep_marks(now)
    assert not Result.objects.exists()
    for sweep in (actions.sweep_evidence, actions.sweep_marks, actions.sweep_final):
        sweep(now)
    assert state(three.enrolment) == "final"


def test_time_granted_after_the_end_reaches_the_result(three):
    season.learned(three.enrolment_c, seconds=1200)
    actions.sweep_evidence(make.set_clock(ENDED))
    season.learned(three.enrolment_c, seconds=2400)
    actions.follow_time([Event(kind="x", data={"enrolment": three.enrolment_c.pk})])
    assert queries.live([three.enrolment_c.pk])[three.enrolment_c.pk].part("time").exact == 50
    actions.sweep_marks(make.set_clock(MARKED))
    assert Result.objects.get(enrolment=three.enrolment_c).parts["time"] == "50.00"


def test_a_finding_fails_and_its_reversal_undoes_it(three):
    for sweep, at in ((actions.sweep_evidence, ENDED), (actions.sweep_marks, MARKED), (actions.sweep_final, OVER)):
        sweep(make.set_clock(at))
    assert actions.set_finding(enrolment_id=three.enrolment.pk, confirmed=True, reason="认定", by=three.province_admin)
    result = Result.objects.get(enrolment=three.enrolment)
    assert (result.passed, result.honours, result.total) == (False, False, Decimal("88.00"))
    assert actions.set_finding(enrolment_id=three.enrolment.pk, confirmed=False, reason="撤销", by=three.province_admin)
    result.refresh_from_db()
    assert result.passed is True
    assert [c.reason for c in result.changes.order_by("pk")] == ["认定", "撤销"]
    kept = Event.objects.filter(kind="scoring.changed").order_by("pk")
    assert [e.data["after"]["passed"] for e in kept] == [False, True]


def test_statements_do_not_grow_with_learners(three, django_assert_max_num_queries):
    now = make.set_clock(ENDED)
    with django_assert_max_num_queries(60):
        actions.sweep_evidence(now)
    with django_assert_max_num_queries(60):
        actions.sweep_marks(make.set_clock(MARKED))
    with django_assert_max_num_queries(14):
        queries.live([three.enrolment.pk, three.enrolment_2.pk, three.enrolment_c.pk])


def test_the_instants_at_which_a_sweep_has_something_to_do(three):
    start, end = make.moment("2023-09-20 00:00"), make.moment("2023-12-01 00:00")
    due = queries.evidence_due(three.batch)
    assert due == make.moment("2023-09-21 00:30")
    assert due in set(queries.instants(start, end))
    assert due not in set(queries.instants(due, end))
    actions.sweep_evidence(make.set_clock(ENDED))
    actions.sweep_marks(make.set_clock(MARKED))
    make.set_clock("2023-10-05 15:00")
    work = Work.objects.get(enrolment=three.enrolment_2, state="submitted")
    homework.mark_works(
        [homework.MarkIn(work.pk, [40, 40], work.lock_version)],
        by=three.province_admin.pk,
        scope=season.scope(three.province_admin),
    )
    assert make.moment("2023-10-11 00:00") in set(queries.instants(start, end))
