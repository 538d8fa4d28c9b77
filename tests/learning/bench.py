"""The pure ledger with one or two learners, without a database: instants are seconds after the batch's start."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import uuid4

from yanxiu.learning import rules
from yanxiu.learning.rules import Answer, Facts, ItemState, Material, Meter, Numbers, Place, Report, Start
from yanxiu.lib import bitmap
from yanxiu.lib.decision import Decision

STARTS = datetime(2023, 8, 31, 16, tzinfo=UTC)  # 1 September 00:00 in Shanghai
DAYS = 20
VIDEO, VIDEO_2, TEXT, QUIZ, FOREIGN = 1, 2, 3, 4, 5
LENGTH = 2700
REAL = Numbers(
    required=24_000,
    max_speed=Fraction(1),
    late=1800,
    daily=0,
    per_minute=300,
    least=60,
    idle=120,
    every=1200,
    answer=60,
)


class Bench:
    def __init__(self, numbers: Numbers = REAL, people: int = 2) -> None:
        self.numbers = numbers
        self.facts = Facts(
            meters={p: Meter(p, STARTS) for p in range(1, people + 1)},
            places={p: Place(p, p, True, 1, STARTS, STARTS + timedelta(days=DAYS), 1) for p in range(1, people + 1)},
            sessions={},
            materials={
                VIDEO: Material(VIDEO, 1, "video", LENGTH),
                VIDEO_2: Material(VIDEO_2, 1, "video", LENGTH),
                TEXT: Material(TEXT, 1, "text", 290, 1450),
                QUIZ: Material(QUIZ, 1, "quiz", 0),
                FOREIGN: Material(FOREIGN, 2, "video", LENGTH),
            },
            items={},
            totals={},
            numbers={1: numbers},
        )

    @staticmethod
    def at(second: float) -> datetime:
        return STARTS + timedelta(seconds=second)

    def open(self, second: float, *, person: int = 1, enrolment: int = 1, take_over: bool = True) -> str:
        session = str(uuid4())
        decision = self.start(second, session, person=person, enrolment=enrolment, take_over=take_over)
        assert decision, decision.codes
        return session

    def start(
        self,
        second: float,
        session: str | None = None,
        *,
        person: int = 1,
        enrolment: int = 1,
        take_over: bool = False,
    ) -> Decision:
        return rules.start(Start(person, enrolment, session or str(uuid4()), take_over), self.facts, at=self.at(second))

    def send(self, second: float, *reports: Report) -> list[Answer]:
        return rules.decide(reports, self.facts, at=self.at(second))

    def state(self, item: int = VIDEO, enrolment: int = 1) -> ItemState:
        return self.facts.items.get((enrolment, item), ItemState())

    def played(self, item: int = VIDEO) -> list[tuple[int, int]]:
        return bitmap.spans(self.state(item).cells)

    def total(self, enrolment: int = 1) -> int:
        return self.facts.totals[enrolment].seconds if enrolment in self.facts.totals else 0

    def refused(self, item: int = VIDEO) -> dict[str, int]:
        sums: dict[str, int] = {}
        for start, end, code, _at in self.state(item).refused:
            sums[code] = sums.get(code, 0) + end - start
        return sums


def film(
    session: str,
    start: int,
    end: int,
    at: float | None = None,
    *,
    item: int = VIDEO,
    person: int = 1,
    answers: int | None = None,
) -> Report:
    """`at`: seconds of the session's clock when `end` was reached."""
    return Report(person, session, item, ((start, end, None if at is None else round(at * 1000)),), answers=answers)


def text(session: str, *spans: tuple[int, int], person: int = 1, answers: int | None = None) -> Report:
    return Report(person, session, TEXT, tuple((a, b, None) for a, b in spans), answers=answers)
