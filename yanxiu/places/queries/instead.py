"""What the office above decides because the school cannot: nobody decides about herself, and a closed school has nobody who decides (silent.md, Offices)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from yanxiu.access.models import Appointment, Role
from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.lib import clock
from yanxiu.organisation.models import Unit
from yanxiu.places.models import Choice


def instead(scope: Scope) -> QuerySet[Choice]:
    """Live choices of a school's only acting administrator, and those that the office itself has taken over with a closed school."""
    acting = Appointment.objects.filter(
        role=Role.SCHOOL_ADMIN, unit=OuterRef("school"), period__contains=clock.now()
    ).order_by()
    only = Exists(acting.filter(person=OuterRef("person"))) & ~Exists(acting.exclude(person=OuterRef("person")))
    return (
        Choice.objects.filter(
            within(scope, Capability.ENROL_INSTEAD, units="school_path"), only | ~Q(school__level=Unit.Level.SCHOOL)
        )
        .filter(state__in=Choice.LIVE)
        .select_related("person", "school", "training_class", "batch")
        .order_by("number")
    )


def decides(scope: Scope, choice: Choice) -> bool:
    """Whether this appointment enrols, refuses, returns and replaces here."""
    own = scope.covers(Capability.ENROL, unit=choice.school_path)
    return own or instead(scope).filter(pk=choice.pk).exists()
