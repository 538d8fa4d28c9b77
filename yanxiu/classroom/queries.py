"""A class from inside: the outline with what is done, for the learner; and without, for the staff."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, F, QuerySet

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.catalogue.models import Item
from yanxiu.catalogue.queries import seconds_of
from yanxiu.events.ready import Ready
from yanxiu.homework.models import QuizAttempt, Work
from yanxiu.learning import queries as learning
from yanxiu.learning.models import ItemTime, LearnerTime, TimeAppeal
from yanxiu.lib import bitmap
from yanxiu.lib.clock import SHANGHAI
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import ClassStaff, TrainingClass
from yanxiu.programme.rules import Policy
from yanxiu.web import wording
from yanxiu.web.navigation import pattern

TIMED = (Item.Kind.VIDEO, Item.Kind.TEXT)
# Where the pages of work live; all else has its page here.
WORK: dict[str, str] = {Item.Kind.QUIZ: "homework:quiz", Item.Kind.HOMEWORK: "homework:work"}


@dataclass
class Row:
    """An item as the outline shows it. `worth`, `credited`: seconds."""

    item: Item
    worth: int = 0
    credited: int = 0
    done: bool = False
    points: int | None = None
    out_of: int | None = None
    work: str = ""
    url: str = ""  # its page, for who looks at it; empty: none

    @property
    def timed(self) -> bool:
        return self.item.kind in TIMED

    @property
    def here(self) -> bool:
        """Its page is one of this package."""
        return self.timed or self.item.kind == Item.Kind.FILE


@dataclass
class Chapter:
    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Room:
    """`enrolment` is None for the staff."""

    training_class: TrainingClass
    policy: Policy
    chapters: list[Chapter]
    staff: list[ClassStaff]
    enrolment: Enrolment | None = None
    time: LearnerTime | None = None
    last: int | None = None  # the item where the learner was

    @property
    def rows(self) -> list[Row]:
        return [row for chapter in self.chapters for row in chapter.rows]

    @property
    def required(self) -> int:
        return self.policy.time.required_seconds

    @property
    def minutes_per_hour(self) -> int:
        return self.policy.time.minutes_per_hour

    @property
    def seconds(self) -> int:
        return self.time.seconds if self.time else 0

    @property
    def hours(self) -> str:
        return wording.hours(self.seconds, self.minutes_per_hour)

    @property
    def required_hours(self) -> str:
        return f"{self.policy.time.required_hours.normalize():f}"

    @property
    def missing_words(self) -> str:
        return wording.seconds_words(max(0, self.required - self.seconds))

    def row(self, item: int) -> Row | None:
        return next((row for row in self.rows if row.item.pk == item), None)

    def go_on(self) -> Row | None:
        """Where one was, if that is not finished; else the first timed item that is not; else the first piece of work."""
        rows = self.rows
        return next(
            (
                row
                for wanted in (
                    lambda r: r.item.pk == self.last and r.timed,
                    lambda r: r.timed,
                    lambda r: r.item.kind in (Item.Kind.QUIZ, Item.Kind.HOMEWORK),
                )
                for row in rows
                if wanted(row) and not row.done
            ),
            None,
        )

    def after(self, item: int) -> Row | None:
        rows = self.rows
        at = next((n for n, row in enumerate(rows) if row.item.pk == item), len(rows))
        return rows[at + 1] if at + 1 < len(rows) else None

    def due(self) -> list[Row]:
        """Work that waits for the learner."""
        return [
            row
            for row in self.rows
            if row.item.kind in (Item.Kind.QUIZ, Item.Kind.HOMEWORK)
            and not row.done
            and row.work != Work.State.SUBMITTED
        ]


def mine(person: Person) -> QuerySet[Enrolment]:
    return learning.mine(person)


def own(person: Person, enrolment: int) -> Enrolment | None:
    return learning.own(person, enrolment)


def class_for(scope: Scope) -> QuerySet[TrainingClass]:
    """Classes that the scope teaches."""
    return TrainingClass.objects.filter(within(scope, Capability.TEACH, training="path")).select_related(
        "version__course", "batch"
    )


_ATTEMPTS = Ready(
    lambda enrolment: (
        QuizAttempt.objects.filter(enrolment=enrolment, submitted_at__isnull=False)
        .only("item_id", "points", "out_of")
        .order_by("points")
    )
)
_WORKS = Ready(lambda enrolment: Work.objects.filter(enrolment=enrolment).only("item_id", "state", "points"))
_STAFF = Ready(
    lambda training_class: (
        ClassStaff.objects.filter(training_class=training_class).select_related("person").order_by("kind", "id")
    )
)


def room_of(enrolment: Enrolment) -> Room:
    """A fixed number of queries, whatever the course holds."""
    enrolment.training_class.batch = enrolment.batch
    room = room_for(enrolment.training_class)
    room.enrolment = enrolment
    room.time = learning.total(enrolment.pk)
    times = learning.item_times(enrolment.pk)
    room.last = max(times.values(), key=lambda t: t.changed_at).item_id if times else None
    best = {a.item_id: a for a in _ATTEMPTS.all(enrolment.pk)}
    works = {w.item_id: w for w in _WORKS.all(enrolment.pk)}
    for row in room.rows:
        _fill(row, times.get(row.item.pk), best.get(row.item.pk), works.get(row.item.pk))
        row.url = _learners_page(row, enrolment)
    return room


def _learners_page(row: Row, enrolment: Enrolment) -> str:
    if row.item.kind == Item.Kind.DISCUSSION:
        return _discussion(row, enrolment.training_class_id)
    return pattern(WORK.get(row.item.kind, "classroom:item"), 2) % (enrolment.pk, row.item.pk)


def _discussion(row: Row, training_class: int) -> str:
    return f"{pattern('forum:thread_list') % training_class}?item={row.item.pk}"


def _fill(row: Row, time: ItemTime | None, attempt: QuizAttempt | None, work: Work | None) -> None:
    if row.timed:
        row.credited = time.seconds if time else 0
        row.done = row.credited >= row.worth
    elif attempt is not None:
        row.points, row.out_of, row.done = attempt.points, attempt.out_of, True
    elif work is not None:
        row.work, row.points, row.done = work.state, work.points, work.state == Work.State.MARKED


def room_for_staff(training_class: TrainingClass) -> Room:
    room = room_for(training_class)
    for row in room.rows:
        if row.here:
            row.url = pattern("classroom:staff_item", 2) % (training_class.pk, row.item.pk)
        elif row.item.kind == Item.Kind.DISCUSSION:
            row.url = _discussion(row, training_class.pk)
    return room


@lru_cache(maxsize=256)
def _items(version: int) -> tuple[Item, ...]:
    """Without texts and answers, read once a process: a version is never changed. Shared by all readers, who change nothing of them either."""
    return tuple(Item.objects.filter(version=version).order_by("position").defer("body", "data"))


def room_for(training_class: TrainingClass) -> Room:
    policy = programme.policy(training_class.batch.policy_id)
    chapters: dict[int, Chapter] = {}
    for item in _items(training_class.version_id):
        chapters.setdefault(item.chapter, Chapter(item.chapter_title)).rows.append(
            Row(item, worth=seconds_of(item, policy))
        )
    return Room(training_class, policy, list(chapters.values()), _STAFF.all(training_class.pk))


@dataclass(frozen=True)
class Time:
    """What the bar of an item shows. Spans in seconds of the item."""

    worth: int
    credited: list[tuple[int, int]]
    refused: list[tuple[int, int, str, datetime]]
    seconds: int
    position: int

    @property
    def refused_seconds(self) -> int:
        return sum(end - start for start, end, _code, _at in self.refused)

    @property
    def left(self) -> int:
        return max(0, self.worth - self.seconds - self.refused_seconds)

    @property
    def rest(self) -> int:
        return max(0, self.worth - self.seconds)


def time_of(enrolment: Enrolment, row: Row) -> Time:
    found = learning.item_time(enrolment.pk, row.item.pk)
    if found is None:
        return Time(row.worth, [], [], 0, 0)
    credited = bitmap.spans(bytes(found.cells)) if row.item.kind == Item.Kind.VIDEO else [(0, found.seconds)]
    refused = [(a, b, code, datetime.fromtimestamp(at, tz=SHANGHAI)) for a, b, code, at in found.refused]
    return Time(row.worth, credited, refused, found.seconds, found.position)


def classes_of_course(course: int, batch: int) -> QuerySet[TrainingClass]:
    return (
        TrainingClass.objects.filter(version__course_id=course, batch_id=batch)
        .select_related("batch", "version__course")
        .prefetch_related("staff__person")
        .annotate(left=F("seats") - F("used"))
        .order_by("number")
    )


def class_counts(courses: Collection[int], batch: int) -> dict[int, int]:
    rows = (
        TrainingClass.objects.filter(version__course_id__in=list(courses), batch_id=batch)
        .values("version__course_id")
        .annotate(n=Count("pk"))
    )
    return {row["version__course_id"]: row["n"] for row in rows}


def appeals(scope: Scope) -> QuerySet[TimeAppeal]:
    return learning.appeals(scope)
