"""Whom a visitor of the demo can be: the accounts with a password, in the order in which they were made. Never outside demo mode."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.access.models import Account
from yanxiu.access.queries import acting_of, by_work
from yanxiu.events.models import Installation
from yanxiu.lib import clock
from yanxiu.places.models import Choice
from yanxiu.web.shell import ROLE_NAMES, TEACHER, place_name

PASSWORD = "yanxiu-demo-2023"


@dataclass(frozen=True)
class Visitor:
    login: str
    name: str
    role: str
    place: str
    note: str

    @property
    def label(self) -> str:
        return "　".join(part for part in (self.role, self.place, self.name, self.note) if part)


def is_demo() -> bool:
    return Installation.objects.filter(id=1, mode=Installation.Mode.DEMO).exists()


def visitors() -> list[Visitor]:
    """Role, unit and what the person is in the middle of. Three queries."""
    accounts = list(
        Account.objects.exclude(password__startswith="!")
        .filter(is_active=True)
        .select_related("person__school")
        .order_by("id")[:40]
    )
    people = [account.person_id for account in accounts]
    offices = acting_of(people)
    latest = Choice.objects.filter(person__in=people).select_related("batch").order_by("person", "-number")
    choices = {choice.person_id: choice for choice in latest.distinct("person")}
    found = []
    for account in accounts:
        person = account.person
        work = next(iter(by_work(offices.get(person.pk, []))), [])
        found.append(
            Visitor(
                account.teacher_number,
                person.name,
                str(ROLE_NAMES[work[0].role if work else TEACHER]),
                place_name(work) if work else person.school.display if person.school else "",
                "" if work else _note(choices.get(person.pk)),
            )
        )
    return found


def _note(choice: Choice | None) -> str:
    """Where a teacher stands: the latest choice and its batch."""
    if choice is None:
        return ""
    batch = choice.batch
    state = _(choice.get_state_display())
    if choice.state == Choice.State.ENROLLED:
        now = clock.now()
        state = _("在学") if batch.starts <= now < batch.ends else _("已报名") if now < batch.starts else _("已结束")
    return _("第%(n)s期　%(state)s") % {"n": batch.number, "state": state}
