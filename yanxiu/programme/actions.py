"""Writes of programmes: the file seeds, the stored version rules; batches follow the calendar; classes open over a pinned course version.

Events: programme.created {code} · programme.policy_saved {number, difference} · programme.class_opened {name, seats}
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from yanxiu.catalogue.models import CourseVersion
from yanxiu.catalogue.queries import class_readiness
from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person
from yanxiu.programme import queries
from yanxiu.programme.models import Batch, ClassStaff, PolicyVersion, Programme, TrainingClass
from yanxiu.programme.rules import LoadedPolicy, calendar, difference, load_policy, marks_to_json


class Refused(Exception):
    """An act that the rules refuse; `decision` says why."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(", ".join(decision.codes))
        self.decision = decision


@transaction.atomic
def create_programme(*, path: Path, public: dict[str, Any], by: Person | None = None) -> Programme:
    """From a policy file: programme, version 1, all batches of the calendar."""
    loaded = load_policy(path)
    about = loaded.policy.programme
    programme = Programme.objects.create(
        code=about.code, series=about.series, year=about.year, name=about.name, public=public
    )
    version = _store(programme, 1, loaded, source=path.name, by=by, changes=[])
    for dates in calendar(loaded.policy):
        Batch.objects.create(programme=programme, policy=version, number=dates.number, **_instants(dates))
    events.record(
        "programme.created",
        actor=by.pk if by else None,
        training_path=f"/{programme.code}/",
        policy=version.pk,
        data={"code": programme.code},
    )
    return programme


@transaction.atomic
def save_policy(*, programme: Programme, path: Path, by: Person | None) -> PolicyVersion:
    """A new version. Batches whose choice is not open yet take it over, dates and all; the others keep what they opened with."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    loaded = load_policy(path)
    last = queries.current_version(programme)
    if last.sha256 == loaded.sha256:
        return last
    version = _store(
        programme,
        last.number + 1,
        loaded,
        source=path.name,
        by=by,
        changes=difference(last.text, loaded.canonical_json),
    )
    now = clock.now()
    new = {dates.number: dates for dates in calendar(loaded.policy)}
    for batch in programme.batches.select_for_update().filter(choice_opens__gt=now):
        if batch.number in new:
            Batch.objects.filter(pk=batch.pk).update(policy=version, **_instants(new[batch.number]))
    events.record(
        "programme.policy_saved",
        actor=by.pk if by else None,
        training_path=f"/{programme.code}/",
        policy=version.pk,
        data={"number": version.number, "difference": version.difference},
    )
    return version


def _store(
    programme: Programme, number: int, loaded: LoadedPolicy, *, source: str, by: Person | None, changes: list[Any]
) -> PolicyVersion:
    return PolicyVersion.objects.create(
        programme=programme,
        number=number,
        text=loaded.canonical_json,
        marks=marks_to_json(loaded.marks),
        sha256=loaded.sha256,
        source=source,
        by=by,
        at=clock.now(),
        difference=[[key, _plain(before), _plain(after)] for key, before, after in changes],
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool, list, dict, type(None))) else str(value)


def _instants(dates: Any) -> dict[str, Any]:
    names = [
        "first_day",
        "last_day",
        "choice_opens",
        "enrolment_opens",
        "starts",
        "work_due",
        "ends",
        "marking_ends",
        "objections_end",
    ]
    return {name: getattr(dates, name) for name in names}


@transaction.atomic
def open_class(
    *,
    batch: Batch,
    version: CourseVersion,
    seats: int,
    tutors: Sequence[Person],
    experts: Sequence[Person] = (),
    by: Person | None = None,
) -> TrainingClass:
    """Opens a class (T2.2, T3.1). Refused: a batch that has begun; a course without enough material, quiz or subjective work; no seats; no tutor."""
    Batch.objects.select_for_update().get(pk=batch.pk)
    decision = may_open(batch, version, seats=seats, tutors=len(tutors))
    if not decision:
        raise Refused(decision)
    taken = batch.classes.count()
    number = batch.classes.filter(version__course=version.course_id).count() + 1
    course = version.course
    opened = TrainingClass.objects.create(
        batch=batch,
        version=version,
        number=number,
        name=f"{version.title}（{number}班）",
        subject=course.subject,
        stages=course.stages,
        path=f"/{batch.programme.code}/{batch.number}/{course.subject}/{taken + 1}/",
        seats=seats,
        opened_at=clock.now(),
    )
    ClassStaff.objects.bulk_create(
        [ClassStaff(training_class=opened, person=p, kind=ClassStaff.Kind.TUTOR) for p in tutors]
        + [ClassStaff(training_class=opened, person=p, kind=ClassStaff.Kind.EXPERT) for p in experts]
    )
    events.record(
        "programme.class_opened",
        actor=by.pk if by else None,
        training_path=opened.path,
        batch=batch.pk,
        subject_id=opened.pk,
        policy=batch.policy_id,
        data={"name": opened.name, "seats": seats},
    )
    return opened


def too_late(batch: Batch) -> list[Reason]:
    """From the start day on nobody can choose or be enrolled: a class opened then would stay empty."""
    return [Reason("batch_begun", "T2.2", {"batch": batch.number})] if clock.now() >= batch.starts else []


def may_open(batch: Batch, version: CourseVersion, *, seats: int, tutors: int) -> Decision:
    """All that is missing at once."""
    reasons = [*too_late(batch), *class_readiness(version, queries.policy_of(batch)).reasons]
    if seats < 1:
        reasons.append(Reason("no_seats_given", "T2.2", {"seats": seats}))
    if not tutors:
        reasons.append(Reason("no_tutor", "T3.1"))
    return Decision.unless(reasons)
