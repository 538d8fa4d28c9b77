"""Choosing, enrolling, leaving, replacing, moving school: each asked through places' acts and written into the diary as it was asked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from yanxiu.lib import clock
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Person
from yanxiu.places import actions as places
from yanxiu.places.models import Choice, Enrolment
from yanxiu.season import cast
from yanxiu.season.diary import Asked, Learner

if TYPE_CHECKING:
    from yanxiu.season.play.stage import BatchRun, Season

REFUSAL = "开学工作冲突，请改选下一期。"


def choosing(season: Season, run: BatchRun) -> None:
    batch = run.batch
    opens, enrols, starts = batch.choice_opens, batch.enrolment_opens, batch.starts
    season.at(opens - timedelta(minutes=5), lambda: gather(season, run))
    for step in range(8):  # the rush: most choose in the first minutes
        season.at(opens + timedelta(seconds=1 + 20 * step), partial(choose, season, run, step, 8, 0.62))
    for day in range(1, 9):
        season.at(opens + timedelta(days=day, hours=4), partial(choose, season, run, day - 1, 8, 0.38, late=True))
    season.at(opens + timedelta(days=3, hours=11), lambda: change_minds(season, run))
    season.at(enrols - timedelta(hours=14), lambda: transfer(season, run))
    season.at(enrols + timedelta(hours=10), lambda: enrol(season, run, 0.75))
    season.at(enrols + timedelta(days=2, hours=11), lambda: refuse_some(season, run))
    season.at(starts - timedelta(hours=60), lambda: return_some(season, run))
    season.at(starts - timedelta(hours=30), lambda: enrol(season, run, 1.0))
    season.at(starts - timedelta(hours=8), lambda: enrol(season, run, 1.0))
    season.at(starts + timedelta(seconds=1), lambda: begun(season, run))
    season.at(starts + timedelta(days=2, hours=9), lambda: replace_some(season, run))
    season.at(starts + timedelta(days=6, hours=9), lambda: return_late(season, run))


def gather(season: Season, run: BatchRun) -> None:
    """Who wants to take part: of each school a few more than its quota is (or will be); nobody twice in the season, but for a few who try."""
    random = season.random
    expected = run.quota or {s.pk: 0 for s in season.province.schools}
    if not any(expected.values()):  # the first batch: choice opens before the quota comes
        from yanxiu.lib import shares

        schools = season.province.schools
        expected = dict(
            zip(
                [s.pk for s in schools],
                shares.split(
                    round(season.script.learners * 1.3), [len(season.province.by_school[s.pk]) for s in schools]
                ),
                strict=True,
            )
        )
    run.chosen_by = []
    for school in season.province.schools:
        wanted = expected.get(school.pk, 0)
        extra = 1 if random.random() < 0.3 else 0
        fresh = [p for p in season.province.by_school[school.pk][1:] if p.pk not in season.taken]
        picked = random.sample(fresh, k=min(len(fresh), wanted + extra))
        season.taken.update(p.pk for p in picked)
        run.chosen_by += picked
    again = [p for p in season.tried if random.random() < 0.02]
    run.chosen_by += again
    random.shuffle(run.chosen_by)


def _classes_for(season: Season, run: BatchRun, person: Person) -> list[int]:
    own = [c for c in run.classes if person.stage in c.stages]
    first = [c for c in own if c.subject == person.subject]
    return [c.pk for c in (first * 3 + own)]


def choose(season: Season, run: BatchRun, step: int, steps: int, share: float, *, late: bool = False) -> None:
    early = round(len(run.chosen_by) * 0.62)
    pool = run.chosen_by[early:] if late else run.chosen_by[:early]
    for person in pool[step::steps]:
        options = _classes_for(season, run, person)
        if not options:
            continue
        _choose(season, run, person, season.random.choice(options))
        if person.pk not in season.taken:
            season.taken.add(person.pk)
        season.tried.append(person)


def _choose(season: Season, run: BatchRun, person: Person, training_class: int, *, change: bool = False) -> None:
    answer = places.choose(person=person.pk, training_class=training_class, change=change)
    school = season.school_of.get(person.pk, person.school_id)
    season.diary.asked.append(
        Asked(
            "change" if change else "choose",
            clock.now(),
            run.batch.pk,
            person=person.pk,
            training_class=training_class,
            school=school or 0,
            outcome=answer.outcome,
        )
    )


def _live(run: BatchRun, *states: str) -> list[Choice]:
    return list(Choice.objects.filter(batch=run.batch, state__in=states).select_related("person").order_by("number"))


def change_minds(season: Season, run: BatchRun) -> None:
    for choice in _live(run, "holding", "waiting"):
        luck = season.random.random()
        if luck < 0.03:
            answer = places.withdraw(batch=run.batch.pk, person=choice.person_id)
            season.diary.asked.append(
                Asked(
                    "withdraw",
                    clock.now(),
                    run.batch.pk,
                    person=choice.person_id,
                    school=choice.school_id,
                    outcome=answer.outcome,
                )
            )
        elif luck < 0.06:
            options = [c for c in _classes_for(season, run, choice.person) if c != choice.training_class_id]
            if options:
                _choose(season, run, choice.person, season.random.choice(options), change=True)


def transfer(season: Season, run: BatchRun) -> None:
    """A few teachers move to another school before they are enrolled: the choice keeps its number and passes to the new school."""
    for choice in _live(run, "holding", "waiting"):
        if season.random.random() >= 0.015:
            continue
        old = next(s for s in season.province.schools if s.pk == choice.school_id)
        others = [
            s
            for s in season.province.schools
            if s.parent_id == old.parent_id and s.pk != old.pk and s.stages == old.stages
        ]
        if not others:
            continue
        new = season.random.choice(others)
        organisation.update_person(choice.person_id, {"school": new})
        season.school_of[choice.person_id] = new.pk
        season.diary.asked.append(Asked("transfer", clock.now(), run.batch.pk, person=choice.person_id, school=new.pk))


def enrol(season: Season, run: BatchRun, share: float) -> None:
    """Each school's admin enrols those who hold a place, in one list."""
    by_school: dict[int, list[int]] = {}
    for choice in _live(run, "holding"):
        if season.random.random() < share:
            by_school.setdefault(choice.school_id, []).append(choice.person_id)
    for school, people in by_school.items():
        by = season.province.admin_of[school]
        people = [p for p in people if p != by.pk]
        answers = (
            places.enrol(batch=run.batch.pk, school=school, rows=[places.EnrolRow(person=p) for p in people], by=by.pk)
            if people
            else []
        )
        for person, answer in zip(people, answers, strict=True):
            season.diary.asked.append(
                Asked("enrol", clock.now(), run.batch.pk, person=person, school=school, outcome=answer.outcome)
            )


def refuse_some(season: Season, run: BatchRun) -> None:
    for choice in _live(run, "holding"):
        if season.random.random() < 0.03:
            by = season.province.admin_of[choice.school_id]
            answer = places.refuse(
                batch=run.batch.pk, school=choice.school_id, person=choice.person_id, reason=REFUSAL, by=by.pk
            )
            season.diary.asked.append(
                Asked(
                    "refuse",
                    clock.now(),
                    run.batch.pk,
                    person=choice.person_id,
                    school=choice.school_id,
                    outcome=answer.outcome,
                )
            )


def return_some(season: Season, run: BatchRun) -> None:
    for choice in _live(run, "enrolled"):
        if season.random.random() < 0.02:
            _return(season, run, choice, "return")


def return_late(season: Season, run: BatchRun) -> None:
    """After the start: the seat stays empty, the quota is spent."""
    for choice in _live(run, "enrolled"):
        part = run.parts.get(choice.person_id)
        if part and part.kind == "leaving":
            _return(season, run, choice, "return_late")


def _return(season: Season, run: BatchRun, choice: Choice, kind: str) -> None:
    by = season.province.admin_of[choice.school_id]
    answer = places.return_enrolment(
        batch=run.batch.pk,
        school=choice.school_id,
        person=choice.person_id,
        reason="因病住院，不能继续学习。",
        by=by.pk,
    )
    season.diary.asked.append(
        Asked(kind, clock.now(), run.batch.pk, person=choice.person_id, school=choice.school_id, outcome=answer.outcome)
    )
    if answer.ok:
        run.enrolments.pop(choice.person_id, None)


def begun(season: Season, run: BatchRun) -> None:
    """The lapse has happened; parts are dealt to those who stand."""
    season.diary.asked.append(Asked("lapse", clock.now(), run.batch.pk))
    for enrolment in Enrolment.objects.filter(batch=run.batch, state="standing").order_by("id"):
        _deal(season, run, enrolment, cast.kind_of(season.random))
    season.say(f"batch {run.batch.number}: {len(run.enrolments)} learners begin")


def _deal(season: Season, run: BatchRun, enrolment: Enrolment, kind: str) -> None:
    outline = season.outlines[enrolment.training_class_id]
    run.parts[enrolment.person_id] = cast.part(season.random, enrolment.person_id, kind, works=len(outline.works))
    run.enrolments[enrolment.person_id] = enrolment.pk
    run.class_of[enrolment.pk] = enrolment.training_class_id
    season.diary.learners[enrolment.pk] = Learner(
        enrolment=enrolment.pk,
        person=enrolment.person_id,
        batch=run.batch.pk,
        kind=kind,
        item_seconds={m.item: m.seconds for m in outline.material},
        quiz_items=outline.quizzes,
        work_items=outline.works,
    )


def replace_some(season: Season, run: BatchRun) -> None:
    """A named colleague takes over seat and quota and starts at zero."""
    for choice in _live(run, "enrolled"):
        part = run.parts.get(choice.person_id)
        if not part or part.kind != "replaced":
            continue
        fresh = [
            p
            for p in season.province.by_school[choice.school_id][1:]
            if p.pk not in season.taken and p.stage == choice.person.stage
        ]
        if not fresh:
            continue
        successor = fresh[0]
        by = season.province.admin_of[choice.school_id]
        answer = places.replace(
            batch=run.batch.pk,
            school=choice.school_id,
            person=choice.person_id,
            successor=successor.pk,
            reason="岗位调整，由同校老师接替。",
            by=by.pk,
        )
        season.diary.asked.append(
            Asked(
                "replace", clock.now(), run.batch.pk, person=choice.person_id, training_class=choice.training_class_id, school=choice.school_id,
                successor=successor.pk, outcome=answer.outcome if answer.ok else "no",
            )
        )  # fmt: skip
        if answer.ok:
            season.taken.add(successor.pk)
            run.enrolments.pop(choice.person_id, None)
            _deal(season, run, Enrolment.objects.get(batch=run.batch, person=successor, state="standing"), "diligent")
