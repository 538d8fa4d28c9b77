"""Plans, bars, exemptions, complaints, requests, sweeps."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests import factories as make
from yanxiu.events.models import Event
from yanxiu.organisation.models import PastParticipation
from yanxiu.places import actions
from yanxiu.places.models import Choice, Enrolment, QuotaBalance, QuotaMovement, QuotaPlan

from .test_acts import choose, state, used, w  # noqa: F401


@pytest.fixture
def p(world: SimpleNamespace) -> SimpleNamespace:
    """Before the deadline of the plans."""
    make.set_clock("2023-07-05 10:00")
    world.batches = list(world.programme.batches.order_by("number"))
    world.ask = {b.pk: 100 + b.number for b in world.batches}
    world.by = world.city_admin.pk
    return world


def plan(p, unit):
    return QuotaPlan.objects.get(unit=unit)


def submit(p, unit=None):
    unit = unit or p.nanjing
    assert actions.save_plan(programme=p.programme.pk, unit=unit.pk, asked=p.ask, by=p.by).ok
    return actions.submit_plan(programme=p.programme.pk, unit=unit.pk, by=p.by)


def test_plan_submitted_and_approved_becomes_the_offices_quota(p):
    assert submit(p).ok
    again = actions.save_plan(programme=p.programme.pk, unit=p.nanjing.pk, asked=p.ask, by=p.by)
    assert again.codes == ("plan_not_open",)
    numbers = {**p.ask, p.batches[4].pk: 7}
    assert actions.decide_plan(plan=plan(p, p.nanjing).pk, approved=numbers, by=p.province_admin.pk).ok
    received = dict(QuotaBalance.objects.filter(unit=p.nanjing).values_list("batch_id", "received"))
    # Batch 4 has three learners of the fixture, two of them Nanjing's, approved by raw movements.
    assert received[p.batches[4].pk] == 7 and received[p.batches[0].pk] == 101
    assert plan(p, p.nanjing).lines.get(batch=p.batches[4]).approved == 7


def test_only_the_sixteen_and_only_until_the_deadline(p):
    nobody = actions.save_plan(programme=p.programme.pk, unit=p.gulou_nj.pk, asked=p.ask, by=p.by)
    assert nobody.codes == ("plan_not_yours",)
    assert actions.save_plan(programme=p.programme.pk, unit=p.kunshan.pk, asked=p.ask, by=p.by).ok
    make.set_clock("2023-07-07 23:59")
    assert submit(p).ok
    make.set_clock("2023-07-08 00:00")
    late = actions.submit_plan(programme=p.programme.pk, unit=p.kunshan.pk, by=p.by)
    assert late.codes == ("plan_locked",)
    short = actions.reopen_plan(
        plan=plan(p, p.kunshan).pk, until=make.moment("2023-07-10 00:00"), reason="", by=p.province_admin.pk
    )
    assert short.codes == ("reason_too_short",)
    assert actions.reopen_plan(
        plan=plan(p, p.kunshan).pk, until=make.moment("2023-07-10 00:00"), reason="暴雨停电", by=p.province_admin.pk
    ).ok
    assert actions.submit_plan(programme=p.programme.pk, unit=p.kunshan.pk, by=p.by).ok


def test_incomplete_empty_and_wrong_numbers(p):
    assert actions.save_plan(programme=p.programme.pk, unit=p.nanjing.pk, asked={p.batches[0].pk: 0}, by=p.by).ok
    assert actions.submit_plan(programme=p.programme.pk, unit=p.nanjing.pk, by=p.by).codes == ("plan_incomplete",)
    assert actions.save_plan(
        programme=p.programme.pk, unit=p.nanjing.pk, asked={b.pk: 0 for b in p.batches}, by=p.by
    ).ok
    assert actions.submit_plan(programme=p.programme.pk, unit=p.nanjing.pk, by=p.by).codes == ("plan_empty",)
    assert actions.save_plan(
        programme=p.programme.pk, unit=p.nanjing.pk, asked={p.batches[0].pk: -1}, by=p.by
    ).codes == ("plan_number",)
    stale = actions.save_plan(
        programme=p.programme.pk, unit=p.nanjing.pk, asked={p.batches[0].pk: 1}, by=p.by, lock_version=0
    )
    assert stale.codes == ("changed_meanwhile",)


def test_returned_with_a_reason_then_again(p):
    submit(p)
    number = plan(p, p.nanjing).pk
    assert actions.decide_plan(plan=number, approved=None, by=p.province_admin.pk).codes == ("reason_too_short",)
    assert actions.decide_plan(plan=number, approved=None, by=p.by, reason="数量过大了").codes == ("self_decision",)
    assert actions.decide_plan(plan=number, approved=None, by=p.province_admin.pk, reason="数量过大了").ok
    assert submit(p).ok


def test_a_later_approval_of_less_reduces_what_is_not_passed_on(p):
    submit(p)
    number = plan(p, p.nanjing).pk
    actions.decide_plan(plan=number, approved=p.ask, by=p.province_admin.pk)
    fifth = p.batches[4]
    moved = actions.move_quota(batch=fifth.pk, movements=[("allot", p.nanjing.pk, p.gulou_nj.pk, 100)], by=p.by)
    assert moved[0].ok
    for wanted, good in ((99, False), (100, True)):
        actions.reopen_plan(
            plan=number, until=make.moment("2023-07-20 00:00"), reason="核减名额", by=p.province_admin.pk
        )
        actions.submit_plan(programme=p.programme.pk, unit=p.nanjing.pk, by=p.by)
        decision = actions.decide_plan(plan=number, approved={**p.ask, fifth.pk: wanted}, by=p.province_admin.pk)
        assert decision.ok is good
        if not good:
            assert decision.codes == ("quota_short",) and plan(p, p.nanjing).state == "submitted"
            actions.decide_plan(plan=number, approved=None, by=p.province_admin.pk, reason="核减名额")
    assert QuotaMovement.objects.get(kind="reduce").amount == 5


@pytest.mark.parametrize(
    "at, reminded", [("2023-06-20 09:00", 0), ("2023-06-23 09:00", 4), ("2023-07-06 09:00", 4), ("2023-07-08 09:00", 0)]
)
def test_plan_reminders(p, at, reminded):
    # The tree has four of the sixteen; Nanjing has submitted.
    submit(p)
    now = make.set_clock(at)
    assert actions.sweep_plan_reminders(now) == max(0, reminded - 1)
    assert actions.sweep_plan_reminders(now) == 0


def test_a_bar_ends_what_has_not_started_and_the_line_moves(w):  # noqa: F811
    choose(w.a[0], w.small), choose(w.a[1], w.small)
    choose(w.c[0], w.small)
    actions.enrol(batch=w.next.pk, school=w.school_a.pk, rows=[(w.a[0].pk, None)], by=w.school_admin.pk)
    until = make.moment("2024-01-01 00:00")
    done = actions.set_bar(person=w.a[0].pk, year=2023, until=until, reason="认定抄袭", by=w.province_admin.pk)
    assert done.ok and state(w.a[0]) == "cancelled" and state(w.c[0]) == "holding" and used(w) == (2, 1, 1)
    assert Enrolment.objects.get(person=w.a[0]).state == "returned"
    assert choose(w.a[0], w.other).codes == ("barred",)
    assert actions.lift_bar(bar=done.row.pk, by=w.province_admin.pk, reason="申诉成立").ok
    assert choose(w.a[0], w.other).outcome == "holding"


def test_a_bar_leaves_a_running_enrolment(w):  # noqa: F811
    actions.set_bar(person=w.teacher.pk, year=2023, until=make.moment("2024-01-01 00:00"), reason="认定抄袭", by=None)
    assert Enrolment.objects.get(person=w.teacher).state == "standing"


def test_exemption_from_the_two_years_rule(w):  # noqa: F811
    PastParticipation.objects.create(series=w.programme.series, year=2022, identity_hash=w.a[0].identity_hash)
    PastParticipation.objects.create(
        series=w.programme.series, year=2021, identity_hash=w.a[1].identity_hash, person=w.a[1]
    )
    refused = choose(w.a[0], w.small)
    assert refused.codes == ("consecutive_year",) and refused.decision.reasons[0].numbers == {"year": 2022}
    assert choose(w.a[1], w.small).ok
    assert actions.exempt(
        programme=w.programme.pk, person=w.a[0].pk, reason="支教返岗", by=w.a[0].pk
    ).decision.codes == ("self_decision",)
    done = actions.exempt(programme=w.programme.pk, person=w.a[0].pk, reason="支教返岗", by=w.province_admin.pk)
    assert done.ok and choose(w.a[0], w.small).outcome == "holding"
    actions.withdraw_exemption(exemption=done.row.pk, by=w.province_admin.pk)
    (late,) = actions.enrol(batch=w.next.pk, school=w.school_a.pk, rows=[(w.a[0].pk, None)], by=w.school_admin.pk)
    assert late.codes == ("consecutive_year",)


def test_complaint_about_a_refusal(w):  # noqa: F811
    choice = choose(w.a[0], w.small).choice
    assert actions.complain(choice=choice, person=w.a[0].pk, text="我已安排好工作").decision.codes == (
        "nothing_to_complain",
    )
    actions.refuse(batch=w.next.pk, school=w.school_a.pk, person=w.a[0].pk, reason="课务紧张", by=w.school_admin.pk)
    made = actions.complain(choice=choice, person=w.a[0].pk, text="我已安排好工作")
    assert made.ok and not actions.complain(choice=choice, person=w.a[0].pk, text="我已安排好工作").ok
    assert actions.answer_complaint(complaint=made.row.pk, by=w.county_admin.pk, answer="已与学校沟通").ok


def test_request_for_quota(w):  # noqa: F811
    assert actions.request_quota(
        batch=w.next.pk, unit=w.nanjing.pk, amount=3, reason="", by=w.city_admin.pk
    ).decision.codes == ("plan_is_the_way",)
    asked = actions.request_quota(
        batch=w.next.pk, unit=w.school_c.pk, amount=3, reason="教师踊跃", by=w.school_admin_c.pk
    )
    choose(w.c[0], w.small)
    choose(w.c[1], w.small)
    short = actions.answer_quota_request(request=asked.row.pk, by=w.county_admin_xz.pk, amount=1)
    assert short.decision.codes == ("quota_short",)
    make.quota(w.gulou_xz, w.next, 2)
    assert actions.answer_quota_request(request=asked.row.pk, by=w.county_admin_xz.pk, amount=2, answer="先给两个").ok
    assert state(w.c[1]) == "holding"


def test_lapse_at_the_start(w):  # noqa: F811
    choose(w.a[0], w.small), choose(w.a[1], w.small), choose(w.c[0], w.small)
    actions.enrol(batch=w.next.pk, school=w.school_a.pk, rows=[(w.a[0].pk, None)], by=w.school_admin.pk)
    assert actions.sweep_lapse(make.set_clock("2023-09-15 23:59")) == 0
    assert actions.sweep_lapse(make.set_clock("2023-09-16 00:00")) == 2
    assert [state(p) for p in (w.a[0], w.a[1], w.c[0])] == ["enrolled", "lapsed", "lapsed"] and used(w) == (1, 1, 0)
    assert actions.sweep_lapse(make.set_clock("2023-09-17 00:00")) == 0
    assert not Choice.objects.filter(state="lapsed").exclude(once_key=None).exists()
    assert Event.objects.filter(kind="places.lapsed").count() == 2


def test_warnings_before_the_start(w):  # noqa: F811
    choose(w.a[0], w.small), choose(w.a[1], w.small), choose(w.c[0], w.small)
    assert actions.sweep_warnings(make.set_clock("2023-09-13 23:59")) == 0
    assert actions.sweep_warnings(make.set_clock("2023-09-14 00:00")) == 3
    assert actions.sweep_warnings(make.set_clock("2023-09-14 08:00")) == 0
    assert actions.sweep_warnings(make.set_clock("2023-09-15 12:30")) == 3
    assert actions.sweep_warnings(make.set_clock("2023-09-16 12:30")) == 0


def test_who_stood_at_the_end_took_part(w):  # noqa: F811
    now = make.set_clock(w.batch.ends)
    actions.return_enrolment(
        batch=w.batch.pk, school=w.school_a.pk, person=w.teacher.pk, reason="生病住院", by=w.school_admin.pk
    )
    assert actions.sweep_past(now - timedelta(seconds=1)) == 0
    assert actions.sweep_past(now) == 3  # at the end it was too late to return
    assert actions.sweep_past(now) == 0
    assert PastParticipation.objects.filter(year=2023, person=w.teacher).exists()
