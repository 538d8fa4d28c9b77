"""Heads are different people, whatever happened: kept numbers and few look-ups say what reading every enrolment says."""

from random import Random
from types import SimpleNamespace

import pytest

from tests import factories as make
from yanxiu.access.queries import acting, scope_of
from yanxiu.monitoring import actions, queries
from yanxiu.organisation.models import Person, Unit
from yanxiu.places.models import Choice, Enrolment, QuotaBalance, Standing
from yanxiu.programme.models import Batch, TrainingClass
from yanxiu.programme.queries import batches


@pytest.fixture
def w(world: SimpleNamespace) -> SimpleNamespace:
    w = world
    w.near = make.unit("S100999", "鼓楼区第九小学", "school", w.gulou_nj, stages=["小学"])
    w.far = make.unit("S100998", "昆山第八小学", "school", w.kunshan, stages=["小学"])
    batches = [make.batch(w.programme, number) for number in (3, 5)]
    w.classes = [w.training_class, *(make.training_class(b, w.version, tutor=w.tutor) for b in batches)]
    w.schools = [w.school_a, w.near, w.school_c, w.far]
    w.people = [w.teacher, w.colleague, w.outsider, make.person(w.far)]
    w.scope = scope_of(acting(w.province_admin)[0])
    return w


def enrol(random: Random, person: Person, training_class: TrainingClass, school: Unit) -> None:
    """Once with the key that says once a year, then without: a policy that lets people learn again."""
    if Enrolment.objects.filter(person=person, batch=training_class.batch, state="standing").exists():
        return
    held = Choice.objects.filter(person=person).exclude(once_key=None)
    key = list(held.values_list("pk", "once_key"))
    held.update(once_key=None)
    person.school, person.school_path = school, school.path
    made = make.enrolment(person, training_class)
    if key:
        # Whose choice keeps it, if any, is left to chance.
        Choice.objects.filter(pk=made.choice_id).update(once_key=None)
        Choice.objects.filter(pk=random.choice([key[0][0], made.choice_id, None])).update(once_key=key[0][1])


def change(random: Random, w: SimpleNamespace) -> None:
    row = random.choice(list(Enrolment.objects.select_related("choice")))
    happens, school = random.randrange(5), random.choice(w.schools)
    if happens < 2:
        enrol(random, random.choice(w.people), random.choice(w.classes), school)
    elif happens == 2 and row.state == "standing":
        state = random.choice(("returned", "replaced"))
        Enrolment.objects.filter(pk=row.pk).update(state=state)
        Choice.objects.filter(pk=row.choice_id).update(state=state, occupies=False, once_key=None)
    elif happens == 3 and row.state == "standing":
        make.quota(school, row.batch, 1)
        for rows in (Enrolment.objects.filter(pk=row.pk), Choice.objects.filter(pk=row.choice_id)):
            rows.update(school=school, school_path=school.path)
    elif happens == 4 and Enrolment.objects.count() > 2:
        row.delete()
        row.choice.delete()


def counted(w: SimpleNamespace, unit: Unit, *more: Unit) -> int:
    stands = Enrolment.objects.filter(state="standing", batch__programme=w.programme)
    found = {
        person
        for u in (unit, *more)
        for person in stands.filter(school_path__startswith=u.path).values_list("person", flat=True)
    }
    return len(found)


@pytest.mark.parametrize("seed", range(8))
def test_heads_are_different_people(w: SimpleNamespace, seed: int) -> None:
    random = Random(seed)
    pages = (
        [w.province, w.nanjing, w.xuzhou, w.suzhou, w.kunshan],
        [w.nanjing, w.gulou_nj],
        [w.gulou_nj, w.school_a, w.near],
        [w.kunshan, w.far],
        [w.school_a],
    )
    for _ in range(15):
        change(random, w)
        for units in pages:
            heads = [
                row.coverage.heads for row in queries.rows(w.scope, units, w.programme, batches(w.programme), w.batch)
            ]
            assert heads == [counted(w, unit) for unit in units]
        cities = queries._Below([w.suzhou, w.nanjing], direct_in_city=True)
        found = cities.heads([c.batch_id for c in w.classes])
        assert (found[w.suzhou.pk], found[w.nanjing.pk]) == (counted(w, w.suzhou, w.kunshan), counted(w, w.nanjing))


def test_used_quota_is_what_the_balances_of_the_schools_below_say(w: SimpleNamespace) -> None:
    """Held, enrolled, returned after the start; not who waits, nor another batch; one batch and the year."""
    random = Random(1)
    for n, school in enumerate(w.schools):
        make.quota(school, w.batch, 2)
        make.choice(make.person(school), w.training_class, state="holding")
        make.choice(make.person(school), w.training_class, state="waiting")
        kept = make.choice(make.person(school), w.training_class, state="holding")
        Choice.objects.filter(pk=kept.pk).update(state="returned", occupies=n % 2 == 0)
    for _ in range(10):
        change(random, w)
        for units in ([w.province, w.nanjing, w.xuzhou, w.kunshan], [w.nanjing, w.gulou_nj], [w.gulou_nj, w.near]):
            for batch in (w.batch, None):
                found = queries.rows(w.scope, units, w.programme, batches(w.programme), batch)
                assert [row.used for row in found] == [used(unit, batch) for unit in units]
    assert used(w.province, w.batch) > 6


def used(unit: Unit, batch: Batch | None) -> int:
    balances = QuotaBalance.objects.filter(unit__path__startswith=unit.path)
    own = balances.filter(batch=batch) if batch else balances
    return sum(own.values_list("used", flat=True))


def test_a_recount_finds_and_mends_what_stands(w: SimpleNamespace) -> None:
    actions.refresh(Enrolment.objects.values_list("pk", flat=True))
    assert actions.recount() == []
    Standing.objects.filter(path=w.nanjing.path).update(n=7)
    Standing.objects.filter(path=w.school_c.path).delete()
    found = {d.row: (d.kept["n"], d.counted["n"]) for d in actions.recount(mend=True) if d.table == "standing"}
    assert found == {(w.batch.pk, w.nanjing.path): (7, 2), (w.batch.pk, w.school_c.path): (0, 1)}
    assert actions.recount() == []
