"""Choices and enrolments of past batches by COPY (the trigger counts seats and quota); the choices of the batch that is open by the act itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from yanxiu.events import actions as events
from yanxiu.places.actions import seats as places
from yanxiu.places.rules.values import Choose
from yanxiu.programme.models import Batch, TrainingClass
from yanxiu.season.sizes import bulk
from yanxiu.season.sizes.cohorts import Classes, Seat, Supply, moment
from yanxiu.season.sizes.people import Roster

CHOICE = (
    "id", "batch_id", "training_class_id", "person_id", "school_id", "school_path", "number", "state", "occupies", "once_key", "at", "changed_at",
    "reason", "by_school", "policy_id",
)  # fmt: skip
ENROLMENT = (
    "id", "choice_id", "batch_id", "training_class_id", "person_id", "school_id", "school_path", "class_path", "state", "at", "by_id", "ended_at",
    "policy_id",
)  # fmt: skip
TOGETHER = 500  # choices in one list, as the gate takes them


@dataclass(slots=True)
class Learner:
    """An enrolment as the history needs it."""

    enrolment: int
    person: int
    training_class: TrainingClass


def seat(
    roster: Roster, batch: Batch, classes: Sequence[TrainingClass], seats: Sequence[Seat], *, series: str, year: int
) -> list[Learner]:
    """Returns who learns there, in order of arrival."""
    choice, enrolment = bulk.next_id("places_choice"), bulk.next_id("places_enrolment")
    schools = roster.province.schools
    numbered = [(choice + i, s) for i, s in enumerate(seats)]
    stood = [(enrolment + i, c, s) for i, (c, s) in enumerate((c, s) for c, s in numbered if s.enrolled_at)]
    returned = batch.starts.replace(hour=4)

    def choices() -> Iterator[tuple[Any, ...]]:
        for pk, s in numbered:
            school = schools[s.school]
            changed = s.enrolled_at or (batch.starts if s.state == "lapsed" else s.at)
            once = f"{series}:{year}:{s.person}" if s.state == "enrolled" else None
            yield (
                pk, batch.pk, classes[s.training_class].pk, s.person, school.pk, school.path, pk, s.state, s.enrolled_at is not None, once, s.at,
                returned if s.state == "returned" else changed, "调离岗位" if s.state == "returned" else "", False, batch.policy_id,
            )  # fmt: skip

    def enrolments() -> Iterator[tuple[Any, ...]]:
        for pk, its_choice, s in stood:
            school, its_class = schools[s.school], classes[s.training_class]
            ended = returned if s.state == "returned" else None
            yield (
                pk, its_choice, batch.pk, its_class.pk, s.person, school.pk, school.path, its_class.path, "returned" if ended else "standing",
                s.enrolled_at, roster.first[s.school], ended, batch.policy_id,
            )  # fmt: skip

    bulk.copy("places_choice", CHOICE, choices())
    bulk.copy("places_enrolment", ENROLMENT, enrolments())
    return [Learner(pk, s.person, classes[s.training_class]) for pk, _, s in stood if s.state == "enrolled"]


def set_sequences() -> None:
    """Arrival numbers are the choices' ids here; the next one comes after them."""
    bulk.set_sequence("places_choice")
    bulk.set_sequence("places_enrolment")
    bulk.run("SELECT setval('places_arrival', (SELECT coalesce(max(number), 0) + 1 FROM places_choice), false)")


def choose(
    supply: Supply, batch: Batch, classes: Sequence[TrainingClass], wanted: int, quota: Sequence[int], random: Random, *, until: datetime
) -> dict[str, int]:  # fmt: skip
    """The open batch: lists of choices through the act, on a clock that moves with them. Returns how many outcomes of each kind."""
    roster, serving = supply.roster, Classes(len(classes))
    pressed: list[tuple[datetime, int, int]] = []
    order = list(range(len(quota)))
    while len(pressed) < wanted:
        before = len(pressed)
        random.shuffle(order)
        for school in order:
            if len(pressed) >= wanted:
                break
            # Of each school about as many as it has quota, of some more.
            for person in supply.take(school, min(quota[school] + (random.random() < 0.35), wanted - len(pressed))):
                stage = roster.province.schools[school].stages[0]
                picked = classes[serving.pick(random, stage, roster.subject(person))].pk
                pressed.append((moment(random, batch.choice_opens, until), person, picked))
        if len(pressed) == before:
            break
    pressed.sort()
    outcomes: dict[str, int] = {}
    for start in range(0, len(pressed), TOGETHER):
        group = pressed[start : start + TOGETHER]
        events.move_clock(group[-1][0])
        asked = [Choose(person=person, training_class=training_class, by=person) for _, person, training_class in group]
        for answer in places.run(batch.pk, asked):
            outcomes[answer.outcome] = outcomes.get(answer.outcome, 0) + 1
    return outcomes
