"""A query whose SQL is written once a process. What every page asks costs Django several times more to write than PostgreSQL to answer.

    _ACTING = Ready(lambda person, at: Appointment.objects.filter(person=person, period__contains=at).select_related("unit").order_by("id"))
    _ACTING.all(person.pk, now)   what the queryset would give: objects, or the tuples of `values_list`

The function is called once, with places instead of values: it builds the queryset from them and looks at none. Values go to the driver as they
are: keys, instants, texts; a list for `of_any(place)`, where a queryset would say `__in`.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet, Value
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

from yanxiu.events.pipeline import numbered

Row = TypeVar("Row")
_numbers = itertools.count()


class Place(Value):
    """Where a value will stand."""

    def __init__(self, number: int, sql: str = "%s") -> None:
        super().__init__(None)
        self.number, self.sql = number, sql

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return self.sql, [self]


def any_of(kind: str = "bigint") -> str:
    """SQL: `column = any_of()`, one of a list that is given as parameter.

    With the list in sight PostgreSQL finds a plan for its few keys cheaper than one for any list, and plans each time anew: several times what the
    reading takes. Behind a subquery all lists look alike, and the plan is kept.
    """
    return f"ANY(ARRAY(SELECT unnest(%s::{kind}[])))"


def of_any(place: Place, kind: str = "bigint") -> Place:
    """`filter(item=of_any(items))`: one of a list. One statement, and one plan, for lists of every length. `kind`: the column's."""
    return Place(place.number, any_of(kind))


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
        params = [values[p.number] if isinstance(p, Place) else p for p in self.params]
        rows: Any = read(self.sql, params)
        if self.converters:
            compiler = copy(self.compiler)
            compiler.connection = connections[DEFAULT_DB_ALIAS]
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


def read(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that only reads. `params` by place, or by name: %(name)s."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    rows = _at_once(connection, sql, params)
    if rows is None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
    return rows


def _at_once(connection: Any, sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
    """In one call of the driver's C, which sends, waits and reads: its cursor takes twice the time for the same, in Python.

    None: ask in the ordinary way, which prepares anew, connects again or says what is wrong. So it is in a transaction (the driver begins it),
    where somebody listens to the statements, behind a pooler, and after an error: what only reads may be asked again.
    """
    connection.close_if_health_check_failed()
    raw = connection.connection
    if raw is None or connection.execute_wrappers or connection.queries_logged or raw.prepare_threshold is None:
        return None
    pgconn = raw.pgconn
    if not connection.autocommit or pgconn.transaction_status != TransactionStatus.IDLE:
        return None
    names: dict[Any, bytes] = raw.__dict__.setdefault("_prepared_to_read", {})
    tx = Transformer(raw)
    query, by_name = numbered(sql)
    values = [params[name] for name in by_name] if isinstance(params, Mapping) else params
    try:
        dumped = tx.dump_sequence(values, [PyFormat.AUTO] * len(values)) if values else []
        key = (sql, tuple(tx.types or ()))
        name = names.get(key)
        if name is None:
            name = b"read%d" % next(_numbers)
            if pgconn.prepare(name, query, tx.types).status != ExecStatus.COMMAND_OK:
                return None
            names[key] = name
        result = pgconn.exec_prepared(name, dumped, tx.formats)
        if result.status != ExecStatus.TUPLES_OK:
            names.clear()  # Somebody has dropped what was prepared; psycopg itself does after a rollback.
            return None
    except psycopg.Error:
        return None
    tx.set_pgresult(result)
    return tx.load_rows(0, result.ntuples, tuple)
