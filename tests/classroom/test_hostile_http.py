"""A hostile and an honest client over HTTP, signed in as learners: what the browser's own requests can do, and no more."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from tests import factories as make
from yanxiu.learning.models import ItemTime, LearnerTime
from yanxiu.lib import bitmap, clock


@pytest.fixture
def school(world: SimpleNamespace, settings: Any) -> SimpleNamespace:
    settings.ROOT_URLCONF = "tests.classroom.platform"
    world.video = world.version.items.get(kind="video")
    world.text = world.version.items.get(kind="text")
    world.client = make.client(world.teacher)
    world.client.get("/learn/")  # brings the claim
    return world


def post(client: Any, name: str, body: Any) -> Any:
    return client.post(f"/hot/{name}", json.dumps(body), content_type="application/json", headers={"X-Yx": "1"})


def start(
    w: SimpleNamespace, client: Any = None, enrolment: int | None = None, take_over: bool = True
) -> tuple[str, Any]:
    session = str(uuid4())
    body = {"enrolment": enrolment or w.enrolment.pk, "session": session, "take_over": take_over}
    return session, post(client or w.client, "session", body).json()


def report(
    w: SimpleNamespace,
    session: str,
    spans: list[list[int | None]],
    *,
    client: Any = None,
    item: int | None = None,
    **more: Any,
) -> Any:
    body = {"reports": [{"session": session, "item": item or w.video.pk, "spans": spans, **more}]}
    return post(client or w.client, "report", body).json()["answers"][0]


def later(seconds: float) -> None:
    make.set_clock(clock.now() + timedelta(seconds=seconds))


@pytest.mark.clause("A1.4", door="http")
def test_who_does_not_play_gets_real_time_at_most_and_every_refusal_has_its_reason(school: SimpleNamespace) -> None:
    session, opened = start(school)
    assert opened["ok"]
    assert report(school, session, [[0, 300]])["refused"] == [[0, 300, "too_fast"]]  # at once
    later(60)
    faster = report(school, session, [[0, 1500]])
    assert faster["credited"] == 60 and faster["refused"] == [[60, 1500, "too_fast"]]
    assert report(school, session, [[0, 60]])["credited"] == 0  # replayed
    second, _ = start(school)  # a second device; the first goes on
    later(30)
    assert report(school, second, [[60, 90]])["credited"] == 30
    parallel = report(school, session, [[100, 130]])
    assert (parallel["session"], parallel["credited"], parallel["refused"]) == (
        "ended",
        0,
        [[100, 130, "other_session"]],
    )
    assert report(school, str(uuid4()), [[200, 260]])["refused"] == [[200, 260, "no_session"]]  # forged
    assert report(school, second, [[0, 30]], item=10**9)["refused"] == [[0, 30, "not_material"]]
    assert LearnerTime.objects.get().seconds == 90

    stranger = make.client(school.colleague)
    stranger.get("/learn/")
    later(30)
    assert report(school, second, [[90, 120]], client=stranger)["refused"] == [[90, 120, "no_session"]]  # for others
    assert start(school, stranger)[1] == {"ok": False, "reasons": ["not_enrolled"]}
    assert LearnerTime.objects.count() == 1 and LearnerTime.objects.get().seconds == 90
    page = school.client.get(f"/learn/{school.enrolment.pk}/{school.video.pk}/").content.decode()
    assert "快于实际时间" in page and "另一台设备也在播放" in page


@pytest.mark.clause("S2.1.2", door="http")
def test_only_the_days_of_the_batch_count_to_the_second(school: SimpleNamespace) -> None:
    make.set_clock("2023-08-31 23:59:59")
    assert start(school)[1] == {"ok": False, "reasons": ["learning_not_open"]}
    make.set_clock("2023-09-20 23:59:20")
    session, _ = start(school)
    later(60)  # 00:00:20 of the day after
    answer = report(school, session, [[0, 60, 60_000]])
    assert answer["credited"] == 40 and answer["refused"] == [[40, 60, "outside_days"]]
    later(60)
    assert report(school, session, [[100, 160, 120_000]])["credited"] == 0
    assert start(school)[1] == {"ok": False, "reasons": ["learning_over"]}
    assert (
        "不在当期培训的日子里" in school.client.get(f"/learn/{school.enrolment.pk}/{school.video.pk}/").content.decode()
    )


@pytest.mark.clause("A2.1", door="http")
def test_twenty_lost_reports_in_any_order_are_exactly_what_was_played(school: SimpleNamespace) -> None:
    session, _ = start(school)
    later(300)
    lost = [
        {"session": session, "item": school.video.pk, "spans": [[15 * n, 15 * n + 15, 15_000 * (n + 1)]]}
        for n in range(20)
    ]
    for n in (7, 3, 19, 0, 12, 5, 1, 18, 2, 4, 6, 8, 9, 10, 11, 13, 14, 15, 16, 17, 3, 19):
        answer = post(school.client, "report", {"reports": [lost[n]]}).json()["answers"][0]
        assert not answer["refused"]
    time = ItemTime.objects.get()
    assert bitmap.spans(bytes(time.cells)) == [(0, 300)] and time.refused == []
    assert "0.12" in school.client.get("/learn/").content.decode()  # 300 s of 2,400


def test_what_is_no_report_is_answered_and_not_stored(school: SimpleNamespace) -> None:
    assert post(school.client, "report", {"reports": "all"}).status_code == 400
    from django.test import Client

    assert post(Client(), "report", {"reports": []}).status_code == 401
    assert not ItemTime.objects.exists()
