"""What the frame of every page shows of the programme."""

import pytest

from tests import factories as make


@pytest.mark.clause("G1", door="http")
@pytest.mark.clause("T2.1", door="http")
def test_a_teacher_sees_the_batches_and_who_hosts(world):
    client = make.client(world.teacher)
    text = client.get("/about/help/").content.decode()
    assert "主办：江苏省教育厅" in text and "承办：省师干训中心、省电化教育馆" in text
    for period in ("7月16日—8月4日", "9月1日—20日", "11月16日—12月5日"):
        assert period in text
    chosen = client.get("/about/help/").context["shell"].batches[-1]
    client.post("/batch/", {"batch": chosen.id})
    assert client.get("/about/help/").context["shell"].batch == chosen


def test_unasked_the_latest_running_batch(world):
    client = make.client(world.teacher)
    for at, number in (
        ("2023-06-01 08:00", 1),
        ("2023-07-20 08:00", 1),
        ("2023-08-02 08:00", 2),
        ("2023-08-29 20:14", 3),
        ("2024-02-01 08:00", 9),
    ):
        make.set_clock(at)
        assert client.get("/about/help/").context["shell"].batch.number == number


def test_no_programme_no_switcher(db, client):
    make.installation()
    page = client.get("/about/help/")
    assert page.status_code == 200 and page.context["shell"].batches == ()
