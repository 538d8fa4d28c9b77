"""Notifications are told, announcements published. Events: notices.announced {roles, title} · notices.withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.notices import rules
from yanxiu.notices.models import Announcement, AnnouncementRead, Notification
from yanxiu.organisation.models import Person, Unit

Params = Mapping[str, Any]


def notify(
    person_ids: Iterable[int],
    code: str,
    params: Params | Mapping[int, Params] | None = None,
    url: str | Mapping[int, str] = "",
    once: str | None = None,
) -> int:
    """Tells each person once. `params`, `url`: for all, or by person. `once`: what a reminder is for; sent again under the same name it is dropped.

    Belongs in the transaction of the act it tells of. Values keep their types (days, instants, Decimals). Returns how many were handed to the database.
    """
    if code not in rules.SENTENCES:
        raise ValueError(f"no sentence for {code}: notices.rules.register it")
    own = {key: value for key, value in (params or {}).items() if isinstance(key, int)}
    shared = Reason(code, "", {} if own else params or {}).to_json()["numbers"]  # type: ignore[arg-type]
    now = clock.now()
    rows = [
        Notification(
            person_id=person,
            code=code,
            params=Reason(code, "", own[person]).to_json()["numbers"] if own else shared,  # type: ignore[arg-type]
            url=url if isinstance(url, str) else url.get(person, ""),
            at=now,
            once=f"{once}:{person}"[:120] if once else None,
        )
        for person in dict.fromkeys(person_ids)
    ]
    Notification.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=once is not None)
    return len(rows)


def mark_read(person: Person, notification_ids: Sequence[int] | None = None) -> int:
    """The own ones only; None: all of them."""
    rows = Notification.objects.filter(person=person, read_at=None)
    if notification_ids is not None:
        rows = rows.filter(pk__in=notification_ids)
    return rows.update(read_at=clock.now())


@transaction.atomic
def announce(*, unit: Unit, title: str, body: str, roles: Sequence[str] = (), by: int) -> Announcement:
    """To everybody below `unit`, or to those of them with one of `roles` ("teacher" or an office)."""
    row = Announcement.objects.create(
        unit=unit,
        unit_path=unit.path,
        roles=sorted(set(roles)),
        title=title.strip(),
        body=body.strip(),
        published_at=clock.now(),
        by_id=by,
    )
    events.record(
        "notices.announced",
        actor=by,
        unit_path=unit.path,
        subject_id=row.pk,
        data={"roles": row.roles, "title": row.title},
    )
    return row


@transaction.atomic
def withdraw(announcement_id: int, *, by: int) -> Decision:
    row = Announcement.objects.select_for_update().get(pk=announcement_id)
    if row.withdrawn_at:
        return Decision.no(Reason("changed_meanwhile"))
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    events.record("notices.withdrawn", actor=by, unit_path=row.unit_path, subject_id=row.pk)
    return Decision.yes()


def mark_announcement_read(announcement_id: int, person: Person) -> None:
    """Once a person; opening it again changes nothing."""
    AnnouncementRead.objects.bulk_create(
        [AnnouncementRead(announcement_id=announcement_id, person=person, at=clock.now())], ignore_conflicts=True
    )
