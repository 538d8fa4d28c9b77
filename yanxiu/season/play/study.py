"""What learners do in the twenty days: evenings before the player, quizzes, works, the discussion; and the tutors' marking."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from yanxiu.access.queries import acting, scope_of
from yanxiu.access.rules import Scope
from yanxiu.catalogue.models import Item
from yanxiu.forum import actions as forum
from yanxiu.homework import actions as homework
from yanxiu.homework.models import Work
from yanxiu.lib import clock
from yanxiu.organisation.models import Person
from yanxiu.season import invented
from yanxiu.season.diary import HandedIn, Said
from yanxiu.season.play.evenings import evening

if TYPE_CHECKING:
    from yanxiu.season.play.stage import BatchRun, Season


def moment(run: BatchRun, day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of the batch's n-th day, Shanghai."""
    return clock.at(run.batch.first_day + timedelta(days=day - 1), time(hour, minute))


def learning(season: Season, run: BatchRun) -> None:
    length = (run.batch.last_day - run.batch.first_day).days + 1
    for day in range(1, length + 1):
        season.at(moment(run, day, 12, 30), partial(talk, season, run, day))
        season.at(moment(run, day, 19, 30 if run.batch.number % 2 else 0), partial(evening, season, run, day))
        season.at(moment(run, day, 20, 45 if run.batch.number % 2 else 40), partial(hand_in, season, run, day))
        season.at(moment(run, day, 21, 0), partial(quizzes, season, run, day))
        season.at(moment(run, day, 22, 0), lambda: mark(season, run))
    for day in (length + 2, length + 5):
        season.at(moment(run, day, 10), lambda: mark(season, run, all_of_them=True))


def _standing(run: BatchRun) -> list[tuple[int, int]]:
    """(person, enrolment) in a fixed order."""
    return sorted(run.enrolments.items())


# --- quizzes -----------------------------------------------------------------------------------------------------------


def answer_to(question: dict[str, object], right: bool) -> object:
    answer = question["answer"]
    match question["kind"]:
        case "single":
            letters = "ABCDEFGH"[: len(question["options"])]  # type: ignore[arg-type]
            return answer if right else next(c for c in letters if c != answer)
        case "multiple":
            letters = "ABCDEFGH"[: len(question["options"])]  # type: ignore[arg-type]
            wrong = [c for c in letters if c not in answer][:1] or [answer[0]]  # type: ignore[operator,index]
            return answer if right else wrong
        case "true_false":
            return answer if right else not answer
        case _:
            return answer[0] if right else "不知道"  # type: ignore[index]


def quizzes(season: Season, run: BatchRun, day: int) -> None:
    """The n-th quiz is taken on day 4 + 5 n, by the late on their last days."""
    handed, said = [], []
    for person, enrolment in _standing(run):
        part = run.parts[person]
        outline = season.outlines[run.class_of[enrolment]]
        for n, item in enumerate(outline.quizzes):
            due = (17 + n) if part.kind == "late" else (4 + 5 * n + person % 4)
            if day != due or (part.kind == "lazy" and n and person % 3 == 0):
                continue
            questions = season.questions[item]
            for _ in range(part.attempts):
                rights = [season.random.random() < part.skill for _ in questions]
                answers = {
                    str(i): answer_to(q, right) for i, (q, right) in enumerate(zip(questions, rights, strict=True))
                }
                points = sum(int(q["points"]) for q, right in zip(questions, rights, strict=True) if right)  # type: ignore[call-overload]
                handed.append(homework.AttemptIn(person=person, enrolment=enrolment, item=item, answers=answers))
                said.append((enrolment, item, points, sum(int(q["points"]) for q in questions)))  # type: ignore[call-overload]
    if not handed:
        return
    for outcome, (enrolment, item, points, out_of) in zip(homework.submit_attempts(handed), said, strict=True):
        if not outcome:
            raise RuntimeError(f"a quiz was refused: {outcome.decision.codes}")
        season.diary.learners[enrolment].quizzes.setdefault(item, []).append((points, out_of))


class Questions(dict[int, list[dict[str, object]]]):
    def __missing__(self, item: int) -> list[dict[str, object]]:
        self[item] = Item.objects.get(pk=item).data["questions"]
        return self[item]


# --- works -------------------------------------------------------------------------------------------------------------


def hand_in(season: Season, run: BatchRun, day: int) -> None:
    handed = []
    for person, enrolment in _standing(run):
        part = run.parts[person]
        for n, item in enumerate(season.outlines[run.class_of[enrolment]].works):
            if part.works[n] == day:
                handed.append(
                    homework.WorkIn(
                        person=person, enrolment=enrolment, item=item, text=invented.work_text(season.random)
                    )
                )
    for one, outcome in zip(handed, homework.submit_works(handed) if handed else [], strict=True):
        if not outcome:
            raise RuntimeError(f"a work was refused: {outcome.decision.codes}")
        now = clock.now()
        late = now >= run.batch.work_due
        season.diary.learners[one.enrolment].works.setdefault(one.item, []).append(HandedIn(now, late))


MARKED_AFTER = timedelta(days=3)


def mark(season: Season, run: BatchRun, *, all_of_them: bool = False) -> None:
    """Each tutor marks what has come in for the own classes; in the batch's days what has waited for three."""
    waiting = list(
        Work.objects.filter(
            enrolment__batch=run.batch,
            state="submitted",
            submitted_at__lte=clock.now() - (timedelta(0) if all_of_them else MARKED_AFTER),
        )
        .select_related("enrolment")
        .order_by("id")
    )
    by_tutor: dict[int, list[Work]] = {}
    subjects = {c.pk: c.subject for c in run.classes}
    for work in waiting:
        tutors = season.tutors[subjects[work.enrolment.training_class_id]]
        tutor = tutors[work.pk % len(tutors)]
        if tutor.pk == work.enrolment.person_id:
            tutor = tutors[(work.pk + 1) % len(tutors)]
        by_tutor.setdefault(tutor.pk, []).append(work)
    for marker, works in by_tutor.items():
        scope = season.scopes(marker, run.batch.number)
        marks = []
        for work in works:
            part = run.parts[work.enrolment.person_id]
            outline = season.outlines[work.enrolment.training_class_id]
            points = part.marks[outline.works.index(work.item_id)]
            marks.append(
                homework.MarkIn(
                    work=work.pk,
                    points=by_criteria(points, season.rubrics[work.item_id]),
                    lock_version=work.lock_version,
                    comment="依据写得具体，下一步可以让学生自己说出为什么。"
                    if points >= 80
                    else "请补上课堂里看得见的证据，再说明取舍。",
                    excellent=points >= 97,
                )
            )
        for work, sent, outcome in zip(works, marks, homework.mark_works(marks, by=marker, scope=scope), strict=True):
            if not outcome:
                raise RuntimeError(f"a mark was refused: {outcome.decision.codes}")
            last = season.diary.learners[work.enrolment_id].works[work.item_id][-1]
            last.points, last.excellent = sum(sent.points), sent.excellent


class Rubrics(dict[int, list[int]]):
    def __missing__(self, item: int) -> list[int]:
        self[item] = [int(c["points"]) for c in Item.objects.get(pk=item).data["criteria"]]
        return self[item]


def by_criteria(points: int, tops: list[int]) -> list[int]:
    """`points` of 100 spread over the rubric, from the front."""
    left, given = points, []
    for n, top in enumerate(tops):
        share = min(top, -(-left // (len(tops) - n)))
        given.append(share)
        left -= share
    return given


def scope_in(person: int, number: int, code: str) -> Scope:
    """The scope of a tutor's appointment for the batch."""
    found = [a for a in acting(Person.objects.get(pk=person)) if a.training_path.startswith(f"/{code}/{number}/")]
    return scope_of(*found[:1])


# --- discussion --------------------------------------------------------------------------------------------------------


def first_words(text: str) -> str:
    """Up to the first mark of punctuation: a title."""
    return re.split("[，。：；？！“]", text, maxsplit=1)[0]


def talk(season: Season, run: BatchRun, day: int) -> None:
    written, said = [], []
    for person, enrolment in _standing(run):
        training_class = run.class_of[enrolment]
        outline = season.outlines[training_class]
        for post_day, sort in run.parts[person].posts:
            if post_day != day:
                continue
            threads = run.posts.setdefault(training_class, [])
            reply = sort != "post" and bool(threads)
            texts = run.texts.setdefault(training_class, [])
            good = sort in ("post", "reply") or (sort == "copy" and not texts)
            season.serial += 1
            if sort == "short":
                body = season.random.choice(invented.SENTENCES["short"])
            elif sort == "copy" and texts:
                body = season.random.choice(texts)
                good = False
            else:
                body = invented.sentence(season.random, "reply" if reply else "post") + f"（第{season.serial}条记录）"
            written.append(
                forum.PostIn(
                    person=person,
                    training_class=training_class,
                    body=body,
                    title="" if reply else first_words(body),
                    thread=season.random.choice(threads[-40:]) if reply else None,
                    item=None if reply else season.random.choice(outline.discussions or [None]),  # type: ignore[list-item]
                )
            )
            said.append((enrolment, training_class, reply, good, body))
    outcomes = forum.post(written) if written else []
    for outcome, (enrolment, training_class, reply, good, body) in zip(outcomes, said, strict=True):
        if not outcome or outcome.post is None:
            raise RuntimeError(f"a post was refused: {outcome.decision.codes}")
        season.diary.learners[enrolment].posts.append(Said(outcome.post.pk, clock.now(), reply, good))
        if good and not reply:
            run.posts[training_class].append(outcome.post.pk)
        if good:
            run.texts[training_class].append(body)
