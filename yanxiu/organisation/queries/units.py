"""Reads of the tree of units."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from yanxiu.events.ready import Ready, of_any
from yanxiu.lib import text, unitpath
from yanxiu.organisation.models import Unit, UnitCount

LEVELS = Unit.Level


def province() -> Unit | None:
    return Unit.objects.filter(level=LEVELS.PROVINCE).first()


def by_code(code: str) -> Unit | None:
    return Unit.objects.filter(code=code).first()


def by_codes(codes: Iterable[str]) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(code__in=list(codes))}


def by_path(path: str) -> Unit | None:
    return Unit.objects.filter(path=path).first()


def units_below(path: str, *, level: str = "", closed: bool = False) -> QuerySet[Unit]:
    """The unit itself and everything below."""
    found = Unit.objects.filter(path__startswith=path)
    if level:
        found = found.filter(level=level)
    return found if closed else found.filter(closed_on=None)


def schools_below(path: str) -> QuerySet[Unit]:
    return units_below(path, level=LEVELS.SCHOOL).order_by("sort_key", "code")


def children(unit: Unit, *, closed: bool = False) -> QuerySet[Unit]:
    """Directly below, by code: the order in which the divisions are printed; schools by pinyin."""
    found = Unit.objects.filter(parent=unit)
    if not closed:
        found = found.filter(closed_on=None)
    return (
        found.order_by("direct", "sort_key", "code")
        if unit.level == LEVELS.COUNTY
        else found.order_by("direct", "code")
    )


def ancestors(path: str) -> list[Unit]:
    """From the province down to and with the unit itself."""
    return list(Unit.objects.filter(path__in=unitpath.prefixes(path)).order_by("path"))


def cities() -> QuerySet[Unit]:
    return Unit.objects.filter(level=LEVELS.CITY).order_by("code")


def offices() -> QuerySet[Unit]:
    """The sixteen that the notice addresses: thirteen cities, then the three counties beside them."""
    return (Unit.objects.filter(level=LEVELS.CITY) | Unit.objects.filter(level=LEVELS.COUNTY, direct=True)).order_by(
        "direct", "code"
    )


def units_matching(rows: QuerySet[Unit], query: str) -> QuerySet[Unit]:
    """By name (any part of the full name) or exact code."""
    query = query.strip()
    if query.isascii() and any(char.isdigit() for char in query):
        return rows.filter(code=query.upper())
    terms = text.search_terms(query)
    return rows.filter(name_grams__contains=terms) if terms else rows.none()


def count_of(unit: Unit, count_date: date) -> int | None:
    """Teachers on the count date: the base of the 10% (T3.2a); None before it was counted."""
    return UnitCount.objects.filter(unit=unit, count_date=count_date).values_list("teachers", flat=True).first()


_COUNTS = Ready(
    lambda units: (
        UnitCount.objects.filter(unit=of_any(units))
        .order_by("count_date")
        .values_list("unit_id", "count_date", "teachers")
    )
)


def counts_of(units: Iterable[int]) -> dict[int, dict[date, int]]:
    """Unit → day of counting → teachers; the latest day is the last."""
    found: dict[int, dict[date, int]] = {}
    for unit, day, teachers in _COUNTS.all(list(units)):
        found.setdefault(unit, {})[day] = teachers
    return found


_UNIT = Ready(lambda pk: Unit.objects.filter(pk=pk))


def parent(unit: Unit) -> Unit | None:
    """As `unit.parent`, which then knows it."""
    if unit.parent_id is not None and not Unit.parent.is_cached(unit):
        unit.parent = _UNIT.first(unit.parent_id)
    return unit.parent
