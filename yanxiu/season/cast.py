"""The scripted people. What each kind does is fixed here; how the platform answers is the platform's."""

from dataclasses import dataclass, field
from random import Random

# Kind → share of a batch's learners, in percent. Leaving, replaced and transferred are what happens to somebody otherwise diligent.
SHARES = {
    "diligent": 46,
    "steady": 20,
    "lazy": 12,
    "cheating": 6,
    "late": 6,
    "leaving": 4,
    "replaced": 3,
    "transferred": 3,
}
EVERY = 300  # seconds between two reports of most people
OFTEN = 15  # of a cheat, and of one honest person in twenty


@dataclass
class Part:
    """One learner's part."""

    person: int
    kind: str
    material: float  # share of the course really played
    evenings: list[int]  # days of the batch on which it is played
    skill: float  # chance to answer a question right
    attempts: int  # at each quiz
    works: list[int]  # day on which each work is handed in; 0: never
    marks: list[int]  # what the tutor gives
    posts: list[tuple[int, str]]  # (day, post | reply | short | copy)
    every: int = EVERY
    forged: float = 0.0  # share of the course reported without playing
    spread: list[int] = field(default_factory=list)


def kind_of(random: Random) -> str:
    return random.choices(list(SHARES), weights=list(SHARES.values()))[0]


def part(random: Random, person: int, kind: str, *, works: int, length: int = 20) -> Part:
    """`works`: how many the course asks for; `length`: days of the batch."""
    good = kind in ("diligent", "steady", "replaced", "transferred", "leaving")
    evenings = sorted(random.sample(range(1, length - 1), k=13 if good else 7))
    if kind == "late":
        evenings = list(range(length - 8, length + 1))
    material = 1.0 if good or kind == "late" else random.uniform(0.15, 0.5)
    if kind == "steady":
        material = random.uniform(0.9, 1.0)
    skill = {"diligent": 0.93, "steady": 0.8, "lazy": 0.55, "cheating": 0.5}.get(kind, 0.88)
    days = [random.randint(5 + 4 * n, 9 + 3 * n) for n in range(works)]
    if kind == "late":
        days = [16 + n for n in range(works)]
    if kind == "lazy":
        days = [d if random.random() < 0.6 else 0 for d in days]
    middle = {"diligent": 90, "steady": 82, "lazy": 62, "cheating": 55}.get(kind, 86)
    marks = [max(0, min(100, middle + random.randint(-9, 9))) for _ in range(works)]
    wanted = {"diligent": 16, "steady": 11, "lazy": 3, "cheating": 9}.get(kind, 13)
    posts = []
    for _ in range(wanted):
        sort = random.choices(["post", "reply"], weights=[5, 6])[0]
        if kind == "cheating" and random.random() < 0.7:
            sort = random.choice(["short", "copy", "short"])
        elif random.random() < 0.05:
            sort = "short"
        posts.append((random.randint(2, length - 1), sort))
    return Part(
        person=person,
        kind=kind,
        material=material,
        evenings=evenings,
        skill=skill,
        attempts=random.choice([1, 1, 2, 3]) if good else 1,
        works=days,
        marks=marks,
        posts=sorted(posts),
        every=OFTEN if kind == "cheating" or random.random() < 0.05 else EVERY,
        forged=random.uniform(0.5, 0.9) if kind == "cheating" else 0.0,
    )
