"""Reads of programmes, policies, batches and classes."""

from datetime import datetime
from functools import lru_cache

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum

from yanxiu.access.models import Appointment, Role
from yanxiu.catalogue.models import CourseVersion
from yanxiu.events.ready import Ready
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit, UnitCount
from yanxiu.programme.models import Batch, ClassStaff, PolicyVersion, Programme, TrainingClass
from yanxiu.programme.rules import BatchDates, Phase, Policy, calendar, count_day, in_force, phase


@lru_cache(maxsize=64)
def _parsed(sha256: str, text: str) -> Policy:
    return Policy.from_json(text)


def policy(version: PolicyVersion | int) -> Policy:
    """The stored version, or the one of that id. A version is never changed: it is read and parsed once a process."""
    return _stored(version) if isinstance(version, int) else _parsed(version.sha256, version.text)


@lru_cache(maxsize=256)
def _stored(pk: int) -> Policy:
    sha256, text = PolicyVersion.objects.values_list("sha256", "text").get(pk=pk)
    return _parsed(sha256, text)


@lru_cache(maxsize=256)
def number_of(pk: int) -> int:
    """Of a stored version."""
    return PolicyVersion.objects.values_list("number", flat=True).get(pk=pk)


_CURRENT = Ready(lambda programme: PolicyVersion.objects.filter(programme=programme).order_by("-number")[:1])
_NEWEST = Ready(
    lambda programme: PolicyVersion.objects.filter(programme=programme).order_by("-number").values_list("pk")[:1]
)


def current_version(programme: Programme) -> PolicyVersion:
    return _CURRENT.all(programme.pk)[0]


def newest_version(programme: int) -> int:
    """The id of the current version, without its text."""
    return _NEWEST.all(programme)[0][0]


def policy_of(batch: Batch, newest: int | None = None) -> Policy:
    """The batch's own frozen keys, the programme's current ones (plan, coverage, repeat, bar). `newest`: the current version, where it is known."""
    own = policy(batch.policy_id)
    current = newest or newest_version(batch.programme_id)
    return own if current == batch.policy_id else _in_force(batch.policy_id, current)


@lru_cache(maxsize=256)
def _in_force(frozen: int, current: int) -> Policy:
    return in_force(frozen=policy(frozen), current=policy(current))


_LATEST = Ready(lambda: Programme.objects.order_by("-year", "-id")[:1])
_BATCHES = Ready(lambda programme: Batch.objects.filter(programme=programme).order_by("number"))


def programme() -> Programme | None:
    """The programme that runs: the latest year's. There is one at a time today; the pages ask here."""
    return _LATEST.first()


def batches(programme: Programme) -> list[Batch]:
    found = _BATCHES.all(programme.pk)
    for batch in found:
        batch.programme = programme
    return found


@lru_cache(maxsize=256)
def _calendar(version: int) -> tuple[BatchDates, ...]:
    return tuple(calendar(policy(version)))


def dates(batch: Batch) -> BatchDates:
    """As stored: the instants that decide, even if a later policy version would say otherwise."""
    return next(
        BatchDates(
            number=batch.number,
            first_day=batch.first_day,
            last_day=batch.last_day,
            choice_opens=batch.choice_opens,
            enrolment_opens=batch.enrolment_opens,
            starts=batch.starts,
            work_due=batch.work_due,
            ends=batch.ends,
            marking_ends=batch.marking_ends,
            objections_end=batch.objections_end,
            time_appeals_end=d.time_appeals_end,
        )
        for d in _calendar(batch.policy_id)
        if d.number == batch.number
    )


def phase_of(batch: Batch, now: datetime | None = None) -> Phase:
    return phase(dates(batch), now or clock.now())


def current_batch(all_batches: list[Batch], now: datetime | None = None) -> Batch | None:
    """The one a page shows unless another is picked: the latest running, else the next to start, else the last."""
    now = now or clock.now()
    running = [b for b in all_batches if b.starts <= now < b.ends]
    if running:
        return running[-1]
    coming = [b for b in all_batches if b.starts > now]
    return coming[0] if coming else (all_batches[-1] if all_batches else None)


def classes(batch: Batch) -> QuerySet[TrainingClass]:
    return batch.classes.select_related("version", "version__course", "batch").order_by("subject", "name", "number")


def staff(training_class: TrainingClass) -> QuerySet[ClassStaff]:
    return training_class.staff.select_related("person").order_by("kind", "id")


def newest_versions() -> QuerySet[CourseVersion]:
    """The latest version of each course: what a new class may open over."""
    last = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number").values("pk")[:1]
    return CourseVersion.objects.filter(pk=Subquery(last)).select_related("course").order_by("course__subject", "title")


def tutors_of(batch: Batch) -> QuerySet[Person]:
    """Those appointed as tutors anywhere in the batch at its start."""
    path = f"/{batch.programme.code}/{batch.number}/"
    held = Appointment.objects.filter(role=Role.TUTOR, training_path__startswith=path, period__contains=batch.starts)
    return Person.objects.filter(pk__in=held.values("person")).order_by("name_key")


_SEATS = Ready(
    lambda batch: (
        TrainingClass.objects.filter(batch=batch)
        .values("batch")
        .annotate(n=Count("pk"), total=Sum("seats"), free=Sum(F("seats") - F("used")))
        .values_list("n", "total", "free")
    )
)


def seats_of(batch: Batch) -> dict[str, int]:
    """Classes, seats, and how many are free."""
    classes, seats, free = next(iter(_SEATS.all(batch.pk)), (0, 0, 0))
    return {"classes": classes, "seats": seats, "free": free}


_TEACHERS = Ready(
    lambda day: UnitCount.objects.filter(unit__level=Unit.Level.PROVINCE, count_date=day).values_list("teachers")[:1]
)


def teachers(version: PolicyVersion) -> int:
    """On the roster and on duty in the province on the policy's count date."""
    return (_TEACHERS.first(count_day(policy(version))) or (0,))[0]
