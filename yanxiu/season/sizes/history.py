"""The past batches, class by class: seats, then everything that their learners did, COPY after COPY."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random

from yanxiu.season.sizes import bulk, results, seating
from yanxiu.season.sizes.cohorts import Seat
from yanxiu.season.sizes.opening import Opened
from yanxiu.season.sizes.people import Roster
from yanxiu.season.sizes.seating import Learner
from yanxiu.season.sizes.study import COLUMNS, Course, Desk, part_of, study
from yanxiu.season.sizes.talk import POST, Pool, discuss

TABLES = {**COLUMNS, "forum_post": POST, "scoring_result": results.RESULT}
NUMBERED = ("homework_quizattempt", "homework_work", "homework_workversion", "forum_post", "scoring_result")
TOGETHER = 40_000  # rows in memory before they are written


def history(roster: Roster, opened: Opened, cohorts: dict[int, list[Seat]], random: Random, *, until: datetime) -> int:
    """Returns how many learn or have learned."""
    programme = opened.programme
    with bulk.bare("places_choice", "places_enrolment"):
        learners = {
            n: seating.seat(roster, opened.batches[n], opened.classes[n], seats, series=programme.series, year=programme.year)
            for n, seats in cohorts.items()
        }  # fmt: skip
    seating.set_sequences()
    with bulk.bare(*TABLES), _written(random, until) as desk:
        pool, courses = Pool(random), {v.pk: Course(v) for v in opened.versions}
        for number, seated in learners.items():
            _batch(desk, pool, opened, number, seated, courses)
    for table in NUMBERED:
        bulk.set_sequence(table)
    everybody = [learner.enrolment for seated in learners.values() for learner in seated]
    results.figures(everybody)
    return len(everybody)


@contextmanager
def _written(random: Random, until: datetime) -> Iterator[Desk]:
    desk = Desk(random, until, {table: bulk.next_id(table) for table in NUMBERED})
    yield desk
    _write(desk)


def _write(desk: Desk) -> None:
    for table, columns in TABLES.items():
        bulk.copy(table, columns, desk.rows[table])
    desk.rows.clear()


def _batch(
    desk: Desk, pool: Pool, opened: Opened, number: int, seated: list[Learner], courses: dict[int, Course]
) -> None:
    batch = opened.batches[number]
    over = batch.marking_ends <= desk.until
    length = (batch.last_day - batch.first_day).days + 1
    of_class: dict[int, list[Learner]] = {}
    for learner in seated:
        of_class.setdefault(learner.training_class.pk, []).append(learner)
    for training_class in opened.classes[number]:
        course = courses[training_class.version_id]
        tutors = [p.pk for p in opened.tutors[training_class.subject]]
        mine = [(x, part_of(desk, x.person, course, length)) for x in of_class.get(training_class.pk, [])]
        talks = discuss(desk, pool, batch, training_class.pk, course.discussion, mine, tutors[0])
        for learner, part in mine:
            done = study(desk, learner, part, course, batch, tutors)
            if over:
                evidence = done.evidence(**talks[learner.enrolment].facts())
                desk.rows["scoring_result"].append(
                    results.result_row(desk.id("scoring_result"), batch, learner.enrolment, evidence)
                )
        if sum(map(len, desk.rows.values())) > TOGETHER:
            _write(desk)
