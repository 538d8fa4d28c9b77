"""The rule for a seat.

    A place takes one seat of the class and one of the school's quota, both or neither.
    Both free: the choice HOLDS. One missing: it WAITS, in order of arrival.
    Whatever comes free goes, in the same act, to the first in order of arrival for whom BOTH are free; who is passed over keeps the place.

So at the end of every act nobody waits for whom both are free. That is why a new choice may hold at once without looking at the line:
when both are free, nobody in line could have had them.

`decide` works through a list in order of arrival, on facts read after the batch's lock. Pure: nothing here reads or writes.
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
    REFUSED,
    REPLACED,
    RETURNED,
    WAITING,
    WITHDRAWN,
    Answer,
    Cancel,
    Changes,
    Choose,
    ClassFacts,
    Confirm,
    Enrol,
    Facts,
    Follow,
    Happening,
    Line,
    Move,
    NeedMore,
    NewEnrolment,
    Place,
    Quota,
    Refuse,
    Replace,
    Request,
    Reseat,
    Return,
    TakeOver,
    Withdraw,
    no,
)

Numbers = Sequence[tuple[int, int, int | None]]  # arrival number, choice id, enrolment id; one a request, rising


def decide(requests: Sequence[Request], facts: Facts, numbers: Numbers) -> tuple[list[Answer], Changes]:
    """One answer a request, and what is to be written. Changes `facts` as it goes. Raises NeedMore when a line was read too short."""
    desk = Desk(facts)
    answers = [desk.take(request, *three) for request, three in zip(requests, numbers, strict=True)]
    return answers, desk.changes


class Desk:
    """Takes one request after the other; what it has decided counts for the next."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.batch, self.changes = facts, facts.batch, Changes()

    def take(self, request: Request, number: int, choice: int, enrolment: int | None) -> Answer:
        self.request, self.number, self.choice_id, self.enrolment_id = request, number, choice, enrolment
        match request:
            case Choose():
                return self.choose(request)
            case Withdraw():
                return self.withdraw(request)
            case Enrol():
                return self.enrol(request)
            case Confirm():
                return self.confirm(request)
            case Refuse():
                return self.refuse(request)
            case Return():
                return self.give_back(request)
            case Replace():
                return self.replace(request)
            case Move():
                return self.move(request)
            case Follow():
                return self.follow(request)
            case TakeOver():
                return self.take_over(request)
            case Cancel():
                return self.cancel(request)
            case Reseat():
                return self.reseat(request)
        raise TypeError(request)

    # --- the acts ----------------------------------------------------------------------------------------------------

    def choose(self, request: Choose) -> Answer:
        mine, person, wanted = (
            self.live(request.person),
            self.facts.persons.get(request.person),
            self.facts.classes.get(request.training_class),
        )
        if against := list(refusals.choosing(request, person, wanted, mine, self.class_of(mine), self.batch)):
            return no(against)
        if mine:  # changing the class is leaving and joining at the end: whoever is in line goes first
            self.leave(mine, WITHDRAWN)
        return self.answer(self.join(request.person, request.training_class))

    def withdraw(self, request: Withdraw) -> Answer:
        mine = self.live(request.person)
        if (against := list(refusals.withdrawing(request, mine, self.batch))) or mine is None:
            return no(against)
        return self.leave(mine, WITHDRAWN)

    def enrol(self, request: Enrol) -> Answer:
        """Of a hold; of a teacher without a choice it is choice and enrolment in one, at the end of the line."""
        mine, person = self.live(request.person), self.facts.persons.get(request.person)
        wanted = self.class_of(mine) or self.facts.classes.get(request.training_class or 0)
        if against := list(
            refusals.enrolling(request, person, wanted, mine, self.facts.quotas.get(request.school), self.batch)
        ):
            return no(against)
        assert wanted is not None
        place = mine or self.join(request.person, wanted.id, by_school=True)
        if self.batch.policy.review == "county":
            place.proposed = True
            self.put(place, place.state, occupies=place.occupies)
            self.note("places.proposed", place)
            return self.answer(place)
        return self.stand(place)

    def confirm(self, request: Confirm) -> Answer:
        mine = self.live(request.person)
        if (against := list(refusals.confirming(request, mine, self.batch))) or mine is None:
            return no(against)
        return self.stand(mine) if request.yes else self.leave(mine, REFUSED, request.reason)

    def refuse(self, request: Refuse) -> Answer:
        mine = self.live(request.person)
        if (against := list(refusals.refusing(request, mine, self.batch))) or mine is None:
            return no(against)
        return self.leave(mine, REFUSED, request.reason)

    def give_back(self, request: Return) -> Answer:
        """Before the start seat and quota come free; after it the seat stays empty and the quota is spent for this batch."""
        mine = self.live(request.person)
        if (against := list(refusals.returning(request, mine, self.batch))) or mine is None:
            return no(against)
        self.end_enrolment(mine, "returned")
        return self.leave(mine, RETURNED, request.reason, keeps_occupying=request.at >= self.batch.starts)

    def replace(self, request: Replace) -> Answer:
        """The successor takes over seat and quota as they are, so the line does not move; an own wait or hold ends, and that may move it."""
        mine, theirs = self.live(request.person), self.live(request.successor)
        first = self.first_of_school(mine) if mine and mine.state == ENROLLED else None
        successor = self.facts.persons.get(request.successor)
        against = refusals.replacing(
            request, mine, self.class_of(mine), successor, theirs, self.class_of(theirs), first, self.batch
        )
        if reasons := list(against):
            return no(reasons)
        assert mine is not None
        predecessor = mine.enrolment
        self.end_enrolment(mine, "replaced")
        self.put(mine, REPLACED, occupies=False, reason=request.reason)
        self.note("places.replaced", mine, successor=request.successor, reason=request.reason)
        theirs_held = theirs is not None and theirs.occupies
        if theirs:
            self.put(theirs, WITHDRAWN, occupies=False)
            self.note("places.withdrawn", theirs, replaces=request.person)
        taken = self.new_place(request.successor, mine.training_class, ENROLLED, by_school=True)
        answer = self.stand(taken, replaces=predecessor)
        if theirs is not None and theirs_held:
            self.release(theirs)
        return answer

    def move(self, request: Move) -> Answer:
        giver = self.facts.quotas.get(request.giver) if request.giver is not None else None
        taker = self.facts.quotas.get(request.taker)
        if against := list(refusals.moving(request, giver, taker, self.batch)):
            return no(against)
        assert taker is not None
        self.apply(request, giver, taker)
        self.changes.movements.append(request)
        self.note(
            "places.quota_moved",
            None,
            movement=request.kind,
            giver=request.giver,
            taker=request.taker,
            amount=request.amount,
        )
        self.move_up([], [request.taker])
        return Answer("moved", Decision.yes())

    def reseat(self, request: Reseat) -> Answer:
        """More seats move the line; fewer only as far as nobody sits on them."""
        training_class = self.facts.classes.get(request.training_class)
        if against := list(refusals.reseating(request, training_class, self.batch)):
            return no(against)
        assert training_class is not None
        before, training_class.seats = training_class.seats, request.seats
        self.changes.seats[training_class.id] = request.seats
        self.note("places.seats_changed", None, training_class=training_class.id, before=before, after=request.seats)
        self.move_up([training_class.id], [])
        return Answer("moved", Decision.yes())

    def follow(self, request: Follow) -> Answer:
        """Who changes school keeps the number: holds on if the new school has quota, else waits there and the seat comes free."""
        mine, person = self.live(request.person), self.facts.persons.get(request.person)
        if (
            not mine
            or mine.state == ENROLLED
            or person is None
            or person.school in (None, mine.school)
            or request.at >= self.batch.starts
        ):
            return Answer(mine.state if mine else "no", Decision.yes())
        old, held = mine.school, mine.state == HOLDING
        if held:
            self.free(mine)
        mine.school, mine.school_path, mine.proposed = person.school, person.school_path, False
        holds_on = held and self.quota(person.school).free > 0
        self.put(mine, HOLDING if holds_on else WAITING, occupies=holds_on)
        if holds_on:
            self.occupy(mine)
        else:
            self.queue(mine)
        self.note("places.followed", mine, from_school=old, to_school=mine.school)
        self.move_up([mine.training_class], [old, mine.school])
        return self.answer(mine)

    def take_over(self, request: TakeOver) -> Answer:
        """Everything that lives passes on as it is: holds hold, enrolments run, who waits keeps the number. Only quota spent by returns after the start stays.

        Then the line moves: what one school had no use for may be what the other's waiting lack.
        """
        closed, heir = self.quota(request.school), self.quota(request.heir)
        places = [p for p in self.facts.places.values() if p.live and p.school == request.school]
        spent = closed.used - sum(p.occupies for p in places)
        amount = closed.received - closed.passed_on - spent
        for place in places:
            self.carry(place, closed, heir)
        for kind, giver, taker in request.steps if amount else ():
            move = Move(kind=kind, giver=giver, taker=taker, amount=amount, note=request.note, by=request.by)
            move.at = request.at
            self.apply(move, self.quota(giver), self.quota(taker))
            self.changes.movements.append(move)
            self.note("places.quota_moved", None, movement=kind, giver=giver, taker=taker, amount=amount)
        self.move_up([], [request.heir])
        return Answer("moved", Decision.yes())

    def cancel(self, request: Cancel) -> Answer:
        """A bar ends what has not started. What runs may finish, or stops and stays empty, as the policy says."""
        mine, started = self.live(request.person), request.at >= self.batch.starts
        if not mine or (
            started
            and (mine.state != ENROLLED or self.batch.policy.bar_running == "finish" or request.at >= self.batch.ends)
        ):
            return Answer("no", Decision.yes())
        if mine.state == ENROLLED:
            self.end_enrolment(mine, "returned")
        return self.leave(mine, RETURNED if started else CANCELLED, request.reason, keeps_occupying=started)

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
            if not any(self.facts.classes[c].free > 0 for c in classes if c in self.facts.classes) and not any(
                self.quota(s).free > 0 for s in schools
            ):
                return

    def in_order_of_arrival(self, classes: Sequence[int], schools: Sequence[int]) -> Iterator[Place]:
        lines = [_to_the_end(self.facts.class_lines.get(c), training_class=c) for c in classes if self.has_seat(c)]
        lines += [_to_the_end(self.facts.school_lines.get(s), school=s) for s in schools if self.quota(s).free > 0]
        return merge(*lines, key=lambda place: place.number)

    def both_free(self, place: Place) -> bool:
        return self.has_seat(place.training_class) and self.quota(place.school).free > 0

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
        """At the end of the line; holds when both are free."""
        place = self.new_place(person, training_class, WAITING, by_school=by_school)
        if self.both_free(place):
            place.state, place.occupies = HOLDING, True
            self.occupy(place)
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
        self.free(place)
        self.move_up([place.training_class], [place.school])

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

    def quota(self, school: int) -> Quota:
        return self.facts.quotas.setdefault(school, Quota(school))

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
