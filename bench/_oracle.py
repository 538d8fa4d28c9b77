"""Judges a batch after a rush, knowing nothing of the rule's code: own SQL, the record's events replayed one by one in the order they were stored.

Wrong is: a seat or a quota over; somebody served before an earlier one who could have been; somebody waiting for whom both are free; numbers that
do not rise with the record; two live choices of one person; rows, counters or answers that are not what the record and the clients say.
"""

import json
from bisect import insort
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import connection

from bench._places import Season

_EVENTS = """
SELECT kind, (data->>'number')::bigint, (data->>'class')::bigint, (data->>'school')::bigint, person, data->>'movement',
       (data->>'giver')::bigint, (data->>'taker')::bigint, (data->>'amount')::int
  FROM events_event WHERE batch = %s AND kind LIKE 'places.%%' ORDER BY id"""
LEAVES = {"places.withdrawn", "places.returned", "places.refused", "places.cancelled"}


class Replay:
    """Who takes what, who waits. After whatever came free nobody may be left waiting for whom both are free."""

    def __init__(self, season: Season) -> None:
        self.seats, self.quota = dict(season.seats), defaultdict(int, season.quota)
        self.office = season.county  # its quota is past counting
        self.used_seats: dict[int, int] = defaultdict(int)
        self.used_quota: dict[int, int] = defaultdict(int)
        self.class_line: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.school_line: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.holding: dict[int, tuple[int, int]] = {}
        self.waiting: dict[int, tuple[int, int]] = {}
        self.of_person: dict[int, int] = {}
        self.wrong: list[str] = []
        self.came_free: tuple[int | None, int | None] = (None, None)
        self.last = 0

    def free(self, c: int, s: int) -> bool:
        return self.used_seats[c] < self.seats[c] and self.used_quota[s] < self.quota[s]

    def first(self) -> int | None:
        """The lowest number that can be served now, of the lines that something came free for."""
        c, s = self.came_free
        in_class = (
            next((n for n, school in self.class_line[c] if self.free(c, school)), None) if c is not None else None
        )
        in_school = next((n for n, cl in self.school_line[s] if self.free(cl, s)), None) if s is not None else None
        return min((n for n in (in_class, in_school) if n is not None), default=None)

    def settled(self, where: str) -> None:
        if (n := self.first()) is not None:
            self.wrong.append(f"{where}: {n} waits though both are free")
        self.came_free = (None, None)

    def joins(self, kind: str, n: int, c: int, s: int, person: int) -> None:
        """Enrolled without having chosen: held at once."""
        self.settled(f"before {n}")
        if n <= self.last:
            self.wrong.append(f"{n} is stored after {self.last}")
        self.last = max(self.last, n)
        if person in self.of_person:
            self.wrong.append(f"{person} has {self.of_person[person]} and gets {n}")
        self.of_person[person] = n
        if self.free(c, s) != (kind != "places.waited"):
            self.wrong.append(f"{n}: {kind} though both are {'' if self.free(c, s) else 'not '}free")
        if kind != "places.waited":
            self._hold(n, c, s)
            return
        self.waiting[n] = (c, s)
        insort(self.class_line[c], (n, s))
        insort(self.school_line[s], (n, c))

    def moves_up(self, n: int, c: int, s: int) -> None:
        if self.first() != n:
            self.wrong.append(f"{n} moved up, the first was {self.first()}")
        if self.waiting.get(n) != (c, s):
            self.wrong.append(f"{n} moved up without having waited")
            return
        self._unwait(n)
        self._hold(n, c, s)

    def leaves(self, n: int, c: int, s: int, person: int) -> None:
        self.settled(f"before {n} leaves")
        if self.of_person.pop(person, None) != n:
            self.wrong.append(f"{n} leaves and was not there")
        if n in self.waiting:
            self._unwait(n)
        elif n in self.holding:
            del self.holding[n]
            self.used_seats[c] -= 1
            self.used_quota[s] -= 1
            self.came_free = (c, s)

    def quota_moves(self, movement: str, giver: int | None, taker: int, amount: int) -> None:
        self.settled("before quota moves")
        if giver is not None and giver != self.office:
            self.quota[giver] -= amount
            if self.quota[giver] < self.used_quota[giver]:
                self.wrong.append(f"{giver} gave quota that is used")
        if taker != self.office:
            self.quota[taker] += amount
            self.came_free = (None, taker)

    def ends(self) -> None:
        self.settled("at the end")
        self.wrong += [
            f"{n} is left waiting though both are free" for n, (c, s) in self.waiting.items() if self.free(c, s)
        ]

    def _hold(self, n: int, c: int, s: int) -> None:
        self.holding[n] = (c, s)
        self.used_seats[c] += 1
        self.used_quota[s] += 1
        if self.used_seats[c] > self.seats[c] or self.used_quota[s] > self.quota[s]:
            self.wrong.append(f"{n}: class {c} or school {s} is over")

    def _unwait(self, n: int) -> None:
        c, s = self.waiting.pop(n)
        self.class_line[c].remove((n, s))
        self.school_line[s].remove((n, c))


Told = tuple[str, int | None]  # outcome, choice


def judge(season: Season, acknowledged: Mapping[str, Told | list[Told]]) -> list[str]:
    """Everything that is wrong. `acknowledged`: key → what a client was told, of a list for each of its rows."""
    replay = Replay(season)
    for kind, n, c, s, person, movement, giver, taker, amount in _rows(_EVENTS, season.batch):
        if kind in ("places.held", "places.waited") or (kind == "places.enrolled" and person not in replay.of_person):
            replay.joins(kind, n, c, s, person)
        elif kind == "places.moved_up":
            replay.moves_up(n, c, s)
        elif kind in LEAVES:
            replay.leaves(n, c, s, person)
        elif kind == "places.quota_moved":
            replay.quota_moves(movement, giver, taker, amount)
        elif kind not in (
            "places.enrolled",
            "places.warned",
            "places.warnings_done",
        ):  # They move nothing; the worker of a whole platform warns.
            replay.wrong.append(f"{kind} is nothing that this rush does")
    replay.ends()
    return replay.wrong + _stored(season, replay) + _answered(season, acknowledged)


def _stored(season: Season, replay: Replay) -> list[str]:
    wrong = []
    rows = _rows(
        "SELECT number, state, training_class_id, school_id, person_id FROM places_choice WHERE batch_id = %s",
        season.batch,
    )
    if {n: (c, s) for n, state, c, s, _ in rows if state in ("holding", "enrolled")} != replay.holding:
        wrong.append("the places stored are not those of the record")
    if {n: (c, s) for n, state, c, s, _ in rows if state == "waiting"} != replay.waiting:
        wrong.append("the line stored is not that of the record")
    live = [p for _, state, _, _, p in rows if state in ("holding", "waiting", "enrolled")]
    if len(live) != len(set(live)):
        wrong.append("somebody has two live choices")
    standing = _rows(
        """SELECT count(*) FILTER (WHERE e.id IS NULL OR e.state <> 'standing'), count(*) FILTER (WHERE c.state <> 'enrolled' AND e.state = 'standing')
             FROM places_choice c LEFT JOIN places_enrolment e ON e.choice_id = c.id WHERE c.batch_id = %s AND (c.state = 'enrolled' OR e.id IS NOT NULL)
              AND (c.state = 'enrolled' OR e.state = 'standing')""",
        season.batch,
    )
    if standing != [(0, 0)]:
        wrong.append("enrolments are not those of the places")
    if any(
        replay.used_seats[c] != used
        for c, used in _rows("SELECT id, used FROM programme_trainingclass WHERE batch_id = %s", season.batch)
    ):
        wrong.append("seats are counted wrongly")
    balances = _rows(
        "SELECT unit_id, received - passed_on, used FROM places_quotabalance WHERE batch_id = %s", season.batch
    )
    if any((replay.quota[u], replay.used_quota[u]) != (has, used) for u, has, used in balances if u in season.quota):
        wrong.append("quota is counted wrongly")
    return wrong


def _answered(season: Season, acknowledged: Mapping[str, Told | list[Told]]) -> list[str]:
    rows = _rows("SELECT key::text, answer FROM places_placerequest WHERE batch_id = %s", season.batch)
    answers = {key: told_by(json.loads(answer)) for key, answer in rows}
    lost = sum(answers.get(key) != one for key, one in acknowledged.items())
    wrong = [f"{lost} answers are not what is stored"] if lost else []
    # A choice acknowledged exists; as a hold it was one when it was made.
    made = {i for (i,) in _rows("SELECT id FROM places_choice WHERE batch_id = %s", season.batch)}
    held = {
        i
        for (i,) in _rows("SELECT subject_id FROM events_event WHERE batch = %s AND kind = 'places.held'", season.batch)
    }
    all_told = [each for one in acknowledged.values() for each in (one if isinstance(one, list) else [one])]
    missing = sum(
        choice not in (held if outcome == "holding" else made) for outcome, choice in all_told if choice is not None
    )
    return wrong + ([f"{missing} places acknowledged are not there"] if missing else [])


def told_by(answer: Any) -> Told | list[Told]:
    """Of an answer as it is stored or sent."""
    rows = answer if isinstance(answer, list) else answer.get("answers")
    return [(one["outcome"], one["choice"]) for one in rows] if rows else (answer["outcome"], answer["choice"])


def _rows(sql: str, batch: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [batch])
        return cursor.fetchall()
