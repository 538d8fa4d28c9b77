"""The back end's own health check and reading of instants."""

from datetime import UTC

import psycopg
import pytest
from django.db import connection, connections
from django.utils import timezone

from yanxiu.lib import clock


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_stands_is_not_asked_and_one_that_was_cut_is_found_out(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with monkeypatch.context() as m:
        m.setattr(connection.connection, "cursor", lambda: pytest.fail("asked"))
        assert connection.is_usable()
    with psycopg.connect(**_where(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    # As before each request: the next statement finds a new connection, and nobody an error.
    connection.health_check_enabled = True
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_an_instant_comes_in_utc() -> None:
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, %s::timestamptz", [now, timezone.localtime(now)])
        row = cursor.fetchone()
    assert row == (now, now) and {moment.tzinfo for moment in row} == {UTC}


def _where() -> dict[str, str]:
    found = connections["default"].get_connection_params()
    return {name: found[name] for name in ("host", "port", "user", "password", "dbname") if found.get(name)}
