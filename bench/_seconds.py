"""The oracle of learning time: adds up what was sent. It shares nothing with the ledger's rule: sets of seconds, from the bodies that were acknowledged."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from bench._learners import FILM, WORTH, World

PRESENCE = 1260  # seconds: every 20 minutes, and the minute to answer in


@dataclass
class Oracle:
    """Adds up the raw reports that were acknowledged, each learner's in the order they were sent, and compares.

    Every second of a film once, inside the film; every second of the session once for a text, up to its worth; in a stretch without an
    answered presence check no more than `PRESENCE`. The sessions are old enough that the time that has passed binds nobody.
    """

    world: World
    played: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    of_person: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def heard(self, person: int, report: dict[str, Any]) -> None:
        item = report["item"]
        length, most = (FILM, FILM) if item in self.world.films else (1 << 30, WORTH)
        played = self.played[person, item]
        for span in report["spans"]:
            for second in range(span[0], min(span[1], length)):
                if second not in played and len(played) < most and self.of_person[person] < PRESENCE:
                    played.add(second)
                    self.of_person[person] += 1

    def judge(self) -> list[str]:
        """Everything that is wrong."""
        persons = {x.enrolment: x.person for x in self.world.learners}
        total = {p: n for p, n in self.of_person.items() if n}
        items = {key: len(seconds) for key, seconds in self.played.items() if seconds}
        films = {key: seconds for key, seconds in self.played.items() if seconds and key[1] in self.world.films}
        # All of the batch; in a province that others learned in before, theirs stay out.
        ours = f"seconds > 0 AND enrolment_id IN (SELECT id FROM places_enrolment WHERE batch_id = {int(self.world.batch)})"
        with connection.cursor() as cursor:

            def rows(sql: str) -> list[tuple[Any, ...]]:
                cursor.execute(sql)
                return cursor.fetchall()

            times = rows(
                f"SELECT enrolment_id, seconds, (SELECT sum(d) FROM unnest(days) d) FROM learning_learnertime WHERE {ours}"
            )
            wrong = _differ("credited", {persons[e]: n for e, n, _ in times}, total)
            wrong += _differ("by days", {persons[e]: n for e, _, n in times}, total)
            found = rows(f"SELECT enrolment_id, item_id, seconds FROM learning_itemtime WHERE {ours}")
            wrong += _differ("of an item", {(persons[e], i): n for e, i, n in found}, items)
            found = rows(f"SELECT enrolment_id, seconds FROM monitoring_learnerfigures WHERE {ours}")
            wrong += _differ("in the figures", {persons[e]: n for e, n in found}, total)
            found = rows(
                f"SELECT 'all', coalesce(sum(seconds), 0)::bigint FROM monitoring_unitfigures WHERE batch_id = {int(self.world.batch)}"
            )
            wrong += _differ("in the schools' sums", dict(found), {"all": sum(total.values())})
            stored: dict[tuple[int, int], set[int]] = {}
            for e, i, cells in rows(f"SELECT enrolment_id, item_id, cells FROM learning_itemtime WHERE {ours}"):
                if i in self.world.films:
                    stored[persons[e], i] = {n for span in cells for n in range(span.lower, span.upper)}
            wrong += _differ("the seconds", stored, films)
        return wrong


def _differ(what: str, stored: dict[Any, Any], wanted: dict[Any, Any]) -> list[str]:
    keys = [key for key in stored.keys() | wanted.keys() if stored.get(key) != wanted.get(key)]
    return [f"{what} {key}: stored {stored.get(key)}, played {wanted.get(key)}"[:300] for key in sorted(keys)]
