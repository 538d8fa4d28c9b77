"""Fixtures for all tests. What a test builds it builds with tests/factories."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from yanxiu.events import actions as events
from yanxiu.lib import clock


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """See tests.factories.world."""
    from tests import factories

    return factories.world()


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests without a database have the machine's time; with one the installation's row is read when it is asked for."""
    with_database = any(name in request.fixturenames for name in ("db", "transactional_db", "world", "live_server"))
    clock.configure(events.read_clock if with_database else None)
    clock.set_state(offset=clock.ZERO, frozen=None)
    clock.configure(events.read_clock if with_database else None)
    yield
    clock.configure(None)
    clock.set_state(offset=clock.ZERO, frozen=None)


@pytest.fixture(scope="session", autouse=True)
def _flush_the_record_too() -> Iterator[None]:
    """Tests with real commits empty all tables at their end; the append-only ones refuse that, so their guard rests for the moment."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    guard = """DO $$ DECLARE held regclass; BEGIN
        FOR held IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'append_only'
        LOOP EXECUTE format('ALTER TABLE %%s %s TRIGGER append_only', held); END LOOP; END $$"""
    plain = DatabaseOperations.sql_flush

    def flush(*args: object, **kwargs: object) -> list[str]:
        statements = plain(*args, **kwargs)
        return [guard % "DISABLE", *statements, guard % "ENABLE"] if statements else statements

    DatabaseOperations.sql_flush = flush
    yield
    DatabaseOperations.sql_flush = plain


@pytest.fixture(autouse=True, scope="session")
def _flush_past_append_only() -> Iterator[None]:
    """Tests that commit are cleaned up by TRUNCATE, which the append-only tables refuse: once, in that transaction, their triggers rest."""
    from django.db import connection

    original = connection.ops.execute_sql_flush
    connection.ops.execute_sql_flush = lambda statements: original(
        ["SET LOCAL session_replication_role = replica", *statements]
    )
    yield
    connection.ops.execute_sql_flush = original
