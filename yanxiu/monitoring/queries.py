"""What offices watch: sums over a unit's subtree or a class, heads against the base, the line of 10%, fill rate, people who lag."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from operator import add
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from yanxiu.access.queries import within
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready, of_any, read
from yanxiu.lib import unitpath
from yanxiu.monitoring.models import LearnerFigures, UnitFigures
from yanxiu.monitoring.rules import SUM_FIELDS, Coverage, Indicators, Sums, indicators
from yanxiu.organisation.models import Unit, UnitCount
from yanxiu.places.models import QuotaBalance
from yanxiu.programme.models import Batch, Programme, TrainingClass
from yanxiu.programme.queries import newest_version, policy, policy_of
from yanxiu.programme.rules import count_day


class Child(NamedTuple):
    """A unit below as a watch page names it: an object of the model costs several times as much."""

    pk: int
    code: str
    name: str
    path: str
    sort_key: str
    closed_on: date | None


class Row(NamedTuple):
    """One unit as a watch page shows it."""

    unit: Unit | Child
    sums: Sums
    indicators: Indicators
    coverage: Coverage
    quota: int  # received by the unit in the batch
    used: int

    @property
    def bar(self) -> float:
        """Percent of a bar whose middle is the line that must be reached."""
        share = self.indicators.participation.number() or 0
        return round(min(100.0, share * 100 * 50 / self.coverage.percent), 1)


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


# One reading of everything below the units at the top, added up a step below them: the rows are as many as the year's learners, the units few.
# {below} is the range of a top's path, by index; nothing where the top is the province, and the plans are those of whole tables.
_TOPS = "(SELECT unnest(%(tops)s::text[]) AS path)"
_ONE = "(SELECT (%(tops)s::text[])[1] AS path)"  # no set for the planner to guess the size of
_RANGE = "{field} ~>=~ t.path AND {field} ~<~ (t.path || '~')"
_STANDING = """
SELECT path, sum(n)::int FROM places_standing WHERE batch_id = ANY(%(batches)s::bigint[]) AND path = ANY(%(paths)s::text[]) GROUP BY 1"""
# Where people may learn once a year their choice has a key that is theirs alone (`once_key`): without one, or with one in one batch only, they may
# stand in several. Nearly nobody, so that they are looked up one by one.
_TWICE = """
SELECT array_agg(e.school_path) FROM places_enrolment e
 WHERE e.state = 'standing' AND e.batch_id = ANY(%(batches)s::bigint[]) AND e.person_id = ANY(ARRAY(
       SELECT c.person_id FROM {tops} t JOIN places_choice c ON {below}
        WHERE c.batch_id = ANY(%(batches)s::bigint[]) AND c.state = 'enrolled' AND c.once_key IS NULL))
 GROUP BY e.person_id HAVING count(*) > 1"""
_SUMS = f"""
SELECT {{key}}, {", ".join(f"sum(f.{name})::bigint" for name in SUM_FIELDS)} FROM {{tops}} t JOIN monitoring_unitfigures f ON {{below}}
 WHERE f.batch_id {{among}} GROUP BY {{by}}"""
# What the balances of the schools below have as used is their choices that occupy: by index, without a look at each school.
_USED = """
SELECT {key}, count(*) FROM {tops} t JOIN places_choice c ON {below}
 WHERE c.batch_id {among} AND c.occupies GROUP BY {by}"""


_DIRECT = Ready(
    lambda units: Unit.objects.filter(statistical_city=of_any(units)).values_list("statistical_city_id", "path")
)


class _Below:
    """What lies below these units. A city's paths may hold its directly addressed counties too."""

    def __init__(self, units: Sequence[Unit | Child], *, direct_in_city: bool) -> None:
        self.at: dict[str, list[int]] = {u.path: [u.pk] for u in units}  # path → the units that count what is there
        if direct_in_city:
            for city, path in _DIRECT.all([u.pk for u in units]):
                self.at.setdefault(path, []).append(city)
        every = sorted(self.at)  # What lies below a path comes next after it.
        self.tops: list[str] = []
        for path in every:
            if not self.tops or not path.startswith(self.tops[-1]):
                self.tops.append(path)
        self.whole = [len(unitpath.parts(top)) for top in self.tops] == [1]
        depths = [path.count("/") for path in every] or [1]
        self.steps = range(min(depths) + 1, max(max(depths), min(depths) + 1) + 1)
        self.counting = cache(self._counting)

    def _counting(self, place: str) -> set[int]:
        """The units that the place lies below."""
        return {unit for path in unitpath.prefixes(place) for unit in self.at.get(path, ())}

    def added(self, sql: str, field: str, batches: list[int]) -> dict[int, tuple[int, ...]]:
        """Unit → the figures that `sql` sums; a unit with nothing below it is left out."""
        found: dict[int, tuple[int, ...]] = {}
        for top, *row in self.read(sql, field, batches):
            codes, figures = row[: len(self.steps)], row[len(self.steps) :]
            for unit in self.counting(self.place(top, codes)):
                found[unit] = tuple(map(add, found[unit], figures)) if unit in found else tuple(figures)
        return found

    def place(self, top: str, codes: list[str]) -> str:
        """The path as far as the rows were told apart."""
        own = [code for step, code in zip(self.steps, codes, strict=True) if code and step > top.count("/")]
        return top + "".join(f"{code}/" for code in own)

    def heads(self, batches: list[int]) -> Counter[int]:
        """Different people: who stands in several batches of the year is once in each unit."""
        heads: Counter[int] = Counter()
        for path, n in self.read(_STANDING, "path", batches):
            heads.update(dict.fromkeys(self.at[path], n))
        for (schools,) in self.read(_TWICE, "c.school_path", batches):
            times = Counter(unit for school in schools for unit in self.counting(school))
            heads.subtract({unit: n - 1 for unit, n in times.items()})
        return heads

    def read(self, sql: str, field: str, batches: list[int]) -> list[tuple[Any, ...]]:
        """`field`: the path in `sql`."""
        key = ["t.path", *(f"split_part({field}, '/', {step})" for step in self.steps)]
        by = ", ".join(str(n + 1) for n in range(len(key)))
        below = "true" if self.whole else _RANGE.format(field=field)
        tops = _ONE if len(self.tops) == 1 else _TOPS
        among = "= (%(batches)s::bigint[])[1]" if len(batches) == 1 else "= ANY(%(batches)s::bigint[])"
        given = {"tops": self.tops, "paths": list(self.at), "batches": batches}
        return read(sql.format(key=", ".join(key), by=by, below=below, tops=tops, among=among), given)


_COUNTED = Ready(
    lambda day, units: UnitCount.objects.filter(count_date=day, unit=of_any(units)).values_list("unit_id", "teachers")
)
_BESIDE = Ready(
    lambda day, units: UnitCount.objects.filter(count_date=day, unit__statistical_city=of_any(units)).values_list(
        "unit__statistical_city_id", "teachers"
    )
)
_RECEIVED = Ready(
    lambda batches, units: QuotaBalance.objects.filter(batch=of_any(batches), unit=of_any(units)).values_list(
        "unit_id", "received"
    )
)


def bases(units: list[int], day: date, *, direct_in_city: bool) -> dict[int, int]:
    """Teachers on the day that counts."""
    beside = _BESIDE.all(day, units) if direct_in_city else []
    return _per_unit([*_COUNTED.all(day, units), *beside])


def _per_unit(figures: Iterable[tuple[Any, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for unit, n in figures:
        found[unit] += n
    return found


def rows(
    scope: Scope, units: Sequence[Unit | Child], programme: Programme, year: list[Batch], batch: Batch | None
) -> list[Row]:
    """A row a unit that the scope covers; `year`: all batches of the programme; `batch` None: the figures of all of them.

    Heads count the whole year always (T3.2a). A fixed number of statements, however many units.
    """
    seen = scope.prefixes(Capability.READ_FIGURES)
    units = [u for u in units if u.path.startswith(seen)]
    newest = newest_version(programme.pk)
    current = policy(newest)
    rules = policy_of(batch, newest) if batch else current
    direct = current.coverage.direct_counties_in_city
    batches = [batch.pk] if batch else [b.pk for b in year]
    below = _Below(units, direct_in_city=direct)
    heads = below.heads([b.pk for b in year])
    sums = below.added(_SUMS, "f.school_path", batches)
    used = below.added(_USED, "c.school_path", batches)
    ids = [u.pk for u in units]
    base = bases(ids, count_day(current), direct_in_city=direct)
    received = _per_unit(_RECEIVED.all(batches, ids))
    made = []
    for unit in units:
        own = Sums(*sums.get(unit.pk, ()))
        n, teachers = heads[unit.pk], base[unit.pk]
        made.append(
            Row(
                unit=unit,
                sums=own,
                indicators=indicators(own, heads=n, base=teachers, seconds_per_hour=rules.time.minutes_per_hour * 60),
                coverage=Coverage(n, teachers, rules.coverage.percent),
                quota=received[unit.pk],
                used=used.get(unit.pk, (0,))[0],
            )
        )
    return made


_CHILDREN = Ready(
    lambda unit: (
        Unit.objects.filter(
            Q(closed_on=None) | Exists(UnitFigures.objects.filter(school=OuterRef("pk"), learners__gt=0)), parent=unit
        )
        .order_by("sort_key")
        .values_list(*Child._fields)
    )
)


def children(unit: Unit) -> list[Child]:
    """Right below; a closed school stays as long as it has figures: the old ones keep its name."""
    return list(map(Child._make, _CHILDREN.all(unit.pk)))


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
