"""Who learns in which batch and class. Pure: ids, counts and a Random in, rows out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from yanxiu.season.sizes.opening import COURSES, class_courses
from yanxiu.season.sizes.people import Roster

RUSH = 0.62  # of the choices come in the first minutes
RETURNED, LAPSED, WITHDRAWN = 0.01, 0.04, 0.03  # of a batch's choices beside those who stay


@dataclass(slots=True)
class Seat:
    """A choice of a past batch and what became of it."""

    person: int
    school: int  # place in the roster
    training_class: int  # place among the batch's classes
    at: datetime
    state: str  # enrolled returned lapsed withdrawn
    enrolled_at: datetime | None = None


class Supply:
    """Teachers who have not been in a batch yet; a school's administrator never is, nor who took part last year."""

    def __init__(self, roster: Roster, tutors: set[int]) -> None:
        self.roster, self.barred = roster, tutors | roster.past
        self.next = [1] * len(roster.sizes)

    def take(self, school: int, n: int) -> list[int]:
        found: list[int] = []
        people = self.roster.teachers(school)
        while len(found) < n and self.next[school] < len(people):
            person = people[self.next[school]]
            self.next[school] += 1
            if person not in self.barred:
                found.append(person)
        return found


class Classes:
    """Which classes serve a teacher: the stage must match, the own subject comes first."""

    def __init__(self, classes: int) -> None:
        self.of_stage: dict[str, list[int]] = {}
        self.own: dict[tuple[str, str], list[int]] = {}
        for place, course in enumerate(class_courses(classes)):
            _, _, subject, stages = COURSES[course]
            for stage in stages:
                self.of_stage.setdefault(stage, []).append(place)
                self.own.setdefault((stage, subject), []).append(place)

    def pick(self, random: Random, stage: str, subject: str) -> int:
        """Earlier classes are wanted more."""
        own = self.own.get((stage, subject))
        options = own if own and random.random() < 0.6 else self.of_stage[stage]
        return options[int(len(options) * random.random() ** 1.6)]


def cohort(
    supply: Supply, classes: Classes, quota: Sequence[int], learners: int, random: Random, *, opens: datetime, enrols: datetime, starts: datetime
) -> list[Seat]:  # fmt: skip
    """A past batch: as many as learn, within each school's quota; and some whose place came to nothing. In order of arrival."""
    seats: list[Seat] = []
    left = learners
    order = list(range(len(quota)))
    random.shuffle(order)
    for school in order:
        for state, wanted in (
            ("enrolled", min(quota[school], left)),
            ("lapsed", int(random.random() < LAPSED * 1.3)),
            ("withdrawn", int(random.random() < WITHDRAWN * 1.3)),
        ):
            if left <= 0:
                continue
            for person in supply.take(school, wanted):
                left -= state == "enrolled"
                seats.append(_seat(supply.roster, classes, random, person, school, state, opens, enrols, starts))
    seats.sort(key=lambda seat: (seat.at, seat.person))
    return seats


def _seat(
    roster: Roster, classes: Classes, random: Random, person: int, school: int, state: str, opens: datetime, enrols: datetime, starts: datetime
) -> Seat:  # fmt: skip
    stage = roster.province.schools[school].stages[0]
    at = moment(random, opens, enrols)
    seat = Seat(person, school, classes.pick(random, stage, roster.subject(person)), at, state)
    if state == "enrolled":
        hours = int((starts - enrols).total_seconds() // 3600) - 9
        seat.enrolled_at = enrols + timedelta(hours=9 + random.randrange(hours), minutes=random.randrange(60))
        if random.random() < RETURNED:
            seat.state = "returned"
    return seat


def moment(random: Random, opens: datetime, until: datetime) -> datetime:
    """Most in the first quarter of an hour, the others over the days."""
    if random.random() < RUSH:
        return opens + timedelta(milliseconds=int(900_000 * random.random() ** 3) + 200)
    return opens + timedelta(seconds=900 + int(((until - opens).total_seconds() - 900) * random.random()))
