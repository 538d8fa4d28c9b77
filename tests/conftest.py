"""Fixtures for all tests. What a test builds it builds with tests/factories."""

import os
import shutil
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from yanxiu.events import actions as events
from yanxiu.events import queries as installations
from yanxiu.lib import clock


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """See tests.factories.world."""
    from tests import factories

    return factories.world()


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests without a database have the machine's time; with one the installation's row is read when it is asked for."""
    installations.forget_mode()
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser; tests that want one are skipped where there is none. A module's own: its event loop must not stay behind in the thread."""
    path = os.environ.get("YANXIU_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no chromium")
    from playwright import sync_api

    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    flags = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required", "--disable-background-networking"]  # fmt: skip
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()
