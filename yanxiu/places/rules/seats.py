"""The rule for a seat.

    A place takes one seat of the class and one of the school's quota, both or neither.
    Both free: the choice HOLDS. One missing: it WAITS, in order of arrival.
    Whatever comes free goes, in the same act, to the first in order of arrival for whom BOTH are free; who is passed over keeps the place.

So at the end of every act nobody waits for whom both are free. That is why a new choice may hold at once without looking at the line:
when both are free, nobody in line could have had them. And why only what had nothing free moves its line when something comes free: who waits
for a class that had seats left lacks quota, and stands in the line of the school.

What can be asked (choose, leave, enrol, return, replace, move quota, …) is desk.py, on these few steps. Pure: nothing here reads or writes.
"""

from bisect import insort
from collections.abc import Iterator, Sequence
from heapq import merge

from yanxiu.lib.decision import Decision

from . import refusals
from .values import (
    CANCELLED,
    ENROLLED,
    HOLDING,
    WAITING,
    Answer,
    Changes,
    ClassFacts,
    Facts,
    Happening,
    Line,
    Move,
    NeedMore,
    NewEnrolment,
    Place,
    Quota,
    Request,
)


class Seats:
    """Seats, quota and lines of one batch while a list of requests is worked through; `request` is the one whose turn it is."""

    request: Request
    number: int
    choice_id: int
    enrolment_id: int | None

    def __init__(self, facts: Facts) -> None:
        self.facts, self.batch, self.changes = facts, facts.batch, Changes()

    # --- the line ----------------------------------------------------------------------------------------------------

    def move_up(self, classes: Sequence[int], schools: Sequence[int]) -> None:
        """What came free is of these classes and schools: only their lines can hold somebody who now has both.

        One pass in order of arrival is enough: holding takes, so who was passed over cannot have both free later in the pass.
        """
        if self.request.at >= self.batch.starts:
            return
        for place in self.in_order_of_arrival(classes, schools):
            if place.state == WAITING and self.both_free(place):
                if place.elsewhere:  # has got a place in another batch of this year meanwhile
                    self.put(place, CANCELLED, occupies=False, reason="same_year")
                    self.note("places.cancelled", place, cause="same_year")
                else:
                    self.put(place, HOLDING, occupies=True)
                    self.occupy(place)
                    self.note("places.moved_up", place)
                    if not any(map(self.has_seat, classes)) and not any(map(self.has_quota, schools)):
                        return

    def in_order_of_arrival(self, classes: Sequence[int], schools: Sequence[int]) -> Iterator[Place]:
        lines = [_to_the_end(self.facts.class_lines.get(c), training_class=c) for c in classes if self.has_seat(c)]
        lines += [_to_the_end(self.facts.school_lines.get(s), school=s) for s in schools if self.has_quota(s)]
        return merge(*lines, key=lambda place: place.number)

    def both_free(self, place: Place) -> bool:
        return self.has_seat(place.training_class) and self.has_quota(place.school)

    def first_of_school(self, mine: Place) -> Place | None:
        """Of the same school in the line of the class; nobody moves up after the start, so then nobody is first."""
        if self.request.at >= self.batch.starts:
            return None
        line = _to_the_end(self.facts.class_lines.get(mine.training_class), training_class=mine.training_class)
        return next(
            (
                p
                for p in line
                if p.state == WAITING and p.school == mine.school and p.training_class == mine.training_class
            ),
            None,
        )

    # --- steps -------------------------------------------------------------------------------------------------------

    def join(self, person: int, training_class: int, *, by_school: bool = False) -> Place:
        """At the end of the line; holds when both are free. What a school does for somebody is told by what follows at once: enrolled or proposed."""
        place = self.new_place(person, training_class, WAITING, by_school=by_school)
        if self.both_free(place):
            place.state, place.occupies = HOLDING, True
            self.occupy(place)
            if not by_school:
                self.note("places.held", place)
        else:
            self.queue(place)
            self.note("places.waited", place)
        return place

    def leave(self, place: Place, state: str, reason: str = "", *, keeps_occupying: bool = False) -> Answer:
        """A place ends; what it took comes free, unless it is kept, and the line moves."""
        took = place.occupies
        self.put(place, state, occupies=keeps_occupying and took, reason=reason)
        self.note(f"places.{state}", place, **({"reason": reason} if reason else {}))
        answer = self.answer(place)
        if took and not keeps_occupying:
            self.release(place)
        return answer

    def release(self, place: Place) -> None:
        full = [] if self.has_seat(place.training_class) else [place.training_class]
        spent = [] if self.has_quota(place.school) else [place.school]
        self.free(place)
        self.move_up(full, spent)

    def stand(self, place: Place, *, replaces: int | None = None) -> Answer:
        """A hold becomes an enrolment."""
        self.put(place, ENROLLED, occupies=True)
        assert self.enrolment_id is not None
        place.enrolment = self.enrolment_id
        path = self.facts.classes[place.training_class].path
        self.changes.enrolments.append(
            NewEnrolment(place.enrolment, place, path, self.request.at, self.request.by, replaces)
        )
        self.note("places.enrolled", place, enrolment=place.enrolment, replaces=replaces)
        return self.answer(place)

    def end_enrolment(self, place: Place, state: str) -> None:
        assert place.enrolment is not None
        self.changes.ended.append((place.enrolment, state, self.request.at))

    def new_place(self, person: int, training_class: int, state: str, *, by_school: bool) -> Place:
        known = self.facts.persons[person]
        assert known.school is not None
        place = Place(
            id=self.choice_id,
            number=self.number,
            person=person,
            training_class=training_class,
            school=known.school,
            school_path=known.school_path,
            state=state,
            occupies=state != WAITING,
            at=self.request.at,
            by_school=by_school,
        )
        self.facts.places[person] = self.changes.places[place.id] = place
        return place

    def put(self, place: Place, state: str, *, occupies: bool, reason: str = "") -> None:
        place.state, place.occupies = state, occupies
        place.reason = reason or place.reason
        self.changes.places[place.id] = place

    def carry(self, place: Place, closed: Quota, heir: Quota) -> None:
        if place.occupies:
            closed.used, heir.used = closed.used - 1, heir.used + 1
        place.school, place.school_path, place.taken_over = heir.unit, heir.path, True
        self.put(place, place.state, occupies=place.occupies)
        if place.state == WAITING:
            self.queue(place)
        running = {"enrolment": place.enrolment} if place.enrolment else {}
        self.note("places.followed", place, from_school=closed.unit, to_school=heir.unit, **running)

    def queue(self, place: Place) -> None:
        """By arrival number. Behind the end of a line read too short nobody looks without reading more."""
        for line in (self.facts.class_lines.get(place.training_class), self.facts.school_lines.get(place.school)):
            if (
                line is not None
                and place not in line.places
                and (line.complete or place.number < line.places[-1].number)
            ):
                insort(line.places, place, key=lambda p: p.number)

    # --- counters ----------------------------------------------------------------------------------------------------

    def occupy(self, place: Place) -> None:
        self.facts.classes[place.training_class].used += 1
        self.quota(place.school).used += 1

    def free(self, place: Place) -> None:
        """By the school that the place was taken for, not the person's present one."""
        if place.training_class in self.facts.classes:
            self.facts.classes[place.training_class].used -= 1
        self.quota(place.school).used -= 1

    def apply(self, move: Move, giver: Quota | None, taker: Quota) -> None:
        down, up = move.kind in ("approve", "allot", "move"), move.kind in ("give_back", "take_back")
        if giver is not None:
            giver.passed_on += move.amount if move.kind == "allot" else 0
            giver.received -= 0 if move.kind == "allot" else move.amount
        taker.received += move.amount if down else 0
        # The province holds nothing: what comes back to it is out of circulation until a plan is approved anew.
        taker.passed_on -= move.amount if up and taker.level != "province" else 0

    # --- look-ups ----------------------------------------------------------------------------------------------------

    def live(self, person: int) -> Place | None:
        place = self.facts.places.get(person)
        return place if place is not None and place.live else None

    def class_of(self, place: Place | None) -> ClassFacts | None:
        return self.facts.classes.get(place.training_class) if place else None

    def has_seat(self, training_class: int) -> bool:
        return training_class in self.facts.classes and self.facts.classes[training_class].free > 0

    def has_quota(self, school: int) -> bool:
        return self.quota(school).free > 0

    def quota(self, school: int) -> Quota:
        found = self.facts.quotas.get(school)
        if found is None:
            found = self.facts.quotas[school] = Quota(school)
        return found

    def answer(self, place: Place) -> Answer:
        lacks: tuple[str, ...] = ()
        reasons = []
        if place.state == WAITING:
            reasons = list(
                refusals.missing(self.facts.classes[place.training_class], self.quota(place.school), self.batch)
            )
            lacks = tuple({"no_seat": "seat", "no_quota": "quota"}[reason.code] for reason in reasons)
        return Answer(place.state, Decision.yes(*reasons), place.id, place.number, place.enrolment, lacks)

    def note(self, kind: str, place: Place | None, **data: object) -> None:
        self.changes.happenings.append(Happening(kind, self.request.at, self.request.by, place, data))


def _to_the_end(line: Line | None, **whose: int) -> Iterator[Place]:
    """Raises NeedMore behind the last one read, unless nobody is behind."""
    if line is None:
        raise NeedMore(**whose)
    yield from line.places
    if not line.complete:
        raise NeedMore(**whose)
