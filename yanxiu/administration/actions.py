"""Acts of these pages that span the packages below: the deed, and telling whom it concerns, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from yanxiu.access import actions as access
from yanxiu.access import rules
from yanxiu.access.actions import Appointed
from yanxiu.access.models import Account, Appointment, Role
from yanxiu.access.rules import Scope
from yanxiu.administration import wording
from yanxiu.events import actions as events
from yanxiu.lib import unitpath
from yanxiu.lib.decision import Decision
from yanxiu.notices import actions as notices
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Person, ProfileCorrection, Unit
from yanxiu.web.shell import ROLE_NAMES, place_name


@transaction.atomic
def decide_correction(correction: ProfileCorrection, *, accept: bool, answer: str, by: int) -> Decision:
    fields = sorted({name.split("_")[0] for name in correction.changes})
    decided = organisation.decide_correction(correction.pk, accept=accept, answer=answer, by=by)
    if decided:
        code = "organisation.correction_accepted" if accept else "organisation.correction_declined"
        said = {"fields": [_msgid(wording.COLUMNS[name]) for name in fields], "answer": answer}
        notices.notify([correction.person_id], code, said, reverse("administration:profile"))
    return decided


def _msgid(words: Any) -> str:
    """Stored in Chinese whoever acts in which language; put into the reader's when it is read."""
    with override("zh-hans"):
        return str(words)


def _tell(held: Appointment, code: str) -> None:
    notices.notify([held.person_id], code, {"unit": place_name([held]), "role": _msgid(ROLE_NAMES[Role(held.role)])})


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    unit: Unit | None,
    training_path: str,
    starts: datetime | None,
    ends: datetime | None,
    by: int,
    scope: Scope,
) -> Appointed:
    """Who is appointed needs an account to act with: it is made here, closed until a link or slip opens it."""
    made = access.appoint(
        person=person.pk, role=role, unit=unit, training_path=training_path, starts=starts, ends=ends, by=by, scope=scope
    )  # fmt: skip
    if made.appointment:
        access.make_account(person, by=by)
        _tell(made.appointment, "access.appointed")
    return made


@transaction.atomic
def end(appointment: Appointment, *, at: datetime | None, by: int, scope: Scope) -> Decision:
    done = access.end(appointment.pk, at=at, by=by, scope=scope)
    if done:
        _tell(appointment, "access.appointment_ended")
    return done


@transaction.atomic
def hand_over(appointment: Appointment, *, to: Person, at: datetime | None, by: int, scope: Scope) -> Appointed:
    made = access.hand_over(appointment.pk, to=to.pk, at=at, by=by, scope=scope)
    if made.appointment:
        access.make_account(to, by=by)
        _tell(appointment, "access.appointment_ended")
        _tell(made.appointment, "access.appointed")
    return made


@transaction.atomic
def slips(people: Sequence[Person], *, by: int) -> list[tuple[Person, Account, str]]:
    """Accounts opened with first passwords to print, shown once. Who acts is left out: nobody resets oneself here."""
    done = []
    for person in people:
        account = access.activate(person.pk, by=by)
        password = access.make_slip(account.pk, by=by)
        if isinstance(password, str):
            done.append((person, account, password))
    return done


@transaction.atomic
def record_export(*, by: int, appointment: int | None, unit_path: str, name: str, rows: int, query: str) -> None:
    """A list of people that leaves the platform is on the trail: who took which, how many."""
    data = {"list": name, "rows": rows, "query": query[:200]}
    events.record("administration.list_exported", actor=by, appointment=appointment, unit_path=unit_path, data=data)


@transaction.atomic
def sweep(now: datetime) -> int:
    """Tells the level above, once a vacancy, that a city or county has lost its last administrator (S1.4.1, S1.6.1). Returns messages.

    Idempotent: a vacancy is named by the appointment that ended last. The alert on the pages follows from the appointments themselves.
    """
    filled = Appointment.objects.filter(role__in=rules.SLOTS, period__contains=now).values("unit")
    ended = (
        Appointment.objects.filter(role__in=rules.SLOTS, period__endswith__lte=now, unit__closed_on=None)
        .exclude(unit__in=filled)
        .order_by("unit", "-period__endswith")
        .distinct("unit")
        .select_related("unit")
    )
    told = 0
    for last in ended:
        assert last.unit is not None  # both roles stand in the tree of units
        above = unitpath.prefixes(last.unit.path)[:-1]
        holders = Appointment.objects.filter(
            role__in=("province_admin", "city_admin"), unit__path__in=above, period__contains=now
        ).values_list("unit__path", "person")
        nearest = max((path for path, _person in holders), key=len, default="")
        people = [person for path, person in holders if path == nearest]
        url = reverse("administration:appointments")
        told += notices.notify(people, "access.vacant", {"unit": last.unit.display}, url, once=f"vacant:{last.pk}")
    return told
