"""Plans and single cases: offices, plans, complaints, exemptions, bars."""

from django.db.models import F, QuerySet

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.organisation.models import Unit
from yanxiu.places.models import Bar, Complaint, Exemption, QuotaPlan, QuotaPlanLine
from yanxiu.places.rules import plans
from yanxiu.programme.models import Programme


def offices(scope: Scope) -> list[Unit]:
    """Those of the sixteen that the scope covers."""
    covered = within(scope, Capability.READ_QUOTA, units="path")
    near = Unit.objects.filter(covered, parent__level=Unit.Level.PROVINCE).select_related("parent").order_by("code")
    return [u for u in near if plans.is_office(u.level, u.direct, u.parent.level if u.parent else None)]


def plan_of(scope: Scope, programme: int, unit: int) -> QuotaPlan | None:
    covered = within(scope, Capability.READ_QUOTA, units="unit__path")
    rows = QuotaPlan.objects.filter(covered, programme_id=programme, unit_id=unit)
    return rows.select_related("unit", "programme", "submitted_by", "decided_by").prefetch_related("lines").first()


def plans_of(scope: Scope, programme: Programme) -> list[tuple[Unit, QuotaPlan | None]]:
    """Every office in scope, with its plan or without."""
    rows = QuotaPlan.objects.filter(programme=programme).select_related("unit").prefetch_related("lines")
    made = {plan.unit_id: plan for plan in rows}
    return [(unit, made.get(unit.pk)) for unit in offices(scope)]


def plan_lines(plan: QuotaPlan) -> dict[int, QuotaPlanLine]:
    """Batch → line."""
    return {line.batch_id: line for line in plan.lines.all()}


def complaints(scope: Scope) -> QuerySet[Complaint]:
    """Open ones first."""
    return (
        Complaint.objects.filter(within(scope, Capability.ANSWER_COMPLAINTS, units="choice__school_path"))
        .select_related("choice__person", "choice__school", "choice__training_class", "choice__batch")
        .order_by(F("answered_at").asc(nulls_first=True), "-id")
    )


def exemptions(scope: Scope, programme: int) -> QuerySet[Exemption]:
    return (
        Exemption.objects.filter(within(scope, Capability.EXEMPT, units="person__school_path"), programme_id=programme)
        .select_related("person", "person__school", "by")
        .order_by("-id")
    )


def bars(scope: Scope) -> QuerySet[Bar]:
    covered = within(scope, Capability.BAR, units="person__school_path")
    return Bar.objects.filter(covered).select_related("person", "person__school", "by").order_by("-id")
