"""What follows from the clock. Each sweep is idempotent and takes `now`; no state depends on one having run: pages read holds and lines by the start day.

Events: places.lapsed (a hold or a place in line ended at the start) · places.warned {hours, state} (to the teacher and the school, before it)
· places.warnings_done {hours} · places.past_written · places.plan_reminder {days} (unit_path: the office)
"""

from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from yanxiu.events import actions as events
from yanxiu.events import groups
from yanxiu.events.groups import Body, Group, Statement, happened
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.organisation.models import Unit
from yanxiu.places.actions.reading import LOCK_SPACE
from yanxiu.places.models import Choice, QuotaPlan
from yanxiu.places.rules import plans as plan_rules
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch, Programme
from yanxiu.programme.rules import plan_closes, plan_last_day

# Requests stamped before the start may still wait for the lock, or in a gate's list: they are served first.
GRACE = timedelta(seconds=5)

_LAPSE = """
WITH ended AS (
    UPDATE places_choice SET state = 'lapsed', occupies = false, once_key = NULL, proposed_at = NULL, changed_at = %s
     WHERE batch_id = %s AND state IN ('holding', 'waiting')
 RETURNING id, person_id, school_path, number, training_class_id, school_id)
SELECT e.id, e.person_id, e.school_path, e.number, e.training_class_id, e.school_id, c.path
  FROM ended e JOIN programme_trainingclass c ON c.id = e.training_class_id ORDER BY e.number"""


def sweep_lapse(now: datetime) -> int:
    """Holds not enrolled and places in line end at 00:00 of the start day, under the batch's lock. Returns how many ended."""
    ended = 0
    for batch in Batch.objects.filter(starts__lte=now, lapsed_at=None).order_by("starts", "id"):
        if clock.now() >= lapse_due(batch):
            ended += groups.run(partial(_lapse, batch.pk, batch.policy_id))
    return ended


def lapse_due(batch: Batch) -> datetime:
    """On a frozen clock nobody is on the way."""
    return batch.starts + (timedelta(0) if clock.state().frozen else GRACE)


def _lapse(batch: int, policy: int) -> Body[int]:
    """Three groups: it runs once a batch, and its events need the rows that it ends."""
    _, ((now, starts, done),) = yield Group(
        [
            Statement("SELECT pg_advisory_xact_lock(%s)", [LOCK_SPACE + batch]),
            Statement("SELECT yx_now(), starts, lapsed_at IS NOT NULL FROM programme_batch WHERE id = %s", [batch]),
        ]
    )
    if done or now < starts:
        return 0
    rows, _ = yield Group(
        [
            Statement(_LAPSE, [now, batch]),
            Statement("UPDATE programme_batch SET lapsed_at = %s WHERE id = %s", [now, batch]),
        ]
    )
    ended = [
        happened(
            "places.lapsed", at=starts, person=person, unit_path=path, training_path=class_path, batch=batch, subject_id=choice, policy=policy,
            data={"number": number, "class": training_class, "school": school},
        )
        for choice, person, path, number, training_class, school, class_path in rows
    ]  # fmt: skip
    yield Group([], events=ended, last=True)
    return len(ended)


@transaction.atomic
def sweep_warnings(now: datetime) -> int:
    """Teacher and school are warned before holds and lines end: at each of `choice.warn_hours`, once; late, only the nearest."""
    warned = 0
    for batch in Batch.objects.filter(starts__gt=now, choice_opens__lte=now).select_related("programme").order_by("id"):
        due = [
            h for h in programmes.policy(batch.policy_id).choice.warn_hours if batch.starts - timedelta(hours=h) <= now
        ]
        if not due or _done("places.warnings_done", batch.pk, hours=min(due)):
            continue
        Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if _done("places.warnings_done", batch.pk, hours=min(due)):
            continue
        choices = (
            Choice.objects.filter(batch=batch, state__in=("holding", "waiting"))
            .select_related("training_class")
            .order_by("number")
        )
        warned += len(
            events.record_many(
                Event(
                    kind="places.warned", at=now, person=c.person_id, unit_path=c.school_path, training_path=c.training_class.path, batch=batch.pk,
                    subject_id=c.pk, policy=batch.policy_id, data={"hours": min(due), "state": c.state, "starts": batch.starts.isoformat()},
                )
                for c in choices
            )
        )  # fmt: skip
        events.record("places.warnings_done", at=now, batch=batch.pk, data={"hours": min(due)})
    return warned


_PAST = """
INSERT INTO organisation_pastparticipation (series, year, identity_hash, person_id)
SELECT g.series, g.year, coalesce(p.identity_hash, convert_to('person:' || p.id, 'UTF8')), p.id
  FROM places_enrolment e
  JOIN programme_batch b ON b.id = e.batch_id JOIN programme_programme g ON g.id = b.programme_id
  JOIN organisation_person p ON p.id = e.person_id
 WHERE e.batch_id = %s AND e.state = 'standing'
    ON CONFLICT (series, year, identity_hash) DO UPDATE SET person_id = excluded.person_id"""


@transaction.atomic
def sweep_past(now: datetime) -> int:
    """Who stood at a batch's end took part (T1.2), whatever the result."""
    written = 0
    for batch in Batch.objects.filter(ends__lte=now).order_by("id"):
        if _done("places.past_written", batch.pk):
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_SPACE + batch.pk])
            cursor.execute(_PAST, [batch.pk])
            written += cursor.rowcount
        events.record("places.past_written", at=now, batch=batch.pk)
    return written


@transaction.atomic
def sweep_plan_reminders(now: datetime) -> int:
    """Offices without a submitted plan are reminded on the days that the policy names; late, only once."""
    reminded = 0
    for programme in Programme.objects.order_by("id"):
        policy = programmes.policy(programmes.current_version(programme))
        if now >= plan_closes(policy):
            continue
        days = (plan_last_day(policy) - clock.local(now).date()).days
        due = [d for d in policy.plan.remind_days_before if d >= days]
        if not due:
            continue
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        for office in offices():
            sent = Event.objects.filter(
                kind="places.plan_reminder", unit_path=office.path, data__days=min(due), data__programme=programme.pk
            )
            if (
                QuotaPlan.objects.filter(programme=programme, unit=office, state__in=("submitted", "approved")).exists()
                or sent.exists()
            ):
                continue
            data = {
                "days": min(due),
                "left": days,
                "programme": programme.pk,
                "closes": plan_closes(policy).isoformat(),
            }
            events.record(
                "places.plan_reminder",
                at=now,
                unit_path=office.path,
                training_path=f"/{programme.code}/",
                subject_id=office.pk,
                data=data,
            )
            reminded += 1
    return reminded


def offices() -> list[Unit]:
    """The sixteen."""
    near = Unit.objects.filter(parent__level=Unit.Level.PROVINCE).select_related("parent").order_by("code")
    return [u for u in near if plan_rules.is_office(u.level, u.direct, u.parent.level if u.parent else None)]


def _done(kind: str, batch: int, **data: object) -> bool:
    return Event.objects.filter(
        kind=kind, batch=batch, **{f"data__{key}": value for key, value in data.items()}
    ).exists()
