"""Figures follow the facts; a recount finds no difference, and does when somebody tampers."""

from types import SimpleNamespace

from django.db import connection

from tests import factories as make
from yanxiu.access.queries import acting, scope_of
from yanxiu.homework.models import QuizAttempt, Work
from yanxiu.lib import clock
from yanxiu.monitoring import actions, queries
from yanxiu.monitoring.models import LearnerFigures, UnitFigures
from yanxiu.monitoring.rules import Coverage
from yanxiu.places.models import Choice
from yanxiu.programme.queries import batches


def _facts(world: SimpleNamespace) -> None:
    quiz, work = world.version.items.filter(kind="quiz")[0], world.version.items.filter(kind="homework")[0]
    for number in (1, 2):
        QuizAttempt.objects.create(
            enrolment=world.enrolment,
            item=quiz,
            number=number,
            started_at=clock.now(),
            submitted_at=clock.now(),
            points=50,
            out_of=100,
        )
    Work.objects.create(
        enrolment=world.enrolment,
        training_class=world.enrolment.training_class,
        item=work,
        state="marked",
        points=88,
        first_submitted_at=clock.now(),
        submitted_at=clock.now(),
    )


def test_rows_and_sums_follow_the_facts(world: SimpleNamespace) -> None:
    _facts(world)
    actions.refresh([world.enrolment.pk, world.enrolment_2.pk, world.enrolment_c.pk])
    row = LearnerFigures.objects.get(pk=world.enrolment.pk)
    assert (row.works_due, row.works_done, row.marks_sum, row.marks_count) == (4, 2, 88, 1)
    school = UnitFigures.objects.get(school=world.school_a)
    assert (school.learners, school.works_due, school.works_done, school.marks_sum) == (2, 8, 2, 88)
    with connection.cursor() as cursor:
        cursor.execute("SELECT yx_learning_credited(%s, %s)", [[world.enrolment.pk, world.enrolment.pk], [100, 20]])
    assert UnitFigures.objects.get(school=world.school_a).seconds == 120


def test_a_returned_enrolment_takes_its_figures_back(world: SimpleNamespace) -> None:
    actions.refresh([world.enrolment.pk, world.enrolment_2.pk])
    world.enrolment.state = "returned"
    world.enrolment.save()
    actions.refresh([world.enrolment.pk])
    assert UnitFigures.objects.get(school=world.school_a).learners == 1
    assert not LearnerFigures.objects.filter(pk=world.enrolment.pk).exists()


def test_recount_finds_nothing_and_then_what_was_tampered_with(world: SimpleNamespace) -> None:
    _facts(world)
    actions.refresh([world.enrolment.pk, world.enrolment_2.pk, world.enrolment_c.pk])
    assert actions.recount() == []
    LearnerFigures.objects.filter(pk=world.enrolment.pk).update(works_done=3)
    assert [d.table for d in actions.recount()] == ["learner"]
    UnitFigures.objects.filter(school=world.school_a).update(learners=9)
    assert [d.table for d in actions.recount()] == ["learner", "school and class"]
    actions.recount(mend=True)
    assert actions.recount() == []


def test_every_office_sees_its_own_subtree(world: SimpleNamespace) -> None:
    actions.refresh([world.enrolment.pk, world.enrolment_2.pk, world.enrolment_c.pk])
    seen = {}
    for name in (
        "school_admin",
        "county_admin",
        "county_admin_xz",
        "city_admin",
        "province_admin",
        "kunshan_admin",
        "tutor",
    ):
        scope = scope_of(acting(getattr(world, name))[0])
        seen[name] = (queries.sums_of(scope).learners, queries.learners(scope).count())
    assert seen == {
        "school_admin": (2, 2),
        "county_admin": (2, 2),
        "county_admin_xz": (1, 1),
        "city_admin": (2, 2),
        "province_admin": (3, 3),
        "kunshan_admin": (0, 0),
        "tutor": (3, 3),
    }


def test_rows_of_siblings(world: SimpleNamespace) -> None:
    actions.refresh([world.enrolment.pk, world.enrolment_2.pk, world.enrolment_c.pk])
    scope = scope_of(acting(world.province_admin)[0])
    rows = {
        r.unit.name: r
        for r in queries.rows(
            scope, [world.nanjing, world.xuzhou, world.kunshan], world.programme, batches(world.programme), world.batch
        )
    }
    assert [(rows[n].coverage.heads, rows[n].coverage.base, rows[n].used) for n in ("南京市", "徐州市", "昆山市")] == [
        (2, 800, 2),
        (1, 800, 1),
        (0, 200, 0),
    ]
    assert rows["昆山市"].indicators.hours.value is None


def test_who_stood_in_two_batches_is_one_head_of_each_unit(world: SimpleNamespace) -> None:
    """At two schools of a county, and after a move to another city: once where both lie, once in each of the two."""
    w = world
    later = make.training_class(make.batch(w.programme, 5), w.version, tutor=w.tutor)
    Choice.objects.update(once_key=None)  # a policy that lets people learn twice a year
    near = make.unit("S100999", "鼓楼区第九小学", "school", w.gulou_nj, stages=["小学"])
    for person, school in ((w.enrolment.person, near), (w.enrolment_2.person, w.school_c)):
        person.school, person.school_path = school, school.path
        person.save()
        make.enrolment(person, later)
    scope = scope_of(acting(w.province_admin)[0])
    units = [w.province, w.nanjing, w.xuzhou]
    assert [r.coverage.heads for r in queries.rows(scope, units, w.programme, batches(w.programme), w.batch)] == [
        3,
        2,
        2,
    ]
    for some, heads in (
        ([w.nanjing, w.gulou_nj], [2, 2]),
        ([w.gulou_nj, w.school_a, near], [2, 2, 1]),
        ([w.xuzhou], [2]),
    ):
        assert [r.coverage.heads for r in queries.rows(scope, some, w.programme, batches(w.programme), None)] == heads


def test_the_line_of_ten_percent_is_in_integers() -> None:
    assert Coverage(heads=81, base=805, percent=10).met and Coverage(heads=80, base=805, percent=10).short == 1
    assert Coverage(heads=80, base=800, percent=10).met and not Coverage(heads=79, base=800, percent=10).met
