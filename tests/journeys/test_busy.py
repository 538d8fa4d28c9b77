"""More than the gate may hold, in the browser: the page keeps the choice, says so, and sends it again by itself with the same key."""

import json
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests import factories as make
from tests.journeys.conftest import Visitors
from tests.journeys.serving import Platform, database_url
from yanxiu.places.actions.reading import LOCK_SPACE
from yanxiu.places.models import Choice, PlaceRequest

ENVIRONMENT = {"YANXIU_BACKLOG": "1"}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def until(true: Callable[[], object], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.clause("T4.1a", door="browser")
@pytest.mark.parametrize("visitors", ["zh-CN"], indirect=True)
def test_past_the_backlog_the_page_keeps_the_choice_and_sends_it_again(visitors: Visitors, platform: Platform) -> None:
    """One act is held up at its lock, one request fills the backlog: the third is told to come back, twice, and then gets its place."""
    w = make.world("2023-09-12 10:00")
    batch = make.batch(w.programme, 5)
    make.training_class(batch, w.version, seats=2)
    make.quota(w.school_a, batch, 9)
    pages = [visitors.person(make.person(w.school_a)) for _ in range(3)]
    for page in pages:
        page.goto("/choose/")
    third = pages[2]
    asked: list[dict[str, Any]] = []
    third.on("request", lambda r: asked.append(json.loads(r.post_data)) if r.url.endswith("/hot/choose") else None)
    with psycopg.connect(database_url()) as lock, psycopg.connect(database_url(), autocommit=True) as look:
        lock.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_SPACE + batch.pk])
        held_up = "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        pages[0].locator("form[data-hot=choose] button").click()
        until(lambda: look.execute(held_up).fetchone() == (True,))
        pages[1].locator("form[data-hot=choose] button").click()
        until(lambda: third.evaluate("fetch('/hot/health').then(r => r.json())")["waiting"] == 1)
        with third.expect_response(lambda r: r.url.endswith("/hot/choose")) as told:
            third.locator("form[data-hot=choose] button").click()
        assert (told.value.status, told.value.headers["retry-after"]) == (503, "2")
        trying = third.locator("#trying")
        trying.get_by_text("现在选课的人多，您的选择还留着，2秒后自动再送，不用再按。").wait_for()
        third.locator("form[data-hot=choose] button").click(force=True)  # No second act.
        third.reload()  # Nor is it lost with the page.
        trying.get_by_text("您的选择还留着").wait_for()
        assert not PlaceRequest.objects.exists()
    third.locator("#outcome").get_by_text("已加入候补").wait_for()
    for page in pages[:2]:
        page.locator("#outcome").get_by_text("已占位").wait_for()
    assert len(asked) >= 3 and len({one["key"] for one in asked}) == 1
    assert [c.state for c in Choice.objects.filter(batch=batch).order_by("number")] == ["holding", "holding", "waiting"]
    assert PlaceRequest.objects.count() == 3
    assert {line.split()[0] for line in visitors.wrong} <= {"503"}
