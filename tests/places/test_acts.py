"""The acts on places against the database: what each does, and that seat and quota follow."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from tests import factories as make
from yanxiu.events import groups
from yanxiu.events.models import Event
from yanxiu.places import actions
from yanxiu.places.actions import seats
from yanxiu.places.models import Choice, Enrolment, PlaceRequest, QuotaBalance
from yanxiu.places.rules import values as v


@pytest.fixture
def w(world: SimpleNamespace) -> SimpleNamespace:
    """Batch 5 in its choice and enrolment (starts 16 September); a class of two seats, school A with a quota of two, C with one."""
    make.set_clock("2023-09-12 10:00")
    world.next = make.batch(world.programme, 5)
    world.small = make.training_class(world.next, world.version, seats=2)
    world.other = make.training_class(world.next, world.version, seats=2)
    make.quota(world.school_a, world.next, 2)
    make.quota(world.school_c, world.next, 1)
    world.a = [make.person(world.school_a) for _ in range(5)]
    world.c = [make.person(world.school_c) for _ in range(3)]
    actions.withdraw(batch=world.next.pk, person=world.a[0].pk)  # prepares what an earlier test's rollback has dropped
    return world


def state(person) -> str:
    return Choice.objects.filter(person=person).order_by("-number").values_list("state", flat=True)[0]


def used(w) -> tuple[int, int, int]:
    """Seats of the small class, quota of A, quota of C."""
    w.small.refresh_from_db()
    balance = dict(QuotaBalance.objects.filter(batch=w.next).values_list("unit_id", "used"))
    return w.small.used, balance[w.school_a.pk], balance[w.school_c.pk]


def choose(person, training_class, **more):
    return actions.choose(person=person.pk, training_class=training_class.pk, **more)


def test_first_come_first_served_then_the_line(w):
    first, second, third = (choose(p, w.small) for p in (w.a[0], w.c[0], w.a[1]))
    assert (first.outcome, second.outcome, third.outcome) == ("holding", "holding", "waiting")
    assert third.missing == ("seat",) and third.number > second.number > first.number
    assert used(w) == (2, 1, 1)
    assert actions.withdraw(batch=w.next.pk, person=w.a[0].pk).outcome == "withdrawn"
    assert state(w.a[1]) == "holding" and used(w) == (2, 1, 1)
    kinds = list(Event.objects.filter(batch=w.next.pk).order_by("id").values_list("kind", flat=True))
    assert kinds == ["places.held", "places.held", "places.waited", "places.withdrawn", "places.moved_up"]


@pytest.mark.parametrize("plan", ["enable_hashjoin", "enable_nestloop", "enable_mergejoin"])
def test_the_line_is_in_order_whatever_plan_the_database_takes(w, plan):
    """A joined line comes in the order that the join likes: by school with a merge, by hash with a hash."""
    lone = make.training_class(w.next, w.version, seats=1)
    holder = w.a[0]
    choose(holder, lone)
    schools = [make.unit(f"3201069{n:03}", f"学校{n}", "school", w.gulou_nj, stages=["小学"]) for n in range(12)]
    waiting = []
    for school in reversed(schools):
        make.quota(school, w.next, 1)
        waiting.append(make.person(school))
        assert choose(waiting[-1], lone).outcome == "waiting"
    with connection.cursor() as cursor:
        for other in {"enable_hashjoin", "enable_nestloop", "enable_mergejoin"} - {plan}:
            cursor.execute(f"SET LOCAL {other} = off")
    actions.withdraw(batch=w.next.pk, person=holder.pk)
    assert [state(p) for p in waiting] == ["holding"] + ["waiting"] * 11


def test_passed_over_for_want_of_quota_keeps_the_place(w):
    choose(w.c[0], w.other)  # takes school C's only quota
    choose(w.a[0], w.small)
    choose(w.a[1], w.small)
    wants = choose(w.c[1], w.small)
    assert wants.missing == ("seat", "quota")
    behind = choose(w.a[2], w.small)
    assert behind.missing == ("seat", "quota")
    actions.withdraw(batch=w.next.pk, person=w.a[0].pk)
    assert (state(w.c[1]), state(w.a[2])) == ("waiting", "holding")
    # School C's quota comes free: the lowest number among its waiting whose class has a seat, over all classes. None has.
    actions.withdraw(batch=w.next.pk, person=w.c[0].pk)
    assert state(w.c[1]) == "waiting"
    actions.withdraw(batch=w.next.pk, person=w.a[1].pk)
    assert state(w.c[1]) == "holding"


def test_growth_of_quota_moves_the_line(w):
    choose(w.c[0], w.small)
    later = choose(w.c[1], w.small)
    assert later.missing == ("quota",)
    make.quota(w.gulou_xz, w.next, 1)
    moved = actions.move_quota(
        batch=w.next.pk, movements=[("allot", w.gulou_xz.pk, w.school_c.pk, 1)], by=w.county_admin_xz.pk
    )
    assert moved[0].ok and state(w.c[1]) == "holding" and used(w) == (2, 0, 2)


def test_what_was_prepared_may_be_dropped_between_two_acts(w):
    """As psycopg does after a rollback; the act prepares anew and is done once."""
    assert choose(w.a[0], w.small).outcome == "holding"
    connection.cursor().execute("DEALLOCATE ALL")
    assert choose(w.a[1], w.small).outcome == "holding"
    assert used(w) == (2, 2, 0)


def test_the_transaction_around_an_act_plans_as_before(w):
    choose(w.a[0], w.small)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE source = 'session' AND name ~ '^enable|plan_cache' AND setting NOT IN ('on', 'auto')"
        )
        assert cursor.fetchall() == []


def test_two_round_trips_for_one_and_for_three_hundred(w):
    groups.trips.count = 0
    choose(w.a[0], w.small)
    assert groups.trips.count == 2
    actions.withdraw(batch=w.next.pk, person=w.a[0].pk)
    assert groups.trips.count == 4
    big = make.training_class(w.next, w.version, seats=300)
    make.quota(w.school_a, w.next, 300)
    teachers = [make.person(w.school_a) for _ in range(300)]
    groups.trips.count = 0
    answers = actions.enrol(
        batch=w.next.pk,
        school=w.school_a.pk,
        rows=[(t.pk, big.pk) for t in teachers],
        by=w.school_admin.pk,
        key=uuid4(),
    )
    assert groups.trips.count == 2
    assert {a.outcome for a in answers} == {"enrolled"} and Enrolment.objects.filter(training_class=big).count() == 300
    groups.trips.count = 0
    again = actions.enrol(
        batch=w.next.pk, school=w.school_a.pk, rows=[(t.pk, None) for t in teachers], by=w.school_admin.pk
    )
    assert groups.trips.count == 2 and {a.codes for a in again} == {("already_enrolled",)}


def test_school_enrols_refuses_returns(w):
    a0, c0, a1, a2 = choose(w.a[0], w.small), choose(w.c[0], w.small), choose(w.a[1], w.small), choose(w.a[2], w.small)
    assert [x.outcome for x in (a0, c0, a1, a2)] == ["holding", "holding", "waiting", "waiting"]
    batch, school, by = w.next.pk, w.school_a.pk, w.school_admin.pk
    assert (
        actions.enrol(batch=batch, school=school, rows=[(w.a[0].pk, None), (w.a[1].pk, None)], by=by)[0].outcome
        == "enrolled"
    )
    refused = actions.refuse(
        batch=batch, school=w.school_c.pk, person=w.c[0].pk, reason="学期工作安排", by=w.school_admin_c.pk
    )
    assert refused.outcome == "refused" and state(w.a[1]) == "holding"
    returned = actions.return_enrolment(batch=batch, school=school, person=w.a[0].pk, reason="生病住院治疗", by=by)
    assert returned.outcome == "returned" and state(w.a[2]) == "holding"
    assert Enrolment.objects.get(person=w.a[0]).state == "returned"
    assert used(w) == (2, 2, 0)


def test_return_after_the_start_spends_seat_and_quota(w):
    choose(w.a[0], w.small)
    actions.enrol(batch=w.next.pk, school=w.school_a.pk, rows=[(w.a[0].pk, None)], by=w.school_admin.pk)
    make.set_clock("2023-09-20 09:00")
    assert actions.return_enrolment(
        batch=w.next.pk, school=w.school_a.pk, person=w.a[0].pk, reason="生病住院治疗", by=w.school_admin.pk
    ).ok
    assert used(w) == (1, 1, 0)
    make.set_clock("2023-10-06 00:00")
    late = actions.return_enrolment(
        batch=w.next.pk, school=w.school_a.pk, person=w.a[0].pk, reason="生病住院治疗", by=w.school_admin.pk
    )
    assert "batch_ended" in late.codes


def test_replacement(w):
    for p in (w.a[0], w.a[1]):
        choose(p, w.small)
    actions.enrol(
        batch=w.next.pk, school=w.school_a.pk, rows=[(w.a[0].pk, None), (w.a[1].pk, None)], by=w.school_admin.pk
    )
    choose(w.a[2], w.small)
    choose(w.a[3], w.small)
    replaced = {
        "batch": w.next.pk,
        "school": w.school_a.pk,
        "person": w.a[0].pk,
        "reason": "调离教学岗位",
        "by": w.school_admin.pk,
    }
    wrong = actions.replace(**replaced, successor=w.a[3].pk)
    assert wrong.codes == ("replacement_first_in_line",) and wrong.decision.reasons[0].numbers["name"] == w.a[2].name
    right = actions.replace(**replaced, successor=w.a[2].pk)
    assert right.outcome == "enrolled"
    new = Enrolment.objects.get(person=w.a[2])
    assert new.replaces.person == w.a[0] and new.replaces.state == "replaced"
    assert [state(p) for p in w.a[:4]] == ["replaced", "enrolled", "enrolled", "waiting"]
    assert Choice.objects.filter(person=w.a[2]).count() == 2 and used(w) == (2, 2, 0)
    make.set_clock("2023-09-18 10:00")
    after = actions.replace(**{**replaced, "person": w.a[1].pk}, successor=w.a[4].pk)
    assert after.outcome == "enrolled"


def test_the_successors_hold_comes_free_for_the_line(w):
    choose(w.a[0], w.small)
    actions.enrol(batch=w.next.pk, school=w.school_a.pk, rows=[(w.a[0].pk, None)], by=w.school_admin.pk)
    choose(w.a[1], w.other)
    waits = choose(w.a[2], w.other)
    assert waits.missing == ("quota",)
    answer = actions.replace(
        batch=w.next.pk,
        school=w.school_a.pk,
        person=w.a[0].pk,
        successor=w.a[1].pk,
        reason="调离教学岗位",
        by=w.school_admin.pk,
    )
    assert answer.outcome == "enrolled" and state(w.a[2]) == "holding" and used(w)[1] == 2


def test_changing_the_class_goes_to_the_end(w):
    make.quota(w.school_a, w.next, 3)
    choose(w.a[0], w.small), choose(w.a[1], w.small)
    choose(w.a[2], w.small)
    assert choose(w.a[0], w.other).codes == ("duplicate_choice",)
    changed = choose(w.a[0], w.other, change=True)
    assert changed.outcome == "holding" and state(w.a[2]) == "holding"


def test_change_of_school(w):
    choose(w.c[0], w.small)
    choose(w.c[1], w.small)
    w.c[0].school, w.c[0].school_path = w.school_a, w.school_a.path
    w.c[0].save()
    actions.follow_school(persons=[w.c[0].pk])
    assert [state(p) for p in w.c[:2]] == ["holding", "holding"] and used(w) == (2, 1, 1)
    choice = Choice.objects.get(person=w.c[0])
    assert choice.school == w.school_a and choice.school_path == w.school_a.path


def test_change_to_a_school_without_quota_waits_and_frees_the_seat(w):
    choose(w.a[0], w.small), choose(w.a[1], w.small)
    waits = choose(w.c[0], w.small)
    w.a[0].school, w.a[0].school_path = w.school_b, w.school_b.path
    w.a[0].save()
    actions.follow_school(persons=[w.a[0].pk])
    assert waits.missing == ("seat",) and state(w.a[0]) == "waiting" and state(w.c[0]) == "holding"


def test_same_key_same_answer_other_body_conflict(w):
    key = uuid4()
    first = choose(w.a[0], w.small, key=key)
    again = choose(w.a[0], w.small, key=key)
    assert again.replayed and again.number == first.number and again.outcome == "holding"
    other = choose(w.a[0], w.other, key=key)
    assert other.conflict and other.codes == ("key_conflict",)
    assert Choice.objects.filter(person=w.a[0]).count() == 1 and PlaceRequest.objects.count() == 1


def test_one_a_year_over_all_batches(w):
    Choice.objects.filter(person=w.teacher).update(once_key=f"{w.programme.series}:2023:{w.teacher.pk}")
    assert choose(w.teacher, w.small).codes == ("same_year",)


def test_more_seats_move_the_line(w):
    for p in (w.a[0], w.a[1], w.c[0], w.c[1]):
        choose(p, w.small)
    assert actions.change_seats(training_class=w.small.pk, seats=1, by=w.province_admin.pk).codes == ("seats_taken",)
    assert actions.change_seats(training_class=w.small.pk, seats=4, by=w.province_admin.pk).ok
    assert (state(w.c[0]), state(w.c[1])) == ("holding", "waiting") and used(w) == (3, 2, 1)
    w.small.refresh_from_db()
    assert w.small.seats == 4


def test_a_line_longer_than_what_is_read_costs_one_round_trip_more(w, monkeypatch):
    """Of the line the first few are read; they lose their quota in the same list, and the one who can be served stands far behind."""
    monkeypatch.setattr("yanxiu.places.actions.reading.LINE_READ", 1)
    choose(w.a[0], w.small), choose(w.a[1], w.small)
    front = [make.person(w.school_c) for _ in range(8)]
    for p in front:
        choose(p, w.small)
    make.quota(w.school_b, w.next, 1)
    last = make.person(w.school_b)
    assert choose(last, w.small).missing == ("seat",)
    take = v.Move(kind="take_back", giver=w.school_c.pk, taker=w.gulou_xz.pk, amount=1)
    groups.trips.count = 0
    answers = seats.run(w.next.pk, [take, v.Withdraw(person=w.a[0].pk)])
    assert [a.outcome for a in answers] == ["moved", "withdrawn"]
    assert state(last) == "holding" and {state(p) for p in front} == {"waiting"}
    assert groups.trips.count == 3
    # Who has no quota is not read at all.
    groups.trips.count = 0
    actions.withdraw(batch=w.next.pk, person=w.a[1].pk)
    assert groups.trips.count == 2 and {state(p) for p in front} == {"waiting"}


def test_what_fills_up_inside_a_list_moves_its_line_inside_the_same_list(w):
    """When the list is read the class has a seat and the school quota, so no line is read; both are gone before somebody leaves."""
    choose(w.a[0], w.small)
    late = make.person(w.school_c)
    answers = seats.run(
        w.next.pk,
        [
            v.Choose(person=w.c[0].pk, training_class=w.small.pk),
            v.Choose(person=w.c[1].pk, training_class=w.small.pk),
            v.Choose(person=late.pk, training_class=w.other.pk),
            v.Withdraw(person=w.a[0].pk),
            v.Withdraw(person=w.c[0].pk),
        ],
    )
    assert [a.outcome for a in answers] == ["holding", "waiting", "waiting", "withdrawn", "withdrawn"]
    assert state(w.c[1]) == "holding" and state(late) == "waiting" and used(w)[0] == 1
