"""Reads of notifications and announcements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.utils.translation import gettext
from psycopg.types.json import Jsonb

from yanxiu.access.models import Appointment, Role
from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready, of_any, read
from yanxiu.lib import clock, unitpath
from yanxiu.lib.decision import Reason
from yanxiu.notices import rules
from yanxiu.notices.models import Announcement, AnnouncementRead, Notification
from yanxiu.organisation.models import Person, Unit
from yanxiu.web import wording

# --- notifications -------------------------------------------------------------------------------------------------------


def mine(person: Person) -> QuerySet[Notification]:
    return Notification.objects.filter(person=person).order_by("-id")


_NEWEST = Ready(lambda person: Notification.objects.filter(person=person).order_by("-id")[:4])


def newest(person: Person) -> list[Notification]:
    """The last four, for a desk."""
    return _NEWEST.all(person.pk)


def unread(person: Person) -> int:
    rows = read("SELECT count(*) FROM notices_notification WHERE person_id = %s AND read_at IS NULL", [person.pk])
    found: int = rows[0][0]
    return found


class _Gaps(dict):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(notification: Notification) -> str:
    """In the reader's language, each value worded by its type. A code nobody knows any more is shown as itself."""
    said = rules.SENTENCES.get(notification.code)
    if said is None:
        return notification.code
    values = Reason.from_json({"code": "", "clause": "", "numbers": notification.params}).numbers
    # Years and numbers of batches are names, not amounts: no comma.
    worded = {
        k: str(v) if isinstance(v, int) and k in ("year", "batch") else wording.plain(_said(v))
        for k, v in values.items()
    }
    return gettext(str(said)) % _Gaps(worded)


def _said(value: Any) -> Any:
    """A role or a field is stored by its Chinese name; what is no msgid (a person's name) stays as it is."""
    if isinstance(value, list):
        return [_said(item) for item in value]
    return gettext(value) if isinstance(value, str) and value else value


# --- announcements -------------------------------------------------------------------------------------------------------


def _addressed(place: Q, role: Any) -> QuerySet[Announcement]:
    return (
        Announcement.objects.filter(Q(roles=[]) | Q(roles__contains=role), place, withdrawn_at=None)
        .select_related("unit", "by")
        .order_by("-published_at", "-id")
    )


_LATEST = Ready(lambda above, role: _addressed(Q(unit_path=of_any(above, "text")), role)[:3])


def _above(path: str) -> list[str]:
    return unitpath.prefixes(path) if unitpath.is_path(path) else []


def addressed_to(*, path: str, role: str) -> QuerySet[Announcement]:
    """What whoever stands at `path` in this role reads: published at or above, for the role or for everybody."""
    return _addressed(Q(unit_path__in=_above(path)), [role])


def latest(*, path: str, role: str) -> list[Announcement]:
    """The last three of these, for a desk."""
    return _LATEST.all(_above(path), Jsonb([role]))


def managed(scope: Scope) -> QuerySet[Announcement]:
    """Published by an office or below it: withdrawn ones too, with how many have read each."""
    return (
        Announcement.objects.filter(within(scope, Capability.ANNOUNCE, units="unit_path"))
        .select_related("unit", "by")
        .annotate(read_count=Count("reads"))
        .order_by("-published_at", "-id")
    )


def read_by(person: Person) -> set[int]:
    return set(AnnouncementRead.objects.filter(person=person).values_list("announcement_id", flat=True))


def audience(announcement: Announcement, at: datetime | None = None) -> QuerySet[Person]:
    """Everybody the announcement is for, each once: teachers of the roster, holders of offices in force."""
    roles = announcement.roles or [rules.ROLE_TEACHER, *Role.values]
    place = Q(unit__path__startswith=announcement.unit_path)
    if announcement.unit.level == "province":
        # Tutors and experts stand in the training tree: they belong to the province.
        place |= Q(unit=None)
    holders = Appointment.objects.filter(place, role__in=roles, period__contains=at or clock.now())
    found = Q(pk__in=holders.values("person"))
    if rules.ROLE_TEACHER in roles:
        found |= Q(on_roster=True, school_path__startswith=announcement.unit_path)
    return Person.objects.filter(found)


@dataclass(frozen=True)
class ReadLine:
    unit: Unit
    people: int
    read: int


def reads_by_unit(announcement: Announcement) -> list[ReadLine]:
    """How many of each unit below have read: two grouped counts, whatever the size."""
    place = len(unitpath.parts(announcement.unit_path)) + 2
    people = audience(announcement)

    def grouped(rows: QuerySet, field: str) -> dict[str, int]:
        key = Func(F(field), Value("/"), Value(place), function="split_part", output_field=CharField())
        return {row["key"]: row["n"] for row in rows.annotate(key=key).values("key").annotate(n=Count("pk")).order_by()}

    counts = grouped(people, "school_path")
    read = grouped(AnnouncementRead.objects.filter(announcement=announcement), "person__school_path")
    units = Unit.objects.filter(parent=announcement.unit).order_by("direct", "code")
    lines = ((unit, unitpath.last(unit.path)) for unit in units)
    return [ReadLine(unit, counts[step], read.get(step, 0)) for unit, step in lines if step in counts]
