"""The benchmark's oracle sees what is wrong: the subject is broken in one way at a time, and each is named."""

import random
import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from bench._oracle import judge
from bench._places import Season, people, season
from yanxiu.events.groups import Statement
from yanxiu.places import actions
from yanxiu.places.actions import reading, seats, writing
from yanxiu.places.rules import WAITING, Answer
from yanxiu.places.rules import values as v
from yanxiu.places.rules.seats import Seats

pytestmark = pytest.mark.django_db
TEACHERS, SCHOOLS = 240, 12


def rush(s: Season, crowd: list[int]) -> dict[str, tuple[str, int | None]]:
    """Lists as the gate makes them: everybody chooses, half change their mind, quota grows, one school enrols and takes back."""
    dice, told = random.Random(7), {}

    def act(requests: list[v.Request]) -> None:
        for request in requests:
            request.key = str(UUID(int=dice.getrandbits(128), version=4))
        for request, answer in zip(requests, seats.run(s.batch, requests), strict=True):
            told[request.key] = (answer.outcome, answer.choice)

    def choose(person: int, change: bool = False) -> v.Choose:
        return v.Choose(person=person, training_class=dice.choices(s.classes, [4, 2, 1])[0], change=change, by=person)

    for at in range(0, len(crowd), 60):
        act([choose(p) for p in crowd[at : at + 60]])
    schools = list(s.quota)
    for at in range(0, len(crowd), 40):
        act(
            [
                v.Withdraw(person=p, by=p) if dice.random() < 0.6 else choose(p, change=True)
                for p in crowd[at : at + 40 : 2]
            ]
        )
        actions.move_quota(batch=s.batch, movements=[("allot", s.county, schools[at // 40], 1)], by=None)
        actions.move_quota(batch=s.batch, movements=[("move", schools[-1], schools[at // 40], 1)], by=None)
    holds = holders(s, schools[1])
    actions.enrol(batch=s.batch, school=schools[1], rows=[(p, None) for p in holds], by=None)
    for person in holds:
        actions.return_enrolment(batch=s.batch, school=schools[1], person=person, reason="教师调离", by=None)
    return told


def holders(s: Season, school: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM places_choice WHERE batch_id = %s AND school_id = %s AND state = 'holding'",
            [s.batch, school],
        )
        return [person for (person,) in cursor.fetchall()]


@pytest.fixture
def judged() -> Callable[[], list[str]]:
    def run() -> list[str]:
        s = season(classes=3, seats=30, quota=6)  # the first class is full, in the others quota is short
        crowd = random.Random(5).sample(everybody, len(everybody))
        return judge(s, rush(s, crowd))

    everybody = people(TEACHERS, SCHOOLS)
    return run


def test_nothing_is_wrong_with_the_act_as_it_is(judged):
    assert judged() == []


def test_the_wrong_person_is_served(judged, monkeypatch):
    """The last in line instead of the first."""
    real = Seats.in_order_of_arrival
    monkeypatch.setattr(Seats, "in_order_of_arrival", lambda self, c, s: reversed(list(real(self, c, s))))
    assert any("moved up, the first was" in line for line in judged())


def test_a_schools_line_is_skipped(judged, monkeypatch):
    def classes_only(self: Seats, classes: list[int], schools: list[int]) -> Iterator[v.Place]:
        return real(self, classes, [])

    real = Seats.in_order_of_arrival
    monkeypatch.setattr(Seats, "in_order_of_arrival", classes_only)
    assert any("waits though both are free" in line for line in judged())


def test_an_event_is_dropped(judged, monkeypatch):
    real = writing.events
    monkeypatch.setattr(writing, "events", lambda *args: real(*args)[:-1] if len(real(*args)) > 50 else real(*args))
    assert judged()


def test_a_client_is_told_what_is_not_stored(judged, monkeypatch):
    real = seats.run

    def hopeful(batch: int, requests: list[v.Request]) -> list[Answer]:
        return [
            Answer("holding", a.decision, a.choice, a.number) if a.outcome == WAITING else a
            for a in real(batch, requests)
        ]

    monkeypatch.setattr(seats, "run", hopeful)
    wrong = judged()
    assert any("answers are not what is stored" in line for line in wrong)
    assert any("places acknowledged are not there" in line for line in wrong)


def test_more_than_there_is_does_not_even_reach_the_oracle(judged, monkeypatch):
    monkeypatch.setattr(Seats, "both_free", lambda self, place: True)
    with pytest.raises(IntegrityError):
        judged()


@pytest.mark.django_db(transaction=True)
def test_numbers_are_drawn_before_the_lock(monkeypatch):
    """One act draws and then waits for the lock; meanwhile a later one overtakes it."""
    everybody = people(2, 1)
    s = season(classes=1, seats=2, quota=2)
    real, drawn = reading.Wanted.statements, threading.Event()

    def early(self: reading.Wanted) -> dict[str, Statement]:
        statements = real(self)
        if self.persons == everybody[:1]:
            drawn.set()
            # It sleeps for what was drawn, so that no plan can sleep first.
            sleeping = "LATERAL pg_sleep(CASE WHEN n IS NULL THEN 0 ELSE 1 END)"
            numbers = statements["numbers"]
            slow = f"WITH n AS MATERIALIZED ({numbers.sql}) SELECT n.* FROM n, {sleeping}"
            return {"numbers": Statement(slow, numbers.params), **{k: v for k, v in statements.items() if k != "numbers"}}  # fmt: skip
        return statements

    monkeypatch.setattr(reading.Wanted, "statements", early)

    def slowly() -> None:
        try:
            seats.run(s.batch, [v.Choose(person=everybody[0], training_class=s.classes[0], by=everybody[0])])
        finally:
            connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert drawn.wait(10)
    threading.Event().wait(0.4)
    seats.run(s.batch, [v.Choose(person=everybody[1], training_class=s.classes[0], by=everybody[1])])
    thread.join(20)
    assert any("is stored after" in line for line in judge(s, {}))
