"""What one learner did in the twenty days, from the part that the cast gives: rows of time, quizzes and works as the acts would have left them,
and the evidence that a mark rests on. No statement runs in here.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import orjson

from yanxiu.catalogue.models import CourseVersion, Item
from yanxiu.homework import rules as homework
from yanxiu.lib import clock, text
from yanxiu.programme.models import Batch
from yanxiu.scoring.rules import Evidence, Quiz, Work
from yanxiu.season import cast, invented
from yanxiu.season.play.study import answer_to, by_criteria
from yanxiu.season.sizes.seating import Learner

TEXTS = 400
GOOD, POOR = "依据写得具体，下一步可以让学生自己说出为什么。", "请补上课堂里看得见的证据，再说明取舍。"
UNMARKED = 2000  # one work in so many waits for the province

TIME = ("enrolment_id", "item_id", "cells", "seconds", "position", "refused", "changed_at")
TOTAL = ("enrolment_id", "seconds", "days", "first_at", "last_at")
METER = ("person_id", "filled_at", "used", "level", "answers", "periods", "texts")
ATTEMPT = (
    "id",
    "enrolment_id",
    "item_id",
    "number",
    "started_at",
    "saved",
    "submitted_at",
    "points",
    "out_of",
    "marked",
)
WORK = (
    "id", "enrolment_id", "training_class_id", "item_id", "state", "draft", "draft_saved_at", "first_submitted_at", "submitted_at", "late", "points", "criteria",
    "comment", "excellent", "marked_at", "marked_by_id", "lock_version",
)  # fmt: skip
VERSION = ("id", "work_id", "number", "text", "characters", "submitted_at", "late")
MARK = ("work_id", "version_id", "points", "criteria", "comment", "excellent", "at", "by_id", "why")
COLUMNS = {
    "learning_itemtime": TIME,
    "learning_learnertime": TOTAL,
    "learning_learningmeter": METER,
    "homework_quizattempt": ATTEMPT,
    "homework_work": WORK,
    "homework_workversion": VERSION,
    "homework_workmark": MARK,
}


class Course:
    """A version as it is played: material in order, questions, rubrics."""

    def __init__(self, version: CourseVersion) -> None:
        items = list(version.items.order_by("position"))
        self.material = [(i.pk, i.kind, i.seconds) for i in items if i.kind in (Item.Kind.TEXT, Item.Kind.VIDEO)]
        self.whole = sum(seconds for _, _, seconds in self.material)
        self.quizzes = [
            (i.pk, i.title, i.data["questions"], homework.questions(i.data)) for i in items if i.kind == Item.Kind.QUIZ
        ]
        self.works = [
            (i.pk, i.title, [int(c["points"]) for c in i.data["criteria"]])
            for i in items
            if i.kind == Item.Kind.HOMEWORK
        ]
        self.discussion = next(i.pk for i in items if i.kind == Item.Kind.DISCUSSION)


@dataclass
class Desk:
    """Where rows are gathered, table by table, and the ids that come next."""

    random: Random
    until: datetime  # nothing later has happened
    next: dict[str, int]
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    texts: list[tuple[str, int]] = field(default_factory=list)
    pending: set[int] = field(default_factory=set)  # enrolments with a work that nobody marked

    def __post_init__(self) -> None:
        words = [invented.work_text(self.random, paragraphs=3) for _ in range(TEXTS)]
        self.texts = [(w, text.length(w)) for w in words]

    def id(self, table: str) -> int:
        self.next[table] += 1
        return self.next[table] - 1


@dataclass
class Done:
    """What the evidence needs of it."""

    video: int = 0
    text: int = 0
    refused: int = 0
    quizzes: tuple[Quiz, ...] = ()
    works: tuple[Work, ...] = ()

    def evidence(self, **talk: Any) -> Evidence:
        return Evidence(
            video_seconds=self.video, text_seconds=self.text, refused_seconds=self.refused, quizzes=self.quizzes, works=self.works, **talk
        )  # fmt: skip


def part_of(desk: Desk, person: int, course: Course, length: int) -> cast.Part:
    return cast.part(desk.random, person, cast.kind_of(desk.random), works=len(course.works), length=length)


def study(desk: Desk, learner: Learner, part: cast.Part, course: Course, batch: Batch, tutors: list[int]) -> Done:
    done = Done()
    _time(desk, learner, part, course, batch, done)
    _quizzes(desk, learner, part, course, batch, done)
    _works(desk, learner, part, course, batch, tutors, done)
    return done


def at(batch: Batch, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return clock.at(batch.first_day + timedelta(days=day - 1), time(hour, minute, second))


def _time(desk: Desk, learner: Learner, part: cast.Part, course: Course, batch: Batch, done: Done) -> None:
    """Evenings before the player, the material in its order; what a cheat claimed beyond it was refused."""
    target = round(course.whole * part.material)
    minute = desk.random.randrange(50)
    evenings = [day for day in part.evenings if at(batch, day, 19, minute) < desk.until]
    played = target * len(evenings) // len(part.evenings)
    if not played:
        return
    cuts = [target * (n + 1) // len(part.evenings) for n in range(len(evenings))]
    ends = [
        at(batch, day, 19, minute) + timedelta(seconds=b - a)
        for day, a, b in zip(evenings, [0, *cuts], cuts, strict=False)
    ]
    days = [0] * evenings[-1]
    for day, a, b in zip(evenings, [0, *cuts], cuts, strict=False):
        days[day - 1] = b - a
    before, evening = 0, 0
    for item, kind, seconds in course.material:
        own = min(seconds, played - before)
        if own <= 0:
            if part.forged and kind == "video":
                claimed = min(seconds, 300)
                refused = f'[[0,{claimed},"too_fast",{int(ends[-1].timestamp())}]]'
                desk.rows["learning_itemtime"].append((learner.enrolment, item, "{}", 0, 0, refused, ends[-1]))
                done.refused += claimed
            break
        before += own
        while cuts[evening] < before:
            evening += 1
        cells = f"{{[0,{own})}}" if kind == "video" else "{}"
        desk.rows["learning_itemtime"].append((learner.enrolment, item, cells, own, own, "[]", ends[evening]))
        if kind == "video":
            done.video += own
        else:
            done.text += own
    first = at(batch, evenings[0], 19, minute) + timedelta(seconds=15)
    desk.rows["learning_learnertime"].append((learner.enrolment, played, _ints(days), first, ends[-1]))
    desk.rows["learning_learningmeter"].append((learner.person, ends[-1], 0, 0, played // 1200, _ints([1200] * min(played // 1200, 3) + [played % 1200]), "{}"))  # fmt: skip


def _ints(numbers: list[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _quizzes(desk: Desk, learner: Learner, part: cast.Part, course: Course, batch: Batch, done: Done) -> None:
    random, found = desk.random, []
    for n, (item, title, asked, questions) in enumerate(course.quizzes):
        day = (17 + n) if part.kind == "late" else (4 + 5 * n + learner.person % 4)
        begun = at(batch, day, 21, learner.person % 40)
        attempts: list[tuple[int, int]] = []
        if begun < desk.until and not (part.kind == "lazy" and n and learner.person % 3 == 0):
            for number in range(1, part.attempts + 1):
                rights = [random.random() < part.skill for _ in asked]
                answers = {str(i): answer_to(q, right) for i, (q, right) in enumerate(zip(asked, rights, strict=True))}
                marked = homework.mark(questions, answers)
                handed = begun + timedelta(minutes=6 * number)
                desk.rows["homework_quizattempt"].append(
                    (
                        desk.id("homework_quizattempt"), learner.enrolment, item, number, begun + timedelta(minutes=6 * number - 5),
                        orjson.dumps(answers).decode(), handed, marked.total, marked.out_of, orjson.dumps(marked.points).decode(),
                    )
                )  # fmt: skip
                attempts.append((marked.total, marked.out_of))
        found.append(Quiz(item, title, tuple(attempts)))
    done.quizzes = tuple(found)


def _works(
    desk: Desk, learner: Learner, part: cast.Part, course: Course, batch: Batch, tutors: list[int], done: Done
) -> None:
    random, found = desk.random, []
    for n, (item, title, tops) in enumerate(course.works):
        handed = at(batch, part.works[n] or 1, 20, learner.person % 50)
        if not part.works[n] or handed >= desk.until:
            found.append(Work(item, title))
            continue
        late = handed >= batch.work_due
        body, characters = random.choice(desk.texts)
        work, version = desk.id("homework_work"), desk.id("homework_workversion")
        points = by_criteria(part.marks[n], tops)
        total, excellent = sum(points), part.marks[n] >= 97
        marked_at = at(batch, part.works[n] + 1, 22, learner.person % 60)
        unmarked = random.randrange(UNMARKED) == 0 if batch.number > 1 else False
        marked = marked_at < desk.until and not unmarked
        given = orjson.dumps(points).decode()
        comment = GOOD if total >= 80 else POOR
        tutor, seated = tutors[(learner.enrolment + n) % len(tutors)], learner.training_class.pk
        desk.rows["homework_work"].append(
            (work, learner.enrolment, seated, item, "marked", body, handed, handed, handed, late, total, given, comment, excellent, marked_at, tutor, 2)
            if marked
            else (work, learner.enrolment, seated, item, "submitted", body, handed, handed, handed, late, None, "[]", "", False, None, None, 1)
        )  # fmt: skip
        desk.rows["homework_workversion"].append((version, work, 1, body, characters, handed, late))
        if marked:
            desk.rows["homework_workmark"].append((work, version, total, given, comment, excellent, marked_at, tutor, "marking"))  # fmt: skip
        else:
            desk.pending.add(learner.enrolment)
        found.append(Work(item, title, work, True, late, total if marked else None, excellent and marked))
    done.works = tuple(found)
