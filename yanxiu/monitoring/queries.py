"""What offices watch: sums over a unit's subtree or a class, heads against the base, the line of 10%, fill rate, people who lag."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.monitoring.models import LearnerFigures, UnitFigures
from yanxiu.monitoring.rules import SUM_FIELDS, Coverage, Indicators, Sums, indicators
from yanxiu.organisation.models import Unit, UnitCount
from yanxiu.places.models import QuotaBalance
from yanxiu.programme.models import Batch, Programme, TrainingClass
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

    @property
    def bar(self) -> float:
        """Percent of a bar whose middle is the line that must be reached."""
        share = self.indicators.participation.value or 0
        return round(min(100.0, float(share) * 100 * 50 / self.coverage.percent), 1)


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


# Units and what lies below them: a range of paths, so that the index on the path serves every unit of the list in one statement.
_BELOW = "{field} ~>=~ w.path AND {field} ~<~ (w.path || '~')"
_WANTED = "unnest(%(ids)s::bigint[], %(paths)s::text[]) AS w (id, path)"


def _by_unit(sql: str, units: list[Unit], *, direct_in_city: bool, **values: Any) -> dict[int, tuple[Any, ...]]:
    """`sql` selects w.id and figures over `w`; a city's list of paths may hold its directly addressed counties too."""
    wanted = [(u.pk, u.path) for u in units]
    if direct_in_city:
        wanted += list(Unit.objects.filter(statistical_city__in=units).values_list("statistical_city_id", "path"))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(wanted=_WANTED), {"ids": [i for i, _ in wanted], "paths": [p for _, p in wanted], **values}
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


_HEADS = f"""
SELECT id, count(*) FROM (
  SELECT DISTINCT w.id, e.person_id FROM {{wanted}} JOIN places_enrolment e ON {_BELOW.format(field="e.school_path")}
   WHERE e.state = 'standing' AND e.batch_id = ANY(%(batches)s::bigint[])) AS heads GROUP BY id"""
_SUMS = f"""
SELECT w.id, {", ".join(f"sum(f.{name})::bigint" for name in SUM_FIELDS)} FROM {{wanted}} JOIN monitoring_unitfigures f ON {_BELOW.format(field="f.school_path")}
 WHERE f.batch_id = ANY(%(batches)s::bigint[]) GROUP BY w.id"""
_USED = f"""
SELECT w.id, sum(b.used)::bigint FROM {{wanted}} JOIN organisation_unit u ON {_BELOW.format(field="u.path")}
  JOIN places_quotabalance b ON b.unit_id = u.id WHERE b.batch_id = ANY(%(batches)s::bigint[]) AND b.used > 0 GROUP BY w.id"""


def bases(units: list[Unit], programme: Programme, *, direct_in_city: bool) -> dict[int, int]:
    day = count_day(policy(current_version(programme)))
    counted = dict(UnitCount.objects.filter(count_date=day, unit__in=units).values_list("unit_id", "teachers"))
    if direct_in_city:
        beside = UnitCount.objects.filter(count_date=day, unit__statistical_city__in=units).order_by()
        for city, extra in beside.values_list("unit__statistical_city").annotate(n=Sum("teachers")):
            counted[city] = counted.get(city, 0) + extra
    return counted


def rows(scope: Scope, units: list[Unit], programme: Programme, batch: Batch | None) -> list[Row]:
    """A row a unit that the scope covers; `batch` None: the whole year. Heads count the whole year always (T3.2a). Five statements, however many."""
    units = [u for u in units if scope.covers(Capability.READ_FIGURES, unit=u.path)]
    rules = policy_of(batch) if batch else policy(current_version(programme))
    direct = policy(current_version(programme)).coverage.direct_counties_in_city
    year = list(programme.batches.values_list("pk", flat=True))
    batches = [batch.pk] if batch else year
    heads = _by_unit(_HEADS, units, direct_in_city=direct, batches=year)
    sums = _by_unit(_SUMS, units, direct_in_city=direct, batches=batches)
    used = _by_unit(_USED, units, direct_in_city=direct, batches=batches)
    base = bases(units, programme, direct_in_city=direct)
    received = dict(
        QuotaBalance.objects.filter(batch__in=batches, unit__in=units).values_list("unit").annotate(n=Sum("received"))
    )
    made = []
    for unit in units:
        own = Sums(*sums.get(unit.pk, ()))
        n = heads.get(unit.pk, (0,))[0]
        made.append(
            Row(
                unit=unit,
                sums=own,
                indicators=indicators(
                    own, heads=n, base=base.get(unit.pk, 0), seconds_per_hour=rules.time.minutes_per_hour * 60
                ),
                coverage=Coverage(n, base.get(unit.pk, 0), rules.coverage.percent),
                quota=received.get(unit.pk, 0),
                used=used.get(unit.pk, (0,))[0],
            )
        )
    return made


def children(unit: Unit) -> list[Unit]:
    """Right below; a closed school stays as long as it has figures: the old ones keep its name."""
    learned = UnitFigures.objects.filter(school=OuterRef("pk"), learners__gt=0)
    return list(Unit.objects.filter(Q(closed_on=None) | Exists(learned), parent=unit).order_by("sort_key"))


def class_rows(scope: Scope, batch: Batch, *, unit: Unit | None = None) -> list[tuple[TrainingClass, Sums]]:
    """Each class of the batch with what the scope sees of it."""
    figures = visible(scope).filter(batch=batch)
    if unit is not None:
        figures = figures.filter(school_path__startswith=unit.path)
    found: dict[int, dict[str, Any]] = {
        r["training_class"]: dict(r)
        for r in figures.values("training_class").annotate(**{name: Sum(name) for name in SUM_FIELDS})
    }
    classes = TrainingClass.objects.filter(pk__in=found).select_related("version__course").order_by("subject", "name")
    return [(c, Sums(**{name: found[c.pk][name] for name in SUM_FIELDS})) for c in classes]


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
