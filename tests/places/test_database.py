"""What the database refuses to anybody, and real connections at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories as make
from yanxiu.places import actions
from yanxiu.places.models import Choice, QuotaBalance

from .test_acts import choose, used, w  # noqa: F401


def refused(sql: str, *params: object) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return str(caught.value)


def test_raw_sql_cannot_oversell_or_overdraw(w: SimpleNamespace) -> None:  # noqa: F811
    choose(w.a[0], w.small), choose(w.a[1], w.small)
    choose(w.c[0], w.small), choose(w.a[2], w.other)
    line = list(Choice.objects.filter(batch=w.next, state="waiting").order_by("number"))
    assert [c.person for c in line] == [w.c[0], w.a[2]]
    take = "UPDATE places_choice SET state = 'holding', occupies = true WHERE id = %s"
    assert "class_never_oversold" in refused(take, line[0].pk)
    assert "balance_never_negative" in refused(take, line[1].pk)
    assert "choice_occupies_rule" in refused("UPDATE places_choice SET state = 'holding' WHERE id = %s", line[0].pk)
    assert "counters" in refused("UPDATE programme_trainingclass SET used = 0 WHERE id = %s", w.small.pk)
    assert "counters" in refused("UPDATE places_quotabalance SET used = 0 WHERE unit_id = %s", w.school_a.pk)
    assert "class_never_oversold" in refused("UPDATE programme_trainingclass SET seats = 1 WHERE id = %s", w.small.pk)
    assert used(w) == (2, 2, 0)


def test_raw_sql_cannot_move_what_is_not_there(w: SimpleNamespace) -> None:  # noqa: F811
    choose(w.a[0], w.small)
    move = "INSERT INTO places_quotamovement (batch_id, kind, giver_id, taker_id, amount, at, note) VALUES (%s, %s, %s, %s, %s, now(), '')"
    school, county, other = w.school_a.pk, w.gulou_nj.pk, w.school_b.pk
    assert "balance_never_negative" in refused(move, w.next.pk, "take_back", school, county, 2)
    assert "balance_never_negative" in refused(move, w.next.pk, "allot", county, school, 1)
    assert "balance_never_negative" in refused(move, w.next.pk, "move", school, other, 2)
    assert "do not stand so" in refused(move, w.next.pk, "allot", w.gulou_xz.pk, school, 1)
    assert "do not stand so" in refused(move, w.next.pk, "approve", county, school, 1)
    assert "movement_positive" in refused(move, w.next.pk, "take_back", school, county, -1)
    assert "append-only" in refused("DELETE FROM places_quotamovement")
    assert "append-only" in refused("UPDATE places_quotamovement SET amount = 0")
    assert QuotaBalance.objects.get(batch=w.next, unit=school).received == 2


def test_one_live_choice_a_person_and_batch(w: SimpleNamespace) -> None:  # noqa: F811
    choose(w.a[0], w.small)
    row = Choice.objects.get(person=w.a[0])
    row.pk, row.number, row.training_class, row.once_key = None, row.number + 1000, w.other, None
    with pytest.raises(DatabaseError, match="choice_one_live"), transaction.atomic():
        row.save()


# --- real connections ------------------------------------------------------------------------------------------------------


def at_once(jobs: list) -> list:
    """Each in a thread with a connection of its own, all let go at the same moment."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        try:
            gate.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_sixty_four_connections_ten_seats() -> None:
    w = make.world("2023-09-12 10:00")  # noqa: F811
    batch = make.batch(w.programme, 5)
    ten = make.training_class(batch, w.version, seats=10)
    make.quota(w.school_a, batch, 64)
    people = [make.person(w.school_a).pk for _ in range(64)]
    answers = at_once([lambda p=p: actions.choose(person=p, training_class=ten.pk) for p in people])
    assert sorted(a.outcome for a in answers) == ["holding"] * 10 + ["waiting"] * 54
    assert max(a.number for a in answers if a.outcome == "holding") < min(
        a.number for a in answers if a.outcome == "waiting"
    )


@pytest.mark.django_db(transaction=True)
def test_one_person_two_batches_at_once_gets_one_place() -> None:
    """No batch's lock sees the other batch: the unique key decides, and who lost is told why."""
    w = make.world("2023-09-12 10:00")  # noqa: F811
    fifth, sixth = make.batch(w.programme, 5), make.batch(w.programme, 6)
    type(sixth).objects.filter(pk=sixth.pk).update(choice_opens=make.moment("2023-09-01 08:00"))
    classes = [make.training_class(b, w.version) for b in (fifth, sixth)]
    for batch in (fifth, sixth):
        make.quota(w.school_a, batch, 9)
    for _ in range(3):
        person = make.person(w.school_a).pk
        answers = at_once([lambda c=c, p=person: actions.choose(person=p, training_class=c.pk) for c in classes])
        assert sorted(a.outcome for a in answers) == ["holding", "no"]
        assert next(a for a in answers if not a.ok).codes == ("same_year",)


@pytest.mark.django_db(transaction=True)
def test_choices_and_take_back_at_once_never_overdraw() -> None:
    w = make.world("2023-09-12 10:00")  # noqa: F811
    batch = make.batch(w.programme, 5)
    many = make.training_class(batch, w.version, seats=50)
    make.quota(w.school_a, batch, 8)
    people = [make.person(w.school_a).pk for _ in range(12)]
    jobs = [lambda p=p: actions.choose(person=p, training_class=many.pk) for p in people]
    take = [("take_back", w.school_a.pk, w.gulou_nj.pk, 1)]
    jobs += [lambda: actions.move_quota(batch=batch.pk, movements=take, by=None)[0] for _ in range(6)]
    answers = at_once(jobs)
    balance = QuotaBalance.objects.get(batch=batch, unit=w.school_a)
    moved = sum(a.outcome == "moved" for a in answers)
    assert (
        balance.received == 8 - moved
        and balance.used == sum(a.outcome == "holding" for a in answers) == balance.received
    )
