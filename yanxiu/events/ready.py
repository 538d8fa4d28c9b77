"""A query whose SQL is written once a process. What every page asks costs Django several times more to write than PostgreSQL to answer.

    _ACTING = Ready(lambda person, at: Appointment.objects.filter(person=person, period__contains=at).select_related("unit").order_by("id"))
    _ACTING.all(person.pk, now)   what the queryset would give: objects, or the tuples of `values_list`

The function is called once, with places instead of values: it builds the queryset from them and looks at none. Values go to the driver as they
are: keys, instants, texts; a list for `of_any(place)`, where a queryset would say `__in`.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet, Value
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

Row = TypeVar("Row")


class Place(Value):
    """Where a value will stand."""

    def __init__(self, number: int, sql: str = "%s") -> None:
        super().__init__(None)
        self.number, self.sql = number, sql

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return self.sql, [self]


def of_any(place: Place) -> Place:
    """`filter(item=of_any(items))`: one of a list. One statement for lists of every length."""
    return Place(place.number, "ANY(%s)")


class Ready(Generic[Row]):
    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self.written: _Written | None = None

    def all(self, *values: Any) -> list[Row]:
        if self.written is None:
            self.written = _Written(self.build, len(values))
        return list(self.written.rows(values))

    def first(self, *values: Any) -> Row | None:
        """The first of those that come; a query that may find many says `[:1]` itself."""
        return next(iter(self.all(*values)), None)


class _Written:
    """What Django works out for a queryset before and after it is run."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: int) -> None:
        queryset: Any = build(*map(Place, range(values)))
        if queryset._prefetch_related_lookups or queryset._known_related_objects:
            raise ValueError("not from a related manager, and without prefetches")
        kind = queryset._iterable_class
        if not issubclass(kind, ModelIterable) and kind is not ValuesListIterable:
            raise ValueError("objects or values_list")
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.params = self.compiler.as_sql()
        columns = [column for column, _sql, _alias in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)
        self.model: type[Model] | None = None
        if kind is not ValuesListIterable:
            told = self.compiler.klass_info
            own = told["select_fields"]
            self.model, self.own = told["model"], slice(own[0], own[-1] + 1)
            self.names = [column.target.attname for column in columns[self.own]]
            self.related = get_related_populators(told, self.compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
            self.beside = list(self.compiler.annotation_col_map.items())

    def rows(self, values: Sequence[Any]) -> Iterator[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        params = [values[p.number] if isinstance(p, Place) else p for p in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows: Any = cursor.fetchall()
        if self.converters:
            compiler = copy(self.compiler)
            compiler.connection = connection
            rows = compiler.apply_converters(rows, self.converters)
        if self.model is None:
            yield from map(tuple, rows)
            return
        for row in rows:
            made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.own])
            for populator in self.related:
                populator.populate(row, made)
            for name, column in self.beside:
                setattr(made, name, row[column])
            yield made
