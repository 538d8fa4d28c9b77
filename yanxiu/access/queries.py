"""Reads of accounts and appointments, and `within`: the list side of a Scope."""

from datetime import datetime

from django.db.models import Q, QuerySet

from yanxiu.access.models import Account, Appointment
from yanxiu.access.rules import TRAINING, UNITS, Capability, Scope
from yanxiu.access.rules import scope_of as scope_from
from yanxiu.lib import clock
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person


def account_by_login(login: str) -> Account | None:
    """By teacher number or account name, else by phone (unique among accounts, or nobody)."""
    login = login.strip()
    account = Account.objects.select_related("person").filter(teacher_number=login).first()
    if account is None and login.isdigit() and len(login) == 11:
        found = list(Account.objects.select_related("person").filter(person__phone_hash=organisation.phone_hash(login))[:2])
        account = found[0] if len(found) == 1 else None
    return account


def acting(person: Person, at: datetime | None = None) -> list[Appointment]:
    """The appointments in force, in a fixed order."""
    return list(
        Appointment.objects.filter(person=person, period__contains=at or clock.now()).select_related("unit").order_by("id")
    )


def scope_of(appointment: Appointment | None) -> Scope:
    if appointment is None:
        return Scope()
    return scope_from([(appointment.role, appointment.unit.path if appointment.unit else "", appointment.training_path)])


def within(scope: Scope, capability: Capability, *, units: str = "", training: str = "") -> Q:
    """A filter from the same prefixes as `scope.covers`. `units` and `training` name the path fields of the model. Nothing granted: nothing found."""
    q = Q(pk__in=[])
    for field, tree in ((units, UNITS), (training, TRAINING)):
        for prefix in scope.prefixes(capability, tree) if field else ():
            q |= Q(**{f"{field}__startswith": prefix})
    return q


def holders(role: str, unit_id: int, at: datetime | None = None) -> QuerySet[Appointment]:
    return Appointment.objects.filter(role=role, unit_id=unit_id, period__contains=at or clock.now()).select_related("person")
