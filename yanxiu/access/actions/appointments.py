"""Appointments: given, ended, handed over. The database refuses a second city administrator at any instant, whoever writes.

Events: access.appointed {role, unit, training_path, until} · access.appointment_ended {role, at} · access.handed_over {role, from, to, at}.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from yanxiu.access import rules
from yanxiu.access.models import Appointment
from yanxiu.access.rules import Scope
from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person, Unit


@dataclass(frozen=True)
class Appointed:
    """`appointment` is there exactly when the decision is yes."""

    decision: Decision
    appointment: Appointment | None = None

    def __bool__(self) -> bool:
        return self.decision.ok


@transaction.atomic
def appoint(
    *,
    person: int,
    role: str,
    unit: Unit | None = None,
    training_path: str = "",
    starts: datetime | None = None,
    ends: datetime | None = None,
    by: int | None = None,
    scope: Scope | None = None,
) -> Appointed:
    """`scope`: that of whoever appoints, asked as a rule; None: the installation itself (set-up, demo). `starts` defaults to now.

    1. lock the unit (or, for tutors, the person): who counts slots counts them alone  2. ask  3. write  4. record
    """
    starts = starts or clock.now()
    if unit is not None:
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
    else:
        Person.objects.select_for_update().get(pk=person)
    period = DateTimeTZRange(starts, ends, "[)")
    against = _against(person, role, unit, training_path, period, by, scope)
    slot = None
    if role in rules.SLOTS and unit is not None:
        slot = _free_slot(role, unit, period)
        if slot is None:
            against.append(rules.slots_reason(role))
    if against:
        return Appointed(Decision.no(*against))
    made = Appointment.objects.create(
        person_id=person,
        role=role,
        unit=unit,
        training_path=training_path,
        slot=slot,
        period=period,
        made_by_id=by,
        made_at=clock.now(),
    )
    _record("access.appointed", made, by, until=ends.isoformat() if ends else None, training_path=training_path)
    return Appointed(Decision.yes(), made)


def _against(
    person: int,
    role: str,
    unit: Unit | None,
    training_path: str,
    period: DateTimeTZRange,
    by: int | None,
    scope: Scope | None,
) -> list[Reason]:
    against = []
    if scope is not None:
        against += rules.not_about_oneself(by, person)
        against += rules.may_appoint(
            scope,
            role=role,
            unit_path=unit.path if unit else "",
            unit_level=unit.level if unit else "",
            training_path=training_path,
        )
    elif unit is not None and rules.LEVEL_OF_ROLE.get(role) != unit.level:
        against.append(Reason("role_not_at_level", "S1.0"))
    if period.upper and period.upper <= period.lower:
        against.append(Reason("period_empty", "S1.0"))
        return against
    held = Appointment.objects.filter(person_id=person, period__overlap=period)
    against += rules.officers_apart(role, held.values_list("role", flat=True))
    if held.filter(role=role, unit=unit, training_path=training_path).exists():
        against.append(Reason("appointed_already", "S1.0"))
    return against


def _free_slot(role: str, unit: Unit, period: DateTimeTZRange) -> int | None:
    taken = set(Appointment.objects.filter(role=role, unit=unit, period__overlap=period).values_list("slot", flat=True))
    return next((slot for slot in range(1, rules.SLOTS[role] + 1) if slot not in taken), None)


def _locked(appointment_id: int) -> Appointment:
    return Appointment.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=appointment_id)


def _may_change(held: Appointment, by: int | None, scope: Scope | None) -> list[Reason]:
    if scope is None:
        return []
    unit = held.unit
    return [
        *rules.not_about_oneself(by, held.person_id),
        *rules.may_appoint(
            scope,
            role=held.role,
            unit_path=unit.path if unit else "",
            unit_level=unit.level if unit else "",
            training_path=held.training_path,
        ),
    ]


def _over(held: Appointment, at: datetime) -> list[Reason]:
    if held.period.upper and held.period.upper <= at:
        return [Reason("appointment_over", "S1.0")]
    return []


@transaction.atomic
def end(
    appointment_id: int, *, at: datetime | None = None, by: int | None = None, scope: Scope | None = None
) -> Decision:
    """From `at` on (now). What has not begun by then is taken away entirely. A city without administrator is an alert above, not a refusal."""
    held = _locked(appointment_id)
    at = max(at or clock.now(), clock.now())
    if against := _may_change(held, by, scope) + _over(held, at):
        return Decision.no(*against)
    _record("access.appointment_ended", held, by, at=at.isoformat())
    if held.period.lower >= at:
        held.delete()
    else:
        held.period = DateTimeTZRange(held.period.lower, at, "[)")
        held.save(update_fields=["period"])
    return Decision.yes()


@transaction.atomic
def end_all(*, unit: int, by: int | None = None) -> None:
    """A unit has closed: whoever acted there acts no more."""
    now = clock.now()
    open_end = Q(period__endswith=None) | Q(period__endswith__gt=now)
    for appointment_id in (
        Appointment.objects.filter(open_end, unit_id=unit).order_by("id").values_list("id", flat=True)
    ):
        end(appointment_id, at=now, by=by)


@transaction.atomic
def hand_over(
    appointment_id: int, *, to: int, at: datetime | None = None, by: int | None = None, scope: Scope | None = None
) -> Appointed:
    """Dated and atomic: the old one until `at`, the new one from `at` to the old one's end, in the same slot; never an instant without or with two.

    Tasks and drafts belong to the unit, not to the person: they pass on by themselves.
    """
    held = _locked(appointment_id)
    if held.unit_id:
        Unit.objects.select_for_update().get(pk=held.unit_id)
    at = max(at or clock.now(), clock.now())
    against = _may_change(held, by, scope) + _over(held, at)
    if scope is not None:
        against += rules.not_about_oneself(by, to)
    if to == held.person_id:
        against.append(Reason("appointed_already", "S1.0"))
    rest = DateTimeTZRange(max(at, held.period.lower), held.period.upper, "[)")
    others = Appointment.objects.filter(person_id=to, period__overlap=rest)
    against += rules.officers_apart(held.role, others.values_list("role", flat=True))
    if others.filter(Q(role=held.role, unit=held.unit, training_path=held.training_path)).exists():
        against.append(Reason("appointed_already", "S1.0"))
    if against:
        return Appointed(Decision.no(*dict.fromkeys(against)))
    slot, role, unit, training_path = held.slot, held.role, held.unit, held.training_path
    old_person = held.person_id
    if held.period.lower >= at:
        held.delete()
    else:
        held.period = DateTimeTZRange(held.period.lower, at, "[)")
        held.save(update_fields=["period"])
    made = Appointment.objects.create(
        person_id=to,
        role=role,
        unit=unit,
        training_path=training_path,
        slot=slot,
        period=rest,
        made_by_id=by,
        made_at=clock.now(),
    )
    _record("access.handed_over", made, by, **{"from": old_person, "to": to, "at": rest.lower.isoformat()})
    return Appointed(Decision.yes(), made)


def _record(kind: str, held: Appointment, by: int | None, **data: object) -> None:
    path = held.unit.path if held.unit else ""
    events.record(
        kind, actor=by, person=held.person_id, unit_path=path, training_path=held.training_path, subject_id=held.pk,
        data={"role": held.role, "unit": held.unit_id, **data},
    )  # fmt: skip
