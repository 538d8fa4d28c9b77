"""What can be asked of places, one act after the other: who may is refusals.py, what follows for seats and lines is seats.py.

`decide` works through a list in order of arrival, on facts read after the batch's lock. Pure: nothing here reads or writes.
"""

from collections.abc import Sequence

from yanxiu.lib.decision import Decision

from . import refusals
from .seats import Seats
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
    Confirm,
    Enrol,
    Facts,
    Follow,
    Move,
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


class Desk(Seats):
    """Takes one request after the other; what it has decided counts for the next."""

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
        if outside := list(refusals.pressing(request, self.facts.rights)):
            return no(outside)
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
