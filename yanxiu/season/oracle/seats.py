"""Quota, seats and the line: sums from the ledger's and choices' own rows, and a naive replay of all requests in their order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from yanxiu.season.diary import Asked, Diary
from yanxiu.season.oracle.facts import rows

LIVE = ("holding", "waiting", "enrolled")


def ledger(batch: int) -> Iterator[str]:
    """Balances equal the movements and the places; nobody below zero; no class oversold."""
    received: dict[int, int] = {}
    passed: dict[int, int] = {}
    for kind, giver, taker, amount, level in rows(
        "SELECT m.kind, m.giver_id, m.taker_id, m.amount, t.level FROM places_quotamovement m JOIN organisation_unit t ON t.id = m.taker_id WHERE m.batch_id = %s",
        batch,
    ):
        if kind in ("approve", "allot", "move"):
            received[taker] = received.get(taker, 0) + amount
        if kind in ("give_back", "take_back", "reduce", "move"):
            received[giver] = received.get(giver, 0) - amount
        if kind == "allot":
            passed[giver] = passed.get(giver, 0) + amount
        if kind in ("give_back", "take_back") and level != "province":
            passed[taker] = passed.get(taker, 0) - amount
    used = dict(
        rows("SELECT school_id, count(*) FROM places_choice WHERE batch_id = %s AND occupies GROUP BY 1", batch)
    )
    for unit, r, p, u in rows(
        "SELECT unit_id, received, passed_on, used FROM places_quotabalance WHERE batch_id = %s", batch
    ):
        mine = (received.get(unit, 0), passed.get(unit, 0), used.pop(unit, 0))
        if (r, p, u) != mine:
            yield f"unit {unit}: balance {(r, p, u)}, ledger {mine}"
        if r - p - u < 0:
            yield f"unit {unit}: {r} received, {p} passed on, {u} used"
    for unit, n in used.items():
        yield f"unit {unit}: {n} places without a balance"
    for training_class, seats, kept, n in rows(
        "SELECT c.id, c.seats, c.used, count(x.id) FROM programme_trainingclass c LEFT JOIN places_choice x ON x.training_class_id = c.id AND x.occupies WHERE c.batch_id = %s GROUP BY 1, 2, 3",
        batch,
    ):
        if n > seats or n != kept:
            yield f"class {training_class}: {n} places, {kept} counted, {seats} seats"


@dataclass
class Place:
    number: int
    person: int
    training_class: int
    school: int
    state: str


@dataclass
class Replay:
    """The rule of the line in its plainest form: after every request, as long as somebody waits for whom both are free, the earliest such one gets them."""

    seats: dict[int, int]
    quota: dict[int, int] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    spent: list[tuple[int, int]] = field(default_factory=list)  # class, school of a return after the start

    def live(self, person: int) -> Place | None:
        return next((p for p in self.places if p.person == person and p.state in LIVE), None)

    def settle(self) -> None:
        taken = [(p.training_class, p.school) for p in self.places if p.state in ("holding", "enrolled")] + self.spent
        in_class, of_school = Counter(c for c, _ in taken), Counter(s for _, s in taken)
        # What is taken only grows while the line is served, so one pass in order of arrival serves exactly those whom a fresh search would find.
        for place in sorted((p for p in self.places if p.state == "waiting"), key=lambda p: p.number):
            if in_class[place.training_class] < self.seats[place.training_class] and of_school[
                place.school
            ] < self.quota.get(place.school, 0):
                place.state = "holding"
                in_class[place.training_class] += 1
                of_school[place.school] += 1

    def step(self, number: int, ask: Asked) -> str:
        """What should come out of the request; "" where this replay has no opinion."""
        place = self.live(ask.person)
        out = ""
        if ask.kind == "quota":
            self.quota[ask.school] = self.quota.get(ask.school, 0) + ask.amount
        elif ask.outcome == "no":
            return ""
        elif ask.kind in ("choose", "change"):
            if ask.kind == "change" and place:
                place.state = "withdrawn"
            new = Place(number, ask.person, ask.training_class, ask.school, "waiting")
            self.places.append(new)
            self.settle()
            out = new.state
        elif ask.kind == "withdraw" and place:
            place.state, out = "withdrawn", "withdrawn"
        elif ask.kind == "enrol":
            if place is None:
                place = Place(number, ask.person, ask.training_class, ask.school, "holding")
                self.places.append(place)
            place.state, out = "enrolled", "enrolled"
        elif ask.kind == "refuse" and place:
            place.state = "refused"
        elif ask.kind == "return" and place:
            place.state = "returned"
        elif ask.kind == "return_late" and place:
            place.state = "returned"
            self.spent.append((place.training_class, place.school))
        elif ask.kind == "replace" and place:
            own = self.live(ask.successor)
            if own:
                own.state = "cancelled"
            place.state = "replaced"
            self.places.append(Place(number, ask.successor, place.training_class, place.school, "enrolled"))
        elif ask.kind == "lapse":
            for p in self.places:
                if p.state in ("holding", "waiting"):
                    p.state = "lapsed"
        elif ask.kind == "transfer" and place and place.state in ("holding", "waiting"):
            place.state, place.school = "waiting", ask.school
        if ask.kind not in ("return_late", "lapse"):
            self.settle()
        return out


def line(diary: Diary, batch: int) -> Iterator[str]:
    seats = dict(rows("SELECT id, seats FROM programme_trainingclass WHERE batch_id = %s", batch))
    replay = Replay(seats=seats)
    for number, ask in enumerate((a for a in diary.asked if a.batch == batch), 1):
        expected = replay.step(number, ask)
        if expected and ask.outcome and expected != ask.outcome:
            yield f"{ask.kind} of person {ask.person} in class {ask.training_class}: {ask.outcome}, expected {expected}"
    stored: dict[int, list[tuple[int, str]]] = {}
    for person, training_class, state in rows(
        "SELECT person_id, training_class_id, state FROM places_choice WHERE batch_id = %s ORDER BY number", batch
    ):
        stored.setdefault(person, []).append((training_class, state))
    expected_places: dict[int, list[tuple[int, str]]] = {}
    for p in replay.places:
        expected_places.setdefault(p.person, []).append((p.training_class, p.state))
    for person in sorted(set(stored) | set(expected_places)):
        mine = expected_places.get(person, [])
        # A hold that a replacement ended is called cancelled or withdrawn; both give up seat and quota.
        soft = [(c, "gone" if s in ("cancelled", "withdrawn") else s) for c, s in stored.get(person, [])]
        if soft != [(c, "gone" if s in ("cancelled", "withdrawn") else s) for c, s in mine]:
            yield f"person {person}: places {stored.get(person, [])}, expected {mine}"
    for person, n in rows(
        "SELECT person_id, count(*) FROM places_choice WHERE batch_id = %s AND state IN ('holding','waiting','enrolled') GROUP BY 1 HAVING count(*) > 1",
        batch,
    ):
        yield f"person {person}: {n} live places in one batch"
