"""Long statements in pieces: all rows once, and rest while others work."""

import time
from typing import Any

import psycopg
import pytest
from django.db import connection

from yanxiu.organisation.actions import pieces
from yanxiu.organisation.actions.pieces import Pace

pytestmark = pytest.mark.django_db
COPY = "INSERT INTO piece_copy SELECT id, %(mark)s FROM piece_rows WHERE id BETWEEN %(first)s AND %(last)s"


class Clock:
    """Each look at the time takes a second; rests are told."""

    def __init__(self) -> None:
        self.now, self.rests = 0.0, list[float]()

    def monotonic(self) -> float:
        self.now += 1
        return self.now

    def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(pieces, "time", found)
    return found


@pytest.fixture(autouse=True)
def tables(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE piece_rows AS SELECT generate_series(3, 11) AS id")
        cursor.execute("CREATE TEMP TABLE piece_copy (id int, mark text)")


def copied() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, mark FROM piece_copy ORDER BY id")
        return cursor.fetchall()


def others(monkeypatch: pytest.MonkeyPatch, *, each_look: int) -> None:
    looks = iter(range(0, 10_000 * each_look + 1, each_look) if each_look else [0] * 100)
    monkeypatch.setattr(pieces, "_transactions", lambda: next(looks))


def test_every_row_once_and_no_rest_where_nobody_else_works(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    others(monkeypatch, each_look=0)
    Pace().run(COPY, {"mark": "x"}, first=3, last=11, size=4)
    assert copied() == [(n, "x") for n in range(3, 12)]
    assert clock.rests == []


def test_it_rests_as_long_as_a_piece_took_while_others_work(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    others(monkeypatch, each_look=1000)
    Pace().run(COPY, {"mark": "x"}, first=3, last=11, size=4)
    assert clock.rests == [1.0, 1.0, 1.0]


def test_what_others_have_done_is_seen_inside_one_transaction() -> None:
    before = pieces._transactions()
    place = connection.settings_dict
    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], dbname=place["NAME"], user=place["USER"], password=place["PASSWORD"], autocommit=True
    ) as other:  # fmt: skip
        for _ in range(50):
            other.execute("SELECT 1")
    until = time.monotonic() + 10
    while pieces._transactions() < before + 50 and time.monotonic() < until:
        time.sleep(0.05)
    assert pieces._transactions() >= before + 50


def test_nothing_is_done_for_no_rows() -> None:
    Pace().run(COPY, {"mark": "x"}, first=1, last=0)
    assert copied() == []
