"""A school and the offices above it: choices in order of arrival, enrolments, who may take over, how full."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready
from yanxiu.organisation.models import PastParticipation, Person, Unit
from yanxiu.places.models import Choice, Enrolment, QuotaBalance
from yanxiu.places.queries.counting import count_of
from yanxiu.programme.models import Batch


def choices(scope: Scope, batch: int) -> QuerySet[Choice]:
    """In order of arrival (T3.2c). `line_place` only of those who wait."""
    rows = Choice.objects.filter(within(scope, Capability.READ_ENROLMENTS, units="school_path"), batch_id=batch)
    return _in_line(rows).select_related("person", "training_class", "school", "batch")


def _in_line(rows: QuerySet[Choice]) -> QuerySet[Choice]:
    ahead = Choice.objects.filter(
        training_class=OuterRef("training_class"), state="waiting", number__lt=OuterRef("number")
    )
    place = Case(When(state="waiting", then=count_of(ahead, "training_class") + 1), output_field=IntegerField())
    return rows.annotate(line_place=place).order_by("number")


_SEALED = [f"person__{name}" for name in ("name_grams", "identity_sealed", "phone_sealed", "phone_hash")]
_OF_SCHOOL = Ready(
    lambda batch, school, path: (
        _in_line(Choice.objects.filter(batch=batch, school=school, school_path=path))
        .select_related("person", "training_class")
        .defer(*_SEALED)
    )
)


def choices_of(school: Unit, batch: Batch) -> list[Choice]:
    """All for a school in the reader's scope, as `choices`."""
    rows = _OF_SCHOOL.all(batch.pk, school.pk, school.path)
    for choice in rows:
        choice.batch = batch
    return rows


def enrolments(scope: Scope, batch: int) -> QuerySet[Enrolment]:
    """Of the enrolling school's scope, whatever school the learner is at now."""
    return (
        Enrolment.objects.filter(within(scope, Capability.READ_ENROLMENTS, units="school_path"), batch_id=batch)
        .select_related("person", "training_class", "school", "choice")
        .order_by("-id")
    )


def enrollable(scope: Scope, batch: int, school: int) -> QuerySet[Person]:
    """Teachers of the school without a live choice in the batch, whom the school may enrol itself."""
    live = Choice.objects.filter(batch_id=batch, person=OuterRef("pk"), state__in=Choice.LIVE)
    rows = Person.objects.filter(within(scope, Capability.ENROL, units="school_path"), ~Exists(live), school_id=school)
    return rows.filter(on_roster=True, on_duty=True).exclude(stage="").order_by("name_key", "id")


def candidates(scope: Scope, enrolment: Enrolment) -> QuerySet[Person]:
    """Who may take over: of the same school, not enrolled in the batch; those in the class's line first, in order of arrival.

    Whether each passes every check the act says; here stand stage, roster, duty and last year.
    """
    enrolled = Choice.objects.filter(batch_id=enrolment.batch_id, person=OuterRef("pk"), state="enrolled")
    waits = Choice.objects.filter(
        training_class_id=enrolment.training_class_id,
        person=OuterRef("pk"),
        state="waiting",
        school_id=enrolment.school_id,
    )
    programme = enrolment.batch.programme
    past = PastParticipation.objects.filter(
        series=programme.series, year=programme.year - 1, identity_hash=OuterRef("identity_hash")
    )
    rows = Person.objects.filter(
        within(scope, Capability.ENROL, units="school_path")
        | within(scope, Capability.ENROL_INSTEAD, units="school_path"),
        ~Exists(enrolled),
        school_id=enrolment.school_id,
        on_roster=True,
        on_duty=True,
    )
    stages = enrolment.training_class.stages
    return (
        (rows.filter(stage__in=stages) if stages else rows)
        .annotate(line_number=Subquery(waits.values("number")[:1]), took_part=Exists(past))
        .order_by(F("line_number").asc(nulls_last=True), "took_part", "name_key", "id")
    )


def successor(enrolment: Enrolment) -> Enrolment | None:
    """Who has taken over this place."""
    return Enrolment.objects.filter(replaces=enrolment).select_related("person").first()


@dataclass(frozen=True)
class Fill:
    """Of a unit's subtree in a batch: quota that its schools hold, heads holding, waiting, enrolled."""

    quota: int = 0
    holding: int = 0
    waiting: int = 0
    enrolled: int = 0

    @property
    def percent(self) -> int | None:
        """Enrolled of the quota, whole percent cut; None where there is no quota."""
        return self.enrolled * 100 // self.quota if self.quota else None


def fill(scope: Scope, parent: Unit, batch: int) -> dict[int, Fill]:
    """Unit right below → its subtree's figures (S1.4.6). Three queries, however many units."""
    below = Unit.objects.filter(within(scope, Capability.READ_FIGURES, units="path"), parent=parent).order_by("code")
    return _fill([(unit.pk, unit.path) for unit in below], parent.path, batch)


def fill_of(scope: Scope, unit: Unit, batch: int) -> Fill:
    """Of one unit; nothing when the scope does not cover it."""
    covered = scope.covers(Capability.READ_FIGURES, unit=unit.path)
    return _fill([(unit.pk, unit.path)], unit.path, batch)[unit.pk] if covered else Fill()


def _fill(units: Sequence[tuple[int, str]], top: str, batch: int) -> dict[int, Fill]:
    sums: dict[int, dict[str, int]] = {number: {} for number, _ in units}
    # Paths end with a slash, so the longest known prefix is the unit itself.
    by_path = {path: number for number, path in units}
    depth = (units[0][1] if units else top).count("/")

    def add(path: str, key: str, n: int) -> None:
        number = by_path.get("/".join(path.split("/")[:depth]) + "/")
        if number is not None:
            sums[number][key] = sums[number].get(key, 0) + n

    schools = QuotaBalance.objects.filter(batch_id=batch, unit__path__startswith=top, unit__level=Unit.Level.SCHOOL)
    for path, n in schools.values_list("unit__path").annotate(n=Coalesce(Sum("received"), 0)).order_by():
        add(path, "quota", n)
    live = Choice.objects.filter(batch_id=batch, school_path__startswith=top, state__in=Choice.LIVE)
    for path, state, n in live.values_list("school_path", "state").annotate(n=Count("pk")).order_by():
        add(path, state, n)
    return {number: Fill(**sums[number]) for number in sums}
