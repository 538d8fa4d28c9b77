"""Lists stay in their scope, and say what the acts have done."""

from datetime import date
from types import SimpleNamespace

import pytest

from tests import factories as make
from yanxiu.access.queries import acting, scope_of
from yanxiu.access.rules import Scope
from yanxiu.lib import clock
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import UnitCount
from yanxiu.places import actions, grids, queries
from yanxiu.places.models import Enrolment

from .test_acts import choose, w  # noqa: F401


def scope(person) -> Scope:
    return scope_of(acting(person)[0])


@pytest.fixture
def q(w: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    for person in (w.a[0], w.a[1], w.a[2], w.c[0], w.c[1]):
        choose(person, w.small)
    actions.enrol(batch=w.next.pk, school=w.school_a.pk, rows=[(w.a[0].pk, None)], by=w.school_admin.pk)
    return w


def test_my_place_in_line(q):
    mine = queries.live_choice(q.c[0].pk, q.next.pk)
    assert queries.place_in_line(mine) == queries.InLine(place=2, waiting=3, school_place=1, missing=("seat",))
    second = queries.live_choice(q.c[1].pk, q.next.pk)
    assert queries.place_in_line(second).place == 3 and queries.place_in_line(second).school_place == 2


def test_classes_own_subject_first_with_what_is_left(q):
    maths = make.training_class(q.next, make.course("maths", subject="数学"))
    make.training_class(q.next, make.course("senior", stages=["高中"]))
    q.a[3].subject = "数学"
    rows = list(queries.classes_for(q.a[3], q.next.pk))
    assert [r.pk for r in rows] == [maths.pk, q.small.pk, q.other.pk]
    assert (rows[1].free, rows[1].waiting, rows[1].school_quota) == (0, 3, 0)


def test_a_hold_and_a_line_are_over_at_the_start_whoever_has_swept(q):
    waiting = queries.live_choice(q.c[0].pk, q.next.pk)
    assert waiting.state == "waiting"
    make.set_clock("2023-09-16 00:00")
    assert queries.live_choice(q.c[0].pk, q.next.pk) is None and queries.shown_state(waiting) == "lapsed"
    assert queries.live_choice(q.a[0].pk, q.next.pk).state == "enrolled"


def test_choices_in_order_of_arrival_and_only_the_own(q):
    rows = list(queries.choices(scope(q.school_admin), q.next.pk))
    assert [(c.person, c.state, c.line_place) for c in rows] == [
        (q.a[0], "enrolled", None),
        (q.a[1], "holding", None),
        (q.a[2], "waiting", 1),
    ]
    assert [c.person for c in queries.choices(scope(q.county_admin_xz), q.next.pk)] == [q.c[0], q.c[1]]
    assert queries.choices(scope(q.province_admin), q.next.pk).count() == 5
    assert not queries.choices(scope(q.tutor), q.next.pk).exists()


def test_grid_split_and_ledger(q):
    batches = list(q.programme.batches.all())
    grid = queries.grid(scope(q.county_admin), q.gulou_nj, batches)
    assert [u.pk for u in grid.units] == [q.school_a.pk, q.school_b.pk]
    assert grid.cell(q.school_a.pk, q.next.pk) == queries.Cell(2, 0, 2) and grid.own[q.next.pk].passed_on == 2
    counts = organisation.counts_of(u.pk for u in grid.units)
    assert grids.suggested_split(grid.units, counts, 7) == {q.school_a.pk: 4, q.school_b.pk: 3}
    assert not queries.grid(scope(q.county_admin_xz), q.gulou_nj, batches).units
    kinds = {m.kind for m in queries.movements(scope(q.school_admin), batch=q.next.pk)}
    assert kinds == {"allot"}
    assert queries.movements(scope(q.province_admin), batch=q.next.pk).count() == 5 + 1


def used_on_the_sheet(person, unit, batch) -> dict:
    made = grids.sheet(scope(person), unit, [batch], batch, now=clock.now(), editable=False)
    return {line.unit.pk: line.squares[0].used for line in made.lines}


def test_a_sheet_of_offices_counts_what_the_schools_below_used(q):
    make.quota(q.school_c, q.next, 1)
    choose(make.person(q.school_c), q.other)
    assert used_on_the_sheet(q.county_admin, q.gulou_nj, q.next) == {q.school_a.pk: 2, q.school_b.pk: 0}
    assert used_on_the_sheet(q.city_admin, q.nanjing, q.next) == {q.gulou_nj.pk: 2, q.xuanwu.pk: 0}
    of_province = used_on_the_sheet(q.province_admin, q.province, q.next)
    assert of_province[q.nanjing.pk] == 2 and of_province[q.xuzhou.pk] == 1 and sum(of_province.values()) == 3


def test_the_newest_movements_of_a_unit_and_how_many_there_are(q):
    for n in range(4):
        make.quota(q.school_a, q.next, n + 1)
    for person, unit in ((q.county_admin, q.gulou_nj), (q.school_admin, q.school_a), (q.province_admin, q.province)):
        rows, n = queries.newest_movements(unit)
        whole = queries.movements(scope(person), unit=unit)
        assert [(r.pk, r.came, r.giver, r.taker, r.by, r.batch) for r in rows] == [
            (r.pk, r.came, r.giver, r.taker, r.by, r.batch) for r in whole[:5]
        ]
        assert n == whole.count() >= 5 == len(rows)
    assert queries.newest_movements(q.school_b) == ([], 0)


def test_quota_is_split_by_the_latest_count(q):
    units = queries.grid(scope(q.county_admin), q.gulou_nj, [q.next]).units
    for school, day, n in ((q.school_b, 2030, 400), (q.school_b, 2020, 1), (q.school_a, 2030, 100)):
        UnitCount.objects.create(unit=school, count_date=date(day, 9, 1), teachers=n)
    counts = organisation.counts_of(u.pk for u in units)
    assert grids.suggested_split(units, counts, 5) == {q.school_a.pk: 1, q.school_b.pk: 4}


def test_fill(q):
    by_unit = queries.fill(scope(q.province_admin), q.nanjing, q.next.pk)
    assert (
        by_unit[q.gulou_nj.pk] == queries.Fill(quota=2, holding=1, waiting=1, enrolled=1)
        and by_unit[q.gulou_nj.pk].percent == 50
    )
    assert by_unit[q.xuanwu.pk].percent is None


def test_candidates_first_in_line_first(q):
    enrolment = Enrolment.objects.get(person=q.a[0], batch=q.next)
    names = [p.pk for p in queries.candidates(scope(q.school_admin), enrolment)]
    assert names[0] == q.a[2].pk and q.a[0].pk not in names and q.a[3].pk in names and q.c[0].pk not in names
    assert q.a[1].pk in names  # a hold of one's own ends in the act


def test_offices_and_plans(q):
    assert [u.pk for u in queries.offices(scope(q.province_admin))] == [
        q.nanjing.pk,
        q.xuzhou.pk,
        q.suzhou.pk,
        q.kunshan.pk,
    ]
    assert [u.pk for u in queries.offices(scope(q.city_admin))] == [q.nanjing.pk]
    assert queries.plans_of(scope(q.city_admin), q.programme) == [(q.nanjing, None)]
