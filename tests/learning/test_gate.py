"""The act behind the gate: over the gate's own line, many at once, in two processes' worth of lines."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from tests import factories as make
from yanxiu.events import actions as events
from yanxiu.events.groups import Line
from yanxiu.learning.hot import ENDPOINTS
from yanxiu.learning.models import ItemTime, LearnerTime, LearningMeter
from yanxiu.lib import bitmap, clock, hot

pytestmark = pytest.mark.django_db(transaction=True)
REPORT, SESSION = ENDPOINTS["report"], ENDPOINTS["session"]


@pytest.fixture
def school() -> SimpleNamespace:
    w = make.world()
    w.video = w.version.items.get(kind="video")
    w.sessions = {e.pk: str(uuid4()) for e in (w.enrolment, w.enrolment_2, w.enrolment_c)}
    w.enrolments = {e.pk: e for e in (w.enrolment, w.enrolment_2, w.enrolment_c)}
    return w


def line() -> Line:
    s = connection.settings_dict
    return Line(
        make_conninfo(dbname=s["NAME"], user=s["USER"], password=s["PASSWORD"], host=s["HOST"], port=str(s["PORT"])),
        heard=events.heard(),
    )


def asked(endpoint: hot.Endpoint, person: int, **payload: Any) -> Any:
    return endpoint.parse(payload, hot.Claim(person, 1, None, 0), clock.real_now())


def through(*lists: list[Any]) -> list[list[hot.Reply]]:
    """Each list over a line of its own, at the same time."""

    async def all_of_them() -> list[list[hot.Reply]]:
        lines = [line() for _ in lists]
        try:
            return await asyncio.gather(
                *(each.run(REPORT.act(requests)) for each, requests in zip(lines, lists, strict=True))
            )
        finally:
            for each in lines:
                await each.close()

    return asyncio.run(all_of_them())


def test_both_paths_share_one_list() -> None:
    assert REPORT.act is SESSION.act


def test_sessions_and_reports_over_the_gate_s_line(school: SimpleNamespace) -> None:
    starts = [
        asked(SESSION, e.person_id, enrolment=pk, session=school.sessions[pk]) for pk, e in school.enrolments.items()
    ]
    [replies] = through(starts)
    assert [r.body["ok"] for r in replies] == [True, True, True]
    make.set_clock(clock.now() + timedelta(seconds=60))
    reports = [
        asked(
            REPORT,
            e.person_id,
            reports=[
                {"session": school.sessions[pk], "item": school.video.pk, "spans": [[n, n + 20, None]]}
                for n in (0, 20, 40)
            ],
        )
        for pk, e in school.enrolments.items()
    ]
    [replies] = through(reports)
    assert [[a["credited"] for a in r.body["answers"]] for r in replies] == [[20, 20, 20]] * 3
    assert {bytes(t.cells) for t in ItemTime.objects.all()} == {bitmap.from_spans([(0, 60)])}
    assert list(LearnerTime.objects.values_list("seconds", flat=True)) == [60, 60, 60]


def test_two_lines_at_once_credit_each_second_once(school: SimpleNamespace) -> None:
    through(
        [asked(SESSION, e.person_id, enrolment=pk, session=school.sessions[pk]) for pk, e in school.enrolments.items()]
    )
    for round_ in range(1, 6):
        make.set_clock(clock.now() + timedelta(seconds=100))
        at = (round_ - 1) * 100
        reports = [
            asked(
                REPORT,
                e.person_id,
                reports=[{"session": school.sessions[pk], "item": school.video.pk, "spans": [[at, at + 100]]}],
            )
            for pk, e in school.enrolments.items()
        ]
        through(reports, reports[::-1], reports)
    assert list(LearnerTime.objects.values_list("seconds", flat=True)) == [500, 500, 500]
    assert all(t.seconds == bitmap.count(bytes(t.cells)) == 500 for t in ItemTime.objects.all())
    assert all(m.periods == [500] for m in LearningMeter.objects.all())


def test_a_race_for_the_one_session_has_one_winner(school: SimpleNamespace) -> None:
    pk, person = school.enrolment.pk, school.teacher.pk
    starts = [[asked(SESSION, person, enrolment=pk, session=str(uuid4()))] for _ in range(4)]
    replies = through(*starts)
    assert sorted(r[0].body["ok"] for r in replies) == [False, False, False, True]
    assert LearningMeter.objects.exclude(session=None).count() == 1


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"reports": []},
        {"reports": [{}] * 201},
        {"reports": [{"session": "x"}]},
        {"reports": [{"session": str(uuid4()), "item": -1}]},
        {"reports": [{"session": str(uuid4()), "item": True}]},
        {"reports": [{"session": str(uuid4()), "item": 1, "spans": [[5, 5]]}]},
        {"reports": [{"session": str(uuid4()), "item": 1, "spans": [[0, 10**9]]}]},
        {"reports": [{"session": str(uuid4()), "item": 1, "spans": [[0, 1.5]]}]},
        {"reports": [{"session": str(uuid4()), "item": 1, "spans": [[0, 1]] * 61}]},
        {"reports": [{"session": str(uuid4()), "item": 1, "skipped": [[0, 5, "because"]]}]},
    ],
    ids=range(11),
)
def test_what_is_no_report_never_reaches_the_list(payload: dict[str, Any]) -> None:
    with pytest.raises(hot.Malformed):
        REPORT.parse(payload, hot.Claim(1, 1, None, 0), clock.real_now())


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"enrolment": "1"},
        {"enrolment": 1, "session": "no"},
        {"enrolment": 1, "session": str(uuid4()), "take_over": 1},
    ],
    ids=range(4),
)
def test_what_is_no_session_never_reaches_the_list(payload: dict[str, Any]) -> None:
    with pytest.raises(hot.Malformed):
        SESSION.parse(payload, hot.Claim(1, 1, None, 0), clock.real_now())
