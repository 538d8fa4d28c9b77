"""What runs now, for anybody: no figure is shown that was not looked at."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tests import factories as make
from tests.places.pages.reading import read
from yanxiu.events import jobs
from yanxiu.lib import clock

pytestmark = pytest.mark.django_db


def beat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        at = clock.real_now() - timedelta(seconds=seconds_ago)
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


def swept(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, priority) VALUES ('default', %s, 'succeeded', 0) RETURNING id",
            [jobs.run_sweeps.name],
        )
        at = clock.real_now() - timedelta(seconds=seconds_ago)
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'succeeded', %s)",
            [cursor.fetchone()[0], at],
        )


def test_without_a_worker_the_page_says_so() -> None:
    make.installation()
    page = read(Client().get("/status/"))
    assert "没有运行" in page and "还没有巡查过" in page and "晚了" in page
    assert "等着办的0件" in page


def test_a_worker_that_beats_a_sweep_in_time_and_the_length_of_the_queue() -> None:
    make.installation()
    beat(5)
    swept(400)
    swept(20)
    for _ in range(3):
        jobs.react_to.defer(events=[])
    page = read(Client().get("/status/"))
    assert "没有运行" not in page and "等着办的3件" in page
    assert re.search("上一次巡查在2[0-9]秒前", page), page
    assert page.count("正在运行") == 4, "pages, worker, sweeps, and what the browser shows once the gate has answered"
    beat(90)
    assert "没有运行" in read(Client().get("/status/"))
