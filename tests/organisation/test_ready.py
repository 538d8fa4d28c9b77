"""A query written once gives what its queryset gives, for other values too and on every connection."""

from types import SimpleNamespace

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from yanxiu.events import ready as ready_module
from yanxiu.events.ready import Ready, of_any, read
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit
from yanxiu.programme.models import Programme

pytestmark = pytest.mark.django_db


def test_the_same_rows_as_the_queryset(world: SimpleNamespace) -> None:
    ready = Ready(
        lambda unit: (
            Person.objects.filter(school=unit)
            .select_related("school__parent")
            .defer("identity_sealed")
            .annotate(also=F("name"))
            .order_by("pk")
        )
    )
    make.person(world.school_a)
    for school in (world.school_a, world.school_b):
        own = list(Person.objects.filter(school=school).select_related("school__parent").order_by("pk"))
        found = ready.all(school.pk)
        assert found == own and len(own) > 0
        with CaptureQueriesContext(connection) as said:
            assert [(p.school, p.school.parent, p.name, p.also) for p in found] == [
                (p.school, p.school.parent, p.name, p.name) for p in own
            ]
            assert not said.captured_queries
        assert found[0].identity_sealed == own[0].identity_sealed  # what was left out is read when it is asked for
    assert ready.first(0) is None


def test_it_is_built_once(world: SimpleNamespace) -> None:
    built = []
    ready = Ready(lambda pk: built.append(pk) or Unit.objects.filter(pk=pk))
    assert [ready.first(u.pk) for u in (world.province, world.nanjing)] == [world.province, world.nanjing]
    assert len(built) == 1


def test_of_any_serves_lists_of_every_length(world: SimpleNamespace) -> None:
    ready = Ready(lambda units: Unit.objects.filter(pk=of_any(units)).order_by("pk").values_list("pk", "name"))
    for units in ([], [world.nanjing], [world.nanjing, world.province]):
        assert ready.all([u.pk for u in units]) == sorted((u.pk, u.name) for u in units)
    flat = Ready(lambda day: Programme.objects.filter(batches__starts__gt=day).values_list("batches__starts"))
    assert all(starts > clock.now() for (starts,) in flat.all(clock.now()))


def test_what_it_cannot_keep_is_refused(world: SimpleNamespace) -> None:
    for build in (
        lambda: world.programme.batches.all(),
        lambda: Programme.objects.prefetch_related("batches"),
        lambda: Unit.objects.values("pk"),
    ):
        with pytest.raises(ValueError):
            Ready(build).all()


@pytest.mark.django_db(transaction=True)
def test_values_go_by_place_or_by_name() -> None:
    by_name = "SELECT %(b)s::text, %(a)s::int, %(b)s::text || '%%'"
    for _ in range(2):
        assert read(by_name, {"a": 1, "b": "x", "not asked": None}) == [("x", 1, "x%")]
        assert read("SELECT %s::text, %s::int", ["x", 1]) == [("x", 1)]
    assert ready_module._at_once(connection, by_name, {"a": 1, "b": "x", "not asked": None}) == [("x", 1, "x%")]
    with transaction.atomic():
        assert read(by_name, {"a": 2, "b": "y"}) == [("y", 2, "y%")]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_read_at_once_and_the_same() -> None:
    first, second = (make.unit(f"3201{n}", f"第{n}区 %s", "county", None) for n in (1, 2))
    ready = Ready(lambda code, name: Unit.objects.filter(code=code, name=name).order_by("pk"))
    by_cursor = Ready(lambda code, name: Unit.objects.filter(code=code, name=name).order_by("pk"))
    for unit in (first, second, first):
        found = ready.all(unit.code, unit.name)
        with CaptureQueriesContext(connection) as said:
            own = by_cursor.all(unit.code, unit.name)
        assert len(said.captured_queries) == 1, "who listens hears it"
        assert [vars(u) | {"_state": 0} for u in found] == [vars(u) | {"_state": 0} for u in own] and found == [unit]
    raw = connection.connection
    assert raw is not None and len(raw.__dict__["_prepared_to_read"]) == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_prepared_may_be_dropped_or_the_connection_cut(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    assert read("SELECT %s::int + 1", [1]) == [(2,)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [read("SELECT %s::int + 1", [n]) for n in (1, 2)] == [[(2,)], [(3,)]]
    with monkeypatch.context() as m:
        m.setattr(connection, "cursor", lambda: pytest.fail("not at once"))
        assert read("SELECT %s::int + 1", [5]) == [(6,)]
    with pytest.raises(ProgrammingError):
        read("SELECT nothing", [])
    connection.health_check_enabled = True
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    connection.close_if_unusable_or_obsolete()
    assert read("SELECT %s::int + 1", [7]) == [(8,)]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_sees_its_own_and_begins_with_it() -> None:
    with transaction.atomic():
        assert ready_module._at_once(connection, "SELECT 1", []) is None
        assert read("SELECT count(*) FROM organisation_unit WHERE code = %s", ["9"]) == [(0,)]
        make.unit("9", "第九", "county", None)
        assert read("SELECT count(*) FROM organisation_unit WHERE code = %s", ["9"]) == [(1,)]
        transaction.set_rollback(True)
    assert read("SELECT count(*) FROM organisation_unit WHERE code = %s", ["9"]) == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_a_list_is_planned_once_for_all_lists() -> None:
    """With the list in sight each reading was planned anew."""
    ready = Ready(lambda units: Unit.objects.filter(pk=of_any(units)).values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")  # as on a large table
        for n in range(20):
            ready.all([n])
        cursor.execute("RESET enable_seqscan")
        cursor.execute(
            "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE %s", ["%organisation_unit%ANY%"]
        )
        assert cursor.fetchone()[0] >= 14
