"""Choosing through the gate, as the browser does it."""

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests import factories as make
from yanxiu.access.models import Account, Appointment
from yanxiu.events.models import Event
from yanxiu.places import actions
from yanxiu.places.models import Choice, PlaceRequest

from .conftest import Stream, claim, signed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w(transactional_db: None) -> SimpleNamespace:
    """Batch 5 in its choice; a class of ten seats; school A with quota for all, C with one."""
    w = make.world("2023-09-12 10:00")
    w.next = make.batch(w.programme, 5)
    w.ten = make.training_class(w.next, w.version, seats=10)
    make.quota(w.school_a, w.next, 100)
    make.quota(w.school_c, w.next, 1)
    return w


@pytest.mark.clause("T4.1a", door="http")
def test_sixty_four_choose_the_last_ten_seats(w: SimpleNamespace, stream: Stream) -> None:
    people = [make.person(w.school_a) for _ in range(64)]
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda p: stream.choose(p.pk, w.ten), people))
    assert {status for status, _ in answers} == {200}
    held = [a for _, a in answers if a["outcome"] == "holding"]
    waiting = [a for _, a in answers if a["outcome"] == "waiting"]
    assert len(held) == 10 and len(waiting) == 54 and all(a["missing"] == ["seat"] for a in waiting)
    assert max(a["number"] for a in held) < min(a["number"] for a in waiting)
    w.ten.refresh_from_db()
    assert w.ten.used == 10
    # One leaves: the first in line moves up by itself, and hears of it by a job deferred in the same transaction.
    first = min(waiting, key=lambda a: a["number"])
    leaver = Choice.objects.filter(state="holding").first()
    status, answer = stream.post("/hot/withdraw", {"batch": w.next.pk, "key": str(uuid4())}, leaver.person_id)
    assert (status, answer["outcome"]) == (200, "withdrawn")
    assert Choice.objects.get(pk=first["choice"]).state == "holding"
    assert Event.objects.get(kind="places.moved_up").subject_id == first["choice"]


def test_same_key_same_answer_other_body_conflict(w: SimpleNamespace, stream: Stream) -> None:
    person, key = make.person(w.school_a).pk, str(uuid4())
    first, again = stream.choose(person, w.ten, key), stream.choose(person, w.ten, key)
    assert again[1]["replayed"] and again[1]["number"] == first[1]["number"]
    other = make.training_class(w.next, w.version)
    assert stream.choose(person, other, key)[0] == 409
    assert PlaceRequest.objects.count() == 1


def test_a_refusal_is_an_answer_with_all_its_reasons(w: SimpleNamespace, stream: Stream) -> None:
    person = make.person(w.school_a, stage="高中", on_duty=False)
    status, answer = stream.choose(person.pk, w.ten)
    assert status == 200 and not answer["ok"]
    assert [r["code"] for r in answer["reasons"]] == ["off_duty", "stage_mismatch"]


def enrol(
    w: SimpleNamespace, stream: Stream, persons: list[Any], appointment: Any = None, key: str | None = None, **more: Any
) -> tuple[int, dict[str, Any]]:
    payload = {
        "batch": w.next.pk,
        "school": w.school_a.pk,
        "persons": [p.pk for p in persons],
        "key": key or str(uuid4()),
        **more,
    }
    held = appointment or Appointment.objects.get(person=w.school_admin, role="school_admin")
    return stream.request("POST", "/hot/enrol", orjson.dumps(payload), signed(held.person_id, appointment=held.pk))  # fmt: skip


@pytest.mark.clause("T3.2c", door="http")
def test_a_school_enrols_by_list(w: SimpleNamespace, stream: Stream) -> None:
    """Who holds is enrolled, who waits stays, who chose nothing is enrolled into the class of the list. One press, one stored answer."""
    w.one = make.training_class(w.next, w.version, seats=1)
    holds, waits, key = make.person(w.school_a), make.person(w.school_a), str(uuid4())
    assert [stream.choose(p.pk, w.one)[1]["outcome"] for p in (holds, waits)] == ["holding", "waiting"]
    status, answer = enrol(w, stream, [holds, waits], key=key)
    assert status == 200 and [a["outcome"] for a in answer["answers"]] == ["enrolled", "no"]
    assert [r["code"] for r in answer["answers"][1]["reasons"]] == ["no_seat"]
    again = enrol(w, stream, [holds, waits], key=key)[1]["answers"]
    assert all(a.pop("replayed") for a in again) and not any(a.pop("replayed") for a in answer["answers"])
    assert again == answer["answers"]
    assert enrol(w, stream, [waits], key=key)[0] == 409
    blank = make.person(w.school_a)
    status, answer = enrol(w, stream, [blank], training_class=w.ten.pk)
    assert [a["outcome"] for a in answer["answers"]] == ["enrolled"]
    # What a school does for somebody is one event, and the page gives the answer of the gate to the same press.
    assert list(Event.objects.filter(person=blank.pk).values_list("kind", flat=True)) == ["places.enrolled"]
    by = w.school_admin.pk
    told = actions.enrol(batch=w.next.pk, school=w.school_a.pk, rows=[(holds.pk, None), (waits.pk, None)], by=by, key=key)  # fmt: skip
    assert [(a.outcome, a.replayed) for a in told] == [("enrolled", True), ("no", True)]


def test_who_may_enrol_by_list(w: SimpleNamespace, stream: Stream) -> None:
    """The present appointment must be the presser's own, in force, of a role that enrols, and of that school."""
    person, now = make.person(w.school_a), make.moment("2023-09-12 10:00")
    stream.choose(person.pk, w.ten)
    mine = Appointment.objects.get(person=w.school_admin, role="school_admin")
    elsewhere = Appointment.objects.get(person=w.school_admin_c, role="school_admin")
    leader = make.appoint(make.person(w.school_a), "school_leader", w.school_a)
    county = make.appoint(make.person(w.school_a), "county_admin", w.gulou_xz)
    for held in (elsewhere, leader, county):
        status, answer = enrol(w, stream, [person], held)
        assert status == 200 and [r["code"] for r in answer["answers"][0]["reasons"]] == ["out_of_scope"]
    payload = {"batch": w.next.pk, "school": w.school_a.pk, "persons": [person.pk], "key": str(uuid4())}
    stranger = signed(elsewhere.person_id, appointment=mine.pk)
    for headers in (stranger, signed(w.school_admin.pk)):
        _, answer = stream.request("POST", "/hot/enrol", orjson.dumps({**payload, "key": str(uuid4())}), headers)
        assert [r["code"] for r in answer["answers"][0]["reasons"]] == ["out_of_scope"]
    Appointment.objects.filter(pk=mine.pk).update(period=(None, now))
    assert enrol(w, stream, [person], mine)[1]["answers"][0]["reasons"][0]["code"] == "out_of_scope"
    assert Choice.objects.get(person=person).state == "holding"
    for wrong in ([], "1", [True], [person.pk, person.pk], list(range(1, 502))):
        body = orjson.dumps({**payload, "persons": wrong})
        assert stream.request("POST", "/hot/enrol", body, signed(w.school_admin.pk, appointment=mine.pk))[0] == 400


def test_who_may_ask(w: SimpleNamespace, stream: Stream) -> None:
    person = make.person(w.school_a)
    body = b'{"batch": 1}'
    assert stream.request("GET", "/hot/choose", headers=signed(person.pk))[0] == 405
    assert stream.request("POST", "/hot/nothing", body, signed(person.pk))[0] == 404
    assert stream.request("POST", "/hot/choose", body, {"x-yx": "1"})[0] == 401
    assert stream.request("POST", "/hot/choose", body, {**signed(person.pk), "sec-fetch-site": "cross-site"})[0] == 403
    assert (
        stream.request("POST", "/hot/choose", body, {**signed(person.pk), "origin": "https://elsewhere.example"})[0]
        == 403
    )
    assert stream.request("POST", "/hot/choose", body, {"cookie": signed(person.pk)["cookie"]})[0] == 403
    forged = signed(person.pk)["cookie"][:-4] + "AAAA"
    assert stream.request("POST", "/hot/choose", body, {"x-yx": "1", "cookie": forged})[0] == 401
    assert stream.request("POST", "/hot/choose", body, {**signed(person.pk, seconds=-1)})[0] == 401
    assert stream.request("POST", "/hot/choose", body, signed(person.pk))[0] == 400
    assert stream.request("POST", "/hot/choose", b"[]", signed(person.pk))[0] == 400
    assert stream.request("POST", "/hot/choose", b"{" + b" " * 9000, signed(person.pk))[0] == 413
    assert PlaceRequest.objects.count() == 0


def test_a_raised_epoch_is_heard_within_two_seconds(w: SimpleNamespace, stream: Stream) -> None:
    person = make.person(w.school_a)
    account = make.account(person)
    cookie = {"cookie": f"yx_claim={claim(person.pk, account=account.pk)}", "x-yx": "1"}
    assert stream.request("POST", "/hot/ping", headers=cookie)[0] == 200
    Account.objects.filter(pk=account.pk).update(epoch=1)
    until = time.monotonic() + 5
    while stream.request("POST", "/hot/ping", headers=cookie)[0] == 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert stream.request("POST", "/hot/ping", headers=cookie)[0] == 401
    assert stream.request("POST", "/hot/ping", headers={**signed(person.pk, account=account.pk, epoch=1)})[0] == 200


def test_a_ping_renews_an_old_claim_up_to_the_sessions_end(w: SimpleNamespace, stream: Stream) -> None:
    def renewed(**more: int) -> str | None:
        status, answer = stream.request("POST", "/hot/ping", headers=signed(7, **more))
        assert status == 200
        return answer["_headers"].get("set-cookie")

    now = int(time.time())
    assert renewed(until=now + 3600) is None
    assert renewed(seconds=200, until=now + 3600).startswith("yx_claim=")
    assert "Max-Age" in renewed(seconds=200, until=now + 250)
    assert renewed(seconds=200, until=now - 1) is None
    assert renewed(seconds=200) is None


def test_half_a_body_holds_nobody_up(w: SimpleNamespace, stream: Stream) -> None:
    with socket.create_connection(("127.0.0.1", stream.port)) as half:
        head = "".join(f"{k}: {v}\r\n" for k, v in signed(1).items())
        half.sendall(f"POST /hot/choose HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n{head}\r\n{{".encode())
        assert stream.choose(make.person(w.school_a).pk, w.ten)[1]["outcome"] == "holding"


@pytest.mark.parametrize("attempt", [1, 2])
def test_kill_9_under_load_loses_nothing_acknowledged(w: SimpleNamespace, stream: Stream, attempt: int) -> None:
    """Whoever got no answer sends again with the same key; every answer is what is stored, and none is given twice."""
    people = [make.person(w.school_a).pk for _ in range(120)]
    keys = {person: str(uuid4()) for person in people}
    answers: dict[int, dict] = {}
    first: dict[int, dict] = {}

    def press(person: int) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                status, answer = stream.choose(person, w.ten, keys[person])
            except (OSError, ValueError, AttributeError):
                time.sleep(0.05)
                continue
            if status == 200:
                answers[person] = answer
                first.setdefault(person, answer)
                return
            time.sleep(0.05)

    with ThreadPoolExecutor(24) as pool:
        futures = [pool.submit(press, person) for person in people]
        while len(answers) < 30:
            time.sleep(0.002)
        stream.kill()
        stream.start()
        for future in futures:
            future.result()
    assert len(answers) == 120
    stored = {c.person_id: c for c in Choice.objects.filter(batch=w.next)}
    assert len(stored) == 120 and Choice.objects.filter(batch=w.next).count() == 120
    for person, answer in answers.items():
        assert (stored[person].pk, stored[person].number, stored[person].state) == (
            answer["choice"],
            answer["number"],
            answer["outcome"],
        )
    in_order = sorted(stored.values(), key=lambda c: c.number)
    assert [c.state for c in in_order] == ["holding"] * 10 + ["waiting"] * 110
    again = stream.choose(people[0], w.ten, keys[people[0]])[1]
    assert again["replayed"] and again["number"] == answers[people[0]]["number"]


def test_stopping_answers_everybody_who_asked(w: SimpleNamespace, stream: Stream) -> None:
    people = [make.person(w.school_a).pk for _ in range(40)]
    statuses: list[int] = []

    def press(person: int) -> None:
        try:
            statuses.append(stream.choose(person, w.ten)[0])
        except OSError:
            pass  # not accepted any more

    threads = [threading.Thread(target=press, args=(p,)) for p in people]
    for thread in threads:
        thread.start()
    os.kill(stream.process.pid, 15)
    for thread in threads:
        thread.join()
    assert statuses.count(200) == Choice.objects.filter(batch=w.next).count()
