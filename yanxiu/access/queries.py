"""Reads of accounts and appointments, and `within`: the list side of a Scope."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from yanxiu.access import rules
from yanxiu.access.models import Account, AccountLink, Appointment
from yanxiu.access.rules import TRAINING, UNITS, Capability, Scope
from yanxiu.access.rules import scope_of as scope_from
from yanxiu.events.ready import Ready
from yanxiu.lib import clock, identity
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person, Unit


def account_by_login(login: str) -> Account | None:
    """By teacher number or account name, else by phone (unique among accounts, or nobody). Spaces typed between digits do no harm."""
    login = "".join(login.split())
    accounts = Account.objects.select_related("person")
    # The roster may have given the person another number since the account was made.
    account = accounts.filter(teacher_number=login).first() or accounts.filter(person__teacher_number=login).first()
    if account is None and identity.check_phone(login) is None:
        found = list(accounts.filter(person__phone_hash=organisation.phone_hash(identity.normalise_phone(login)))[:2])
        account = found[0] if len(found) == 1 else None
    return account


_ACTING = Ready(
    lambda person, at: (
        Appointment.objects.filter(person=person, period__contains=at).select_related("unit").order_by("id")
    )
)


def acting(person: Person, at: datetime | None = None) -> list[Appointment]:
    """The appointments in force, in a fixed order."""
    return _ACTING.all(person.pk, at or clock.now())


def acting_of(persons: Collection[int], at: datetime | None = None) -> dict[int, list[Appointment]]:
    """The same of many people."""
    found: dict[int, list[Appointment]] = {}
    held = Appointment.objects.filter(person__in=persons, period__contains=at or clock.now())
    for appointment in held.select_related("unit").order_by("id"):
        found.setdefault(appointment.person_id, []).append(appointment)
    return found


def scope_of(*appointments: Appointment) -> Scope:
    return scope_from([(a.role, a.unit.path if a.unit else "", a.training_path) for a in appointments])


def by_work(appointments: Iterable[Appointment]) -> list[list[Appointment]]:
    """The same work in several batches taken together, in the order of the first of each."""
    found: dict[object, list[Appointment]] = {}
    for appointment in appointments:
        found.setdefault(appointment.work, []).append(appointment)
    return list(found.values())


def within(scope: Scope, capability: Capability, *, units: str = "", training: str = "") -> Q:
    """A filter from the same prefixes as `scope.covers`. `units` and `training` name the path fields of the model. Nothing granted: nothing found."""
    q = Q(pk__in=[])
    for field, tree in ((units, UNITS), (training, TRAINING)):
        for prefix in scope.prefixes(capability, tree) if field else ():
            q |= Q(**{f"{field}__startswith": prefix})
    return q


def holders(role: str, unit_id: int, at: datetime | None = None) -> QuerySet[Appointment]:
    return Appointment.objects.filter(role=role, unit_id=unit_id, period__contains=at or clock.now()).select_related(
        "person"
    )


def link_by_token(token: str) -> AccountLink | None:
    """A link that can still be used (real time)."""
    found = (
        AccountLink.objects.select_related("account__person")
        .filter(token_hash=hashlib.sha256(token.encode()).digest(), used_at=None)
        .first()
    )
    return found if found and found.expires_at > clock.real_now() else None


def appointments(scope: Scope, at: datetime | None = None) -> QuerySet[Appointment]:
    """Those in force or still to come below whoever may appoint; the province also sees tutors and experts."""
    q = within(scope, Capability.APPOINT, units="unit__path")
    if any(rules.unit_level_of(prefix) == "province" for prefix in scope.prefixes(Capability.APPOINT)):
        q |= Q(unit=None)
    open_end = Q(period__endswith=None) | Q(period__endswith__gt=at or clock.now())
    return Appointment.objects.filter(q & open_end).select_related("person__school", "unit")


def past_appointments(scope: Scope, at: datetime | None = None) -> QuerySet[Appointment]:
    """The history of hand-overs."""
    now = at or clock.now()
    return Appointment.objects.filter(
        within(scope, Capability.APPOINT, units="unit__path"), period__endswith__lte=now
    ).select_related("person", "unit")


def vacancies(scope: Scope, at: datetime | None = None) -> QuerySet[Unit]:
    """Cities and counties below without an acting administrator: an alert on the level above (S1.4.1, S1.6.1)."""
    now = at or clock.now()
    filled = Appointment.objects.filter(role__in=("city_admin", "county_admin"), period__contains=now).values("unit")
    own = scope.prefixes(Capability.APPOINT)
    return (
        Unit.objects.filter(
            within(scope, Capability.APPOINT, units="path"), level__in=("city", "county"), closed_on=None
        )
        .exclude(pk__in=filled)
        .exclude(path__in=own)
        .order_by("path")
    )


def schools_without_admin(scope: Scope, at: datetime | None = None) -> QuerySet[Unit]:
    filled = Appointment.objects.filter(role="school_admin", period__contains=at or clock.now()).values("unit")
    return (
        Unit.objects.filter(within(scope, Capability.APPOINT, units="path"), level="school", closed_on=None)
        .exclude(pk__in=filled)
        .order_by("path")
    )
