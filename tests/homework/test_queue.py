"""The piles of the queue say what a plain count of all works says, whatever happened to works and learners."""

from datetime import timedelta
from random import Random
from types import SimpleNamespace

import pytest
from django.db.models import Q

from tests import factories as make
from yanxiu.access.rules import scope_of
from yanxiu.catalogue.models import Item
from yanxiu.homework import queries
from yanxiu.homework.models import MarkedWorks, Work
from yanxiu.lib import clock
from yanxiu.monitoring import actions as monitoring
from yanxiu.places.models import Enrolment

State = Work.State


@pytest.fixture
def w(world: SimpleNamespace) -> SimpleNamespace:
    world.over = make.training_class(make.batch(world.programme, 3), world.version, tutor=world.tutor)
    other = make.training_class(world.batch, world.version, tutor=make.person(world.school_b))
    mine = make.enrolment(world.tutor, world.training_class)
    classes = (world.training_class, world.over, world.over, other)
    seated = [make.enrolment(make.person(world.school_a), c) for c in classes]
    world.enrolments = [world.enrolment, world.enrolment_2, mine, *seated]
    world.items = world.version.items.filter(kind=Item.Kind.HOMEWORK)
    return world


def work(random: Random, enrolment: Enrolment, item: Item) -> Work:
    now = clock.now()
    row = Work(
        enrolment=enrolment, training_class=enrolment.training_class, item=item, state=random.choice(State.values)
    )
    row.submitted_at = None if row.state == State.DRAFT else now - timedelta(minutes=random.randrange(9000))
    if row.state == State.RETURNED:
        row.revise_until = now + timedelta(hours=random.choice((-1, 1)))
    return row


def counted(w: SimpleNamespace) -> dict[tuple[int, str], tuple[int, int, int]]:
    """Work by work."""
    now = clock.now()
    rows = Work.objects.filter(
        enrolment__training_class__in=(w.training_class, w.over), enrolment__state="standing"
    ).exclude(Q(enrolment__person=w.tutor) | Q(state=State.DRAFT))
    found: dict[tuple[int, str], list[int]] = {}
    for row in rows.select_related("enrolment__batch", "item"):
        sums = found.setdefault((row.enrolment.training_class_id, row.item.title), [0, 0, 0])
        revised = row.state == State.RETURNED and row.revise_until > now
        sums[1] += revised
        sums[2] += row.state == State.MARKED
        sums[0] += not revised and row.state != State.MARKED and row.enrolment.batch.marking_ends > now
    return {key: tuple(sums) for key, sums in found.items() if any(sums)}  # type: ignore[misc]


def piled(w: SimpleNamespace) -> dict[tuple[int, str], tuple[int, int, int]]:
    scope = scope_of([("tutor", "", w.training_class.path), ("tutor", "", w.over.path)])
    rows = queries.piles(scope, me=w.tutor.pk, now=clock.now())
    return {
        (p.training_class, p.item): (p.waiting, p.returned, p.marked)
        for p in rows
        if p.waiting or p.returned or p.marked
    }


@pytest.mark.parametrize("seed", range(6))
def test_piles_are_what_a_plain_count_says(w: SimpleNamespace, seed: int) -> None:
    random = Random(seed)
    Work.objects.bulk_create(work(random, e, i) for e in w.enrolments for i in w.items)
    assert piled(w) == counted(w)
    for _ in range(12):
        row = random.choice(list(Work.objects.select_related("enrolment")))
        new = work(random, row.enrolment, row.item)
        happens = random.randrange(4)
        if happens == 0:
            row.delete()
        elif happens == 1:
            ended = random.choice(("standing", "returned", "replaced"))
            Enrolment.objects.filter(pk=row.enrolment_id).update(state=ended)
        elif happens == 2:
            Work.objects.bulk_create(
                [new], update_conflicts=True, unique_fields=["enrolment", "item"],
                update_fields=["state", "submitted_at", "revise_until"],
            )  # fmt: skip
        else:
            Work.objects.filter(pk=row.pk).update(
                state=new.state, submitted_at=new.submitted_at, revise_until=new.revise_until
            )
        assert piled(w) == counted(w)
    make.set_clock("2024-03-01 00:00")
    assert piled(w) == counted(w)


def test_a_recount_finds_and_mends_marked_works_that_were_tampered_with(w: SimpleNamespace) -> None:
    w.enrolments[0].works.create(
        training_class=w.training_class, item=w.items[0], state=State.MARKED, submitted_at=clock.now()
    )
    monitoring.refresh(Enrolment.objects.values_list("pk", flat=True))
    assert monitoring.recount() == []
    MarkedWorks.objects.update(n=7)
    assert [(d.table, d.kept, d.counted) for d in monitoring.recount(mend=True)] == [
        ("marked works", {"n": 7}, {"n": 1})
    ]
    assert monitoring.recount() == []
