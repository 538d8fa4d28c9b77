"""What offices watch: sums over a unit's subtree or a class, heads against the base, the line of 10%, fill rate, people who lag."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.monitoring.models import LearnerFigures, UnitFigures
from yanxiu.monitoring.rules import SUM_FIELDS, Coverage, Indicators, Sums, indicators
from yanxiu.organisation.models import Unit, UnitCount
from yanxiu.places.models import Enrolment, QuotaBalance
from yanxiu.programme.models import Batch, Programme
from yanxiu.programme.queries import current_version, policy, policy_of
from yanxiu.programme.rules import count_day


@dataclass(frozen=True)
class Row:
    """One unit as a watch page shows it."""

    unit: Unit
    sums: Sums
    indicators: Indicators
    coverage: Coverage
    quota: int  # received by the unit in the batch
    used: int


def _sums(rows: QuerySet[UnitFigures]) -> Sums:
    found = rows.aggregate(**{name: Sum(name) for name in SUM_FIELDS})
    return Sums(**{name: found[name] or 0 for name in SUM_FIELDS})


def visible(scope: Scope) -> QuerySet[UnitFigures]:
    return UnitFigures.objects.filter(
        within(scope, Capability.READ_FIGURES, units="school_path", training="class_path")
    )


def sums_of(scope: Scope, *, unit: Unit | None = None, batch: Batch | None = None, class_path: str = "") -> Sums:
    """Of what the scope covers, narrowed to a unit's subtree, a batch, a class or subject."""
    rows = visible(scope)
    if unit is not None:
        rows = rows.filter(school_path__startswith=unit.path)
    if batch is not None:
        rows = rows.filter(batch=batch)
    if class_path:
        rows = rows.filter(class_path__startswith=class_path)
    return _sums(rows)


def _member_path(unit: Unit, *, direct_in_city: bool) -> tuple[str, ...]:
    """Paths that count for a unit: its own, and by policy those of the directly addressed counties of its code."""
    if unit.level == Unit.Level.CITY and direct_in_city:
        return (unit.path, *Unit.objects.filter(statistical_city=unit).values_list("path", flat=True))
    return (unit.path,)


def _under(field: str, paths: Iterable[str]) -> Q:
    q = Q(pk__in=[])
    for path in paths:
        q |= Q(**{f"{field}__startswith": path})
    return q


def heads_by(units: list[Unit], programme: Programme, *, direct_in_city: bool) -> dict[int, int]:
    """Distinct persons standing in any batch of the programme, a unit's subtree each."""
    found: dict[int, int] = {}
    standing = Enrolment.objects.filter(batch__programme=programme, state=Enrolment.State.STANDING)
    if len(units) > 1 and not direct_in_city and len({u.parent_id for u in units}) == 1 and units[0].parent is not None:
        # Siblings: one pass over the parent's subtree, told apart by the step below the parent's path.
        by_path: dict[str, int] = {}
        depth = units[0].parent.path.count("/")
        rows = (
            standing.filter(school_path__startswith=units[0].parent.path)
            .values("school_path")
            .annotate(n=Count("person", distinct=True))
        )
        for row in rows:
            key = "/".join(row["school_path"].split("/")[: depth + 1]) + "/"
            by_path[key] = by_path.get(key, 0) + row["n"]
        return {u.pk: by_path.get(u.path, 0) for u in units}
    for unit in units:
        paths = _member_path(unit, direct_in_city=direct_in_city)
        found[unit.pk] = standing.filter(_under("school_path", paths)).values("person").distinct().count()
    return found


def bases(units: list[Unit], programme: Programme, *, direct_in_city: bool) -> dict[int, int]:
    day = count_day(policy(current_version(programme)))
    counted = dict(UnitCount.objects.filter(count_date=day, unit__in=units).values_list("unit_id", "teachers"))
    if direct_in_city:
        for unit in units:
            extra = UnitCount.objects.filter(count_date=day, unit__statistical_city=unit).aggregate(n=Sum("teachers"))[
                "n"
            ]
            counted[unit.pk] = counted.get(unit.pk, 0) + (extra or 0)
    return counted


def rows(scope: Scope, units: list[Unit], programme: Programme, batch: Batch | None) -> list[Row]:
    """A row a unit; `batch` None: the whole year. Every figure is limited by the scope."""
    rules = policy_of(batch) if batch else policy(current_version(programme))
    direct = policy(current_version(programme)).coverage.direct_counties_in_city
    heads = heads_by(units, programme, direct_in_city=direct)
    base = bases(units, programme, direct_in_city=direct)
    balances: dict[int, tuple[int, int]] = {}
    batches = [batch] if batch else list(programme.batches.all())
    for row in (
        QuotaBalance.objects.filter(batch__in=batches, unit__in=units).values("unit").annotate(received=Sum("received"))
    ):
        balances[row["unit"]] = (row["received"], 0)
    made = []
    for unit in units:
        paths = _member_path(unit, direct_in_city=direct)
        figures = visible(scope).filter(_under("school_path", paths))
        sums = _sums(figures.filter(batch=batch) if batch else figures.filter(batch__programme=programme))
        used = (
            QuotaBalance.objects.filter(_under("unit__path", paths), batch__in=batches).aggregate(n=Sum("used"))["n"]
            or 0
        )
        made.append(
            Row(
                unit=unit,
                sums=sums,
                indicators=indicators(
                    sums,
                    heads=heads[unit.pk],
                    base=base.get(unit.pk, 0),
                    seconds_per_hour=rules.time.minutes_per_hour * 60,
                ),
                coverage=Coverage(heads[unit.pk], base.get(unit.pk, 0), rules.coverage.percent),
                quota=balances.get(unit.pk, (0, 0))[0],
                used=used,
            )
        )
    return made


def learners(
    scope: Scope, *, unit: Unit | None = None, batch: Batch | None = None, class_path: str = ""
) -> QuerySet[LearnerFigures]:
    """Down to a person, limited by the scope (units for offices, classes for tutors)."""
    found = LearnerFigures.objects.filter(
        within(scope, Capability.READ_FIGURES, units="school_path", training="class_path")
    )
    if unit is not None:
        found = found.filter(school_path__startswith=unit.path)
    if batch is not None:
        found = found.filter(batch=batch)
    if class_path:
        found = found.filter(class_path__startswith=class_path)
    return found.select_related("enrolment__person", "training_class", "school")
