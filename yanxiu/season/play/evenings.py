"""An evening before the player: a session opened, material played in order, reports as the browser sends them.

Most report every five minutes, cheats and one in twenty every 15 seconds; a few lose the line and send everything at the end, in random
order, some of it twice. Cheats claim seconds that they never played as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from yanxiu.events.groups import run as run_act
from yanxiu.learning import actions as learning
from yanxiu.learning.actions.hot import Opening, learn
from yanxiu.learning.rules import Report, Start
from yanxiu.lib import clock

if TYPE_CHECKING:
    from yanxiu.season.cast import Part
    from yanxiu.season.diary import Learner
    from yanxiu.season.play.stage import BatchRun, Material, Season


MINUTE = 60


@dataclass
class Sitting:
    person: int
    enrolment: int
    part: Part
    session: str
    cursor: int  # seconds of the course played before, in its order
    seconds: int  # to be played tonight
    done: int = 0
    since: int = 0  # seconds since the last answered presence check, as the player counts them
    answers: int = 0
    offline: bool = False
    held: list[Report] = field(default_factory=list)
    sent_at: int = 0
    forged: int = 0


@dataclass
class Standing:
    """Where a learner stands from one evening to the next. Where the presence checks stand the platform says with each session."""

    cursor: int = 0
    forged: int = 0


def evening(season: Season, run: BatchRun, day: int) -> None:
    sittings = _sit_down(season, run, day)
    if not sittings:
        return
    start = clock.now()
    steps = sorted({t for s in sittings for t in [*range(_every(season, s), s.seconds, _every(season, s)), s.seconds]})
    for elapsed in steps:
        due = [s for s in sittings if s.done < s.seconds and (elapsed == s.seconds or elapsed % _every(season, s) == 0)]
        season.go(start + timedelta(seconds=elapsed))
        reports: list[Report] = []
        for sitting in due:
            made = _play(season, run, sitting, elapsed)
            if sitting.offline:
                sitting.held += made
                # The line comes back before half an hour is over: later reports would be for an appeal.
                if sitting.done == sitting.seconds or elapsed - sitting.sent_at >= 1200:
                    season.random.shuffle(sitting.held)
                    reports += sitting.held + sitting.held[: len(sitting.held) // 3]
                    sitting.held, sitting.sent_at = [], elapsed
            else:
                reports += made
        if reports:
            learning.report(reports)
    for sitting in sittings:
        run.standing[sitting.enrolment] = Standing(sitting.cursor + sitting.done, sitting.forged)


def _every(season: Season, sitting: Sitting) -> int:
    return sitting.part.every if season.script.report_often else 300


def _sit_down(season: Season, run: BatchRun, day: int) -> list[Sitting]:
    wanted = []
    for person, enrolment in sorted(run.enrolments.items()):
        part = run.parts[person]
        if day not in part.evenings:
            continue
        outline = season.outlines[run.class_of[enrolment]]
        whole = sum(m.seconds for m in outline.material)
        target = round(whole * part.material)
        index = part.evenings.index(day) + 1
        before = run.standing.get(enrolment, Standing())
        seconds = target * index // len(part.evenings) - before.cursor
        # Whole minutes, so that evenings end together and one act serves many.
        seconds = min(-(-seconds // MINUTE) * MINUTE, whole - before.cursor)
        if seconds > 0:
            wanted.append((person, enrolment, part, before, seconds))
    if not wanted:
        return []
    starts = [
        Start(person, enrolment, str(UUID(int=season.random.getrandbits(128))), True)
        for person, enrolment, *_ in wanted
    ]
    opened = run_act(learn([Opening(start) for start in starts]))
    sittings = []
    for (person, enrolment, part, before, seconds), start, outcome in zip(wanted, starts, opened, strict=True):
        if not outcome.decision:
            raise RuntimeError(f"a session was refused: {outcome.decision and outcome.decision.codes}")
        (stands,) = outcome.answers
        session = start.session
        offline = not part.forged and season.random.random() < 0.08
        sittings.append(
            Sitting(
                person,
                enrolment,
                part,
                session,
                before.cursor,
                seconds,
                since=stands.since,
                answers=stands.answers,
                offline=offline,
                forged=before.forged,
            )
        )
    return sittings


def _play(season: Season, run: BatchRun, sitting: Sitting, elapsed: int) -> list[Report]:
    """Reports of what was played since the last one, cut where an item ends and where a presence check was answered."""
    every = season.presence_seconds
    outline = season.outlines[run.class_of[sitting.enrolment]]
    diary = season.diary.learners[sitting.enrolment]
    reports: list[Report] = []
    while sitting.done < elapsed:
        if every and sitting.since >= every:
            sitting.since, sitting.answers = 0, sitting.answers + 1
        material, inside = _at(outline.material, sitting.cursor + sitting.done)
        if material is None:
            sitting.done = elapsed
            break
        length = min(elapsed - sitting.done, material.seconds - inside)
        if every:
            length = min(length, every - sitting.since)
        reports.append(_report(sitting, material, inside, length))
        _note(diary, material, inside, length)
        sitting.done += length
        sitting.since += length
    if sitting.part.forged:
        reports += _forge(season, run, sitting, diary, elapsed)
    if sitting.done >= sitting.seconds:
        diary.elapsed += sitting.seconds
    return reports


def _at(material: list[Material], position: int) -> tuple[Material | None, int]:
    for one in material:
        if position < one.seconds:
            return one, position
        position -= one.seconds
    return None, 0


def _report(sitting: Sitting, material: Material, inside: int, length: int) -> Report:
    spans: tuple[tuple[int, int, int | None], ...]
    if material.kind == "video":
        spans = ((inside, inside + length, (sitting.done + length) * 1000),)
    else:
        spans = ((sitting.done, sitting.done + length, None),)
    return Report(
        person=sitting.person, session=sitting.session, item=material.item, spans=spans, position=inside + length, answers=sitting.answers
    )  # fmt: skip


def _note(diary: Learner, material: Material, inside: int, length: int) -> None:
    if material.kind == "video":
        diary.played.setdefault(material.item, []).append((inside, inside + length))
    else:
        diary.text_read[material.item] = diary.text_read.get(material.item, 0) + length


def _forge(season: Season, run: BatchRun, sitting: Sitting, diary: Learner, elapsed: int) -> list[Report]:
    """From the end of the course backwards: five minutes of film claimed at each report, which nobody played."""
    outline = season.outlines[run.class_of[sitting.enrolment]]
    whole = sum(m.seconds for m in outline.material)
    if sitting.forged >= whole * sitting.part.forged:
        return []
    position = max(0, whole - sitting.forged - 300)
    sitting.forged += 300
    material, inside = _at(outline.material, position)
    if material is None or material.kind != "video":
        return []
    end = min(inside + 300, material.seconds)
    diary.cheated.setdefault(material.item, []).append((inside, end))
    return [
        Report(
            person=sitting.person,
            session=sitting.session,
            item=material.item,
            spans=((inside, end, None),),
            answers=sitting.answers,
        )
    ]
