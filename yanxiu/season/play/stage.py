"""The stage: an agenda of what happens when, and the clock that is moved from one to the next."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from yanxiu.access.rules import Scope
from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.events import sweeps
from yanxiu.lib import clock
from yanxiu.organisation.models import Person
from yanxiu.programme import queries as programme_queries
from yanxiu.programme.models import Batch, Programme, TrainingClass
from yanxiu.season.cast import Part
from yanxiu.season.diary import Diary
from yanxiu.season.play.evenings import Standing
from yanxiu.season.play.study import Questions, Rubrics, scope_in
from yanxiu.season.province import Province


@dataclass(frozen=True)
class Script:
    """How much is played. `until`: the moment at which the curtain falls (None: when all batches are final)."""

    batches: tuple[int, ...]
    learners: int  # a batch
    until: datetime | None = None
    report_often: bool = True  # cheats and one in twenty report every 15 s; else everybody every 5 minutes


@dataclass
class BatchRun:
    """One batch while it is played."""

    batch: Batch
    classes: list[TrainingClass] = field(default_factory=list)
    parts: dict[int, Part] = field(default_factory=dict)  # by person
    enrolments: dict[int, int] = field(default_factory=dict)  # person → enrolment, standing
    wanted: int = 0
    quota: dict[int, int] = field(default_factory=dict)  # school → quota given
    posts: dict[int, list[int]] = field(default_factory=dict)  # class → posts there
    texts: dict[int, list[str]] = field(default_factory=dict)  # class → what was posted there, for those who copy
    chosen_by: list[Person] = field(default_factory=list)  # who wants to take part, in the order in which they come
    class_of: dict[int, int] = field(default_factory=dict)  # enrolment → class
    standing: dict[int, Standing] = field(default_factory=dict)  # enrolment → where its player stands


@dataclass(frozen=True)
class Material:
    item: int
    kind: str  # text, video
    seconds: int


@dataclass(frozen=True)
class Outline:
    """What a class's course asks for."""

    material: list[Material]
    quizzes: list[int]
    works: list[int]
    discussions: list[int]


class Season:
    def __init__(
        self,
        *,
        province: Province,
        programme: Programme,
        script: Script,
        seed: int,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.province, self.programme, self.script, self.say = province, programme, script, say
        self.random = Random(seed)
        self.diary = Diary()
        self.tutors: dict[str, list[Person]] = {}  # by subject of the course
        self.taken: set[int] = set()  # people who have been in a batch of this season
        self.tried: list[Person] = []
        self.school_of: dict[int, int] = {}  # who has moved school since the province was built
        self.outlines = Outlines()
        self.questions = Questions()
        self.rubrics = Rubrics()
        self.serial = 0
        self.presence_seconds = (
            60 * programme_queries.policy(programme_queries.current_version(programme)).presence.every_minutes
        )
        self._scopes: dict[tuple[int, int], Scope] = {}
        self.runs: dict[int, BatchRun] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._boundaries: list[datetime] | None = None

    def scopes(self, tutor: int, batch: int) -> Scope:
        if (tutor, batch) not in self._scopes:
            self._scopes[tutor, batch] = scope_in(tutor, batch, self.programme.code)
        return self._scopes[tutor, batch]

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Puts an act on the agenda; acts of one moment in the order in which they were put."""
        if self.script.until is None or moment <= self.script.until:
            heapq.heappush(self._agenda, (moment, next(self._order), act))

    def go(self, to: datetime) -> None:
        """The clock to `to`, with all sweeps that fall due on the way."""
        now = clock.now()
        if to <= now:
            return
        if self._boundaries is None:
            self._boundaries = sweeps.instants(now, now + timedelta(days=400))
        if any(now < b <= to for b in self._boundaries):
            sweeps.advance(to)
        else:
            events.move_clock(to)

    def run(self) -> None:
        while self._agenda:
            moment, _, act = heapq.heappop(self._agenda)
            self.go(moment)
            act()
        if self.script.until:
            self.go(self.script.until)


class Outlines(dict[int, Outline]):
    """By class, read once."""

    def __missing__(self, training_class: int) -> Outline:
        items = list(
            Item.objects.filter(version__in=TrainingClass.objects.filter(pk=training_class).values("version")).order_by(
                "position"
            )
        )
        self[training_class] = Outline(
            material=[Material(i.pk, i.kind, i.seconds) for i in items if i.kind in ("text", "video")],
            quizzes=[i.pk for i in items if i.kind == "quiz"],
            works=[i.pk for i in items if i.kind == "homework"],
            discussions=[i.pk for i in items if i.kind == "discussion"],
        )
        return self[training_class]


def play(season: Season, *, after_batch: Callable[[BatchRun], None] | None = None) -> Season:
    """Puts the whole season on the agenda and plays it."""
    from yanxiu.season.play import closing, offices, places, study

    offices.plans(season)
    for number in season.script.batches:
        run = BatchRun(batch=season.programme.batches.select_related("programme").get(number=number))
        season.runs[number] = run
        offices.prepare(season, run)
        places.choosing(season, run)
        study.learning(season, run)
        closing.closing(season, run, after_batch)
    season.run()
    return season
