"""Whom a visitor of the demo can be: the accounts with a password, in the order in which they were made. Never outside demo mode."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.access.models import Account
from yanxiu.access.queries import acting
from yanxiu.events.models import Installation
from yanxiu.lib import clock
from yanxiu.places.models import Choice
from yanxiu.web.shell import ROLE_NAMES, TEACHER, DemoPerson, Shell, place_name

PASSWORD = "yanxiu-demo-2023"


@dataclass(frozen=True)
class Visitor:
    login: str
    name: str
    role: str
    place: str
    note: str


def is_demo() -> bool:
    return Installation.objects.filter(id=1, mode=Installation.Mode.DEMO).exists()


def visitors() -> list[Visitor]:
    """Role, unit and what the person is in the middle of."""
    found = []
    for account in (
        Account.objects.exclude(password__startswith="!")
        .filter(is_active=True)
        .select_related("person__school")
        .order_by("id")[:40]
    ):
        appointments = acting(account.person)
        role = appointments[0].role if appointments else TEACHER
        place = (
            place_name(appointments[0])
            if appointments
            else (account.person.school.display if account.person.school else "")
        )
        found.append(
            Visitor(
                account.teacher_number,
                account.person.name,
                str(ROLE_NAMES[role]),
                place,
                "" if appointments else _note(account.person_id),
            )
        )
    return found


def _note(person: int) -> str:
    """Where a teacher stands: the latest choice and its batch."""
    choice = Choice.objects.filter(person=person).select_related("batch").order_by("-number").first()
    if choice is None:
        return ""
    batch = choice.batch
    state = _(choice.get_state_display())
    if choice.state == Choice.State.ENROLLED:
        now = clock.now()
        state = _("在学") if batch.starts <= now < batch.ends else _("已报名") if now < batch.starts else _("已结束")
    return _("第%(n)s期　%(state)s") % {"n": batch.number, "state": state}


def for_shell(shell: Shell) -> list[DemoPerson]:
    return [
        DemoPerson(v.login, "　".join(part for part in (v.role, v.place, v.name, v.note) if part)) for v in visitors()
    ]
