"""The rule for a seat against an oracle that shares no code with it: slow, obvious, from the words of the notice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yanxiu.places.rules import decide
from yanxiu.places.rules import values as v

START = datetime(2023, 9, 16, tzinfo=UTC)
NOW = START - timedelta(days=2)
POLICY = v.PlacePolicy(1, True, 1, True, True, "none", "end", "end", "finish")
BATCH = v.BatchFacts(
    1,
    5,
    "s",
    2023,
    START - timedelta(days=15),
    START - timedelta(days=5),
    START,
    START + timedelta(days=20),
    False,
    POLICY,
)
CLASSES, SCHOOLS, PEOPLE = (1, 2, 3), (10, 11), tuple(range(100, 110))
OFFICE = 9


def facts(seats: dict[int, int], quotas: dict[int, int], home: dict[int, int]) -> v.Facts:
    known = v.Facts(BATCH)
    known.classes = {c: v.ClassFacts(c, n, 0, f"class {c}", f"/{c}/") for c, n in seats.items()}
    known.quotas = {s: v.Quota(s, received=n, parent=OFFICE, level="school") for s, n in quotas.items()}
    known.quotas[OFFICE] = v.Quota(
        OFFICE, received=sum(quotas.values()) + 50, passed_on=sum(quotas.values()), level="county"
    )
    known.persons = {p: v.PersonFacts(p, s, f"/{s}/", "小学") for p, s in home.items()}
    known.class_lines = {c: v.Line() for c in seats}
    known.school_lines = {s: v.Line() for s in (*quotas, OFFICE)}
    return known


class Oracle:
    """Keeps a plain list of places in order of arrival; after every act it looks at everybody who waits, from the first on."""

    def __init__(self, seats: dict[int, int], quotas: dict[int, int], home: dict[int, int]) -> None:
        self.seats, self.quota, self.home = dict(seats), dict(quotas), dict(home)
        self.places: list[dict[str, Any]] = []

    def mine(self, person: int) -> dict[str, Any] | None:
        return next(
            (p for p in self.places if p["person"] == person and p["state"] in ("holding", "waiting", "enrolled")), None
        )

    def both_free(self, place: dict[str, Any]) -> bool:
        taking = [p for p in self.places if p["state"] in ("holding", "enrolled")]
        seat = sum(p["class"] == place["class"] for p in taking) < self.seats[place["class"]]
        return seat and sum(p["school"] == place["school"] for p in taking) < self.quota[place["school"]]

    def settle(self) -> None:
        moved = True
        while moved:
            moved = False
            for place in self.places:
                if place["state"] == "waiting" and self.both_free(place):
                    place["state"], moved = "holding", True
                    break

    def choose(self, person: int, wanted: int, change: bool) -> None:
        mine = self.mine(person)
        if mine and (mine["state"] == "enrolled" or not change or mine["class"] == wanted):
            return
        if mine:
            mine["state"] = "gone"
            self.settle()
        self.join(person, wanted)

    def join(self, person: int, wanted: int) -> None:
        self.places.append({"person": person, "class": wanted, "school": self.home[person], "state": "waiting"})
        self.settle()

    def withdraw(self, person: int) -> None:
        mine = self.mine(person)
        if mine and mine["state"] != "enrolled":
            mine["state"] = "gone"
        self.settle()

    def enrol(self, person: int, wanted: int | None) -> None:
        mine = self.mine(person)
        if mine is None and wanted is not None:
            self.places.append({"person": person, "class": wanted, "school": self.home[person], "state": "new"})
            mine = self.places[-1]
            if not self.both_free(mine):
                self.places.pop()
                return
            mine["state"] = "enrolled"
        elif mine and mine["state"] == "holding" and wanted in (None, mine["class"]):
            mine["state"] = "enrolled"

    def give_back(self, person: int) -> None:
        mine = self.mine(person)
        if mine and mine["state"] == "enrolled":
            mine["state"] = "gone"
        self.settle()

    def refuse(self, person: int) -> None:
        self.withdraw(person)

    def replace(self, person: int, successor: int) -> None:
        mine, theirs = self.mine(person), self.mine(successor)
        if not mine or mine["state"] != "enrolled" or person == successor or self.home[successor] != mine["school"]:
            return
        if theirs and theirs["state"] == "enrolled":
            return
        first = next(
            (
                p
                for p in self.places
                if p["state"] == "waiting" and p["class"] == mine["class"] and p["school"] == mine["school"]
            ),
            None,
        )
        if first and first["person"] != successor:
            return
        mine["state"] = "gone"
        if theirs:
            theirs["state"] = "gone"
        self.places.append({"person": successor, "class": mine["class"], "school": mine["school"], "state": "enrolled"})
        self.settle()

    def grow(self, school: int, amount: int) -> None:
        self.quota[school] += amount
        self.settle()

    def shrink(self, school: int, amount: int) -> None:
        taking = sum(p["school"] == school for p in self.places if p["state"] in ("holding", "enrolled"))
        if self.quota[school] - taking >= amount:
            self.quota[school] -= amount

    def move_home(self, person: int, school: int) -> None:
        mine = self.mine(person)
        self.home[person] = school
        if not mine or mine["state"] == "enrolled" or mine["school"] == school:
            return
        held, mine["school"], mine["state"] = mine["state"] == "holding", school, "moving"
        mine["state"] = "holding" if held and self.both_free(mine) else "waiting"
        self.settle()


Act = tuple[Any, ...]
person, a_class, school = st.sampled_from(PEOPLE), st.sampled_from(CLASSES), st.sampled_from(SCHOOLS)
HOT: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("choose"), person, a_class, st.booleans()),
    st.tuples(st.just("choose"), person, a_class, st.just(True)),
    st.tuples(st.just("withdraw"), person),
    st.tuples(st.just("grow"), school, st.integers(1, 3)),
)
ACTS: st.SearchStrategy[Act] = st.one_of(
    HOT,
    HOT,
    st.tuples(st.just("enrol"), person, st.one_of(st.none(), a_class)),
    st.tuples(st.just("give_back"), person),
    st.tuples(st.just("refuse"), person),
    st.tuples(st.just("replace"), person, person),
    st.tuples(st.just("shrink"), school, st.integers(1, 3)),
    st.tuples(st.just("move_home"), person, school),
)


def request(act: Act, known: v.Facts) -> v.Request:
    match act:
        case "choose", p, c, change:
            return v.Choose(person=p, training_class=c, change=change, at=NOW)
        case "withdraw", p:
            return v.Withdraw(person=p, at=NOW)
        case "enrol", p, c:
            mine = known.places.get(p)
            return v.Enrol(
                person=p,
                training_class=c,
                school=mine.school if mine and mine.live else known.persons[p].school or 0,
                at=NOW,
            )
        case "give_back", p:
            return v.Return(person=p, school=_school(known, p), reason="因病不能参加", at=NOW)
        case "refuse", p:
            return v.Refuse(person=p, school=_school(known, p), reason="课务安排不开", at=NOW)
        case "replace", p, s:
            return v.Replace(person=p, successor=s, school=_school(known, p), reason="调离教学岗位", at=NOW)
        case "grow", s, n:
            return v.Move(kind="allot", giver=OFFICE, taker=s, amount=n, at=NOW)
        case "shrink", s, n:
            return v.Move(kind="take_back", giver=s, taker=OFFICE, amount=n, at=NOW)
        case "move_home", p, s:
            known.persons[p].school, known.persons[p].school_path = s, f"/{s}/"
            return v.Follow(person=p, at=NOW)
    raise AssertionError(act)


def _school(known: v.Facts, p: int) -> int:
    mine = known.places.get(p)
    return mine.school if mine and mine.live else known.persons[p].school or 0


@settings(max_examples=150, deadline=None)
@given(
    seats=st.fixed_dictionaries({c: st.integers(0, 4) for c in CLASSES}),
    quotas=st.fixed_dictionaries({s: st.integers(0, 4) for s in SCHOOLS}),
    home=st.fixed_dictionaries({p: st.sampled_from(SCHOOLS) for p in PEOPLE}),
    acts=st.lists(ACTS, min_size=20, max_size=80),
)
def test_nobody_is_served_before_an_earlier_one_who_could_have_been(
    seats: dict[int, int], quotas: dict[int, int], home: dict[int, int], acts: list[Act]
) -> None:
    known, oracle = facts(seats, quotas, home), Oracle(seats, quotas, home)
    every: dict[int, v.Place] = {}
    for number, act in enumerate(acts, 1):
        if act[0] == "grow" and known.quotas[OFFICE].free < act[2]:
            continue
        _, changes = decide([request(act, known)], known, [(number, number, number)])
        every.update(changes.places)
        getattr(oracle, act[0])(*act[1:])

        mine = sorted((p.person, p.training_class, p.school, p.state) for p in every.values() if p.live)
        theirs = sorted(
            (p["person"], p["class"], p["school"], p["state"]) for p in oracle.places if p["state"] in v.LIVE
        )
        assert mine == theirs
        # The oracle aside: never oversold, one live choice a person, counters equal what they count, nobody waits for whom both are free.
        taking = [p for p in every.values() if p.occupies]
        for c in CLASSES:
            assert known.classes[c].used == sum(p.training_class == c for p in taking) <= known.classes[c].seats
        for s in SCHOOLS:
            assert known.quotas[s].used == sum(p.school == s for p in taking) and known.quotas[s].free >= 0
        assert len({p.person for p in every.values() if p.live}) == len(mine)
        assert not any(
            p.state == v.WAITING and known.classes[p.training_class].free and known.quotas[p.school].free
            for p in every.values()
        )


@settings(max_examples=40, deadline=None)
@given(
    seats=st.fixed_dictionaries({c: st.integers(0, 4) for c in CLASSES}),
    quotas=st.fixed_dictionaries({s: st.integers(0, 4) for s in SCHOOLS}),
    home=st.fixed_dictionaries({p: st.sampled_from(SCHOOLS) for p in PEOPLE}),
    acts=st.lists(HOT, min_size=5, max_size=40),
    cut=st.integers(1, 39),
)
def test_one_list_or_two_give_the_same(
    seats: dict[int, int], quotas: dict[int, int], home: dict[int, int], acts: list[Act], cut: int
) -> None:
    """What arrives together is decided as if it had come one after the other."""

    def run(parts: list[list[Act]]) -> list[tuple[str, int | None]]:
        known, answers, number = facts(seats, quotas, home), [], 0
        for part in parts:
            numbers = [(number + i, number + i, number + i) for i in range(1, len(part) + 1)]
            number += len(part)
            got, _ = decide([request(act, known) for act in part], known, numbers)
            answers += [(a.outcome, a.choice) for a in got]
        return answers

    assert run([acts]) == run([acts[:cut], acts[cut:]]) == run([[act] for act in acts])


def test_a_line_read_too_short_asks_for_more() -> None:
    known = facts({1: 1, 2: 0, 3: 0}, {10: 5, 11: 5}, dict.fromkeys(PEOPLE, 10))
    decide(
        [v.Choose(person=100, training_class=1, at=NOW), v.Choose(person=101, training_class=1, at=NOW)],
        known,
        [(1, 1, None), (2, 2, None)],
    )
    known.class_lines[1].complete = False
    known.class_lines[1].places[0].state = "withdrawn"
    try:
        decide([v.Withdraw(person=100, at=NOW)], known, [(3, 3, None)])
    except v.NeedMore as need:
        assert need.training_class == 1
    else:
        raise AssertionError("the end of a line that goes on is not the end")
