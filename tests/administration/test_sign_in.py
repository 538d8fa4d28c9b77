"""Through HTTP, as whoever signs in."""

import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from axes.models import AccessAttempt
from django.test import Client

from tests import factories as make
from yanxiu.access import actions as access
from yanxiu.access.models import Account, AccountLink
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.web import claim

pytestmark = pytest.mark.django_db
WORD = "correct horse battery"


@pytest.fixture
def teacher(world):
    world.teacher.account.set_password(WORD)
    world.teacher.account.save()
    return world.teacher


def enter(client: Client, login: str, password: str = WORD, **more):
    return client.post("/sign-in/", {"username": login, "password": password, **more})


def phone_of(person) -> str:
    from yanxiu.organisation import queries

    return queries.open_sealed(bytes(person.phone_sealed), queries.PHONE)


@pytest.mark.clause("T1.1", door="http")
def test_a_teacher_of_the_roster_signs_in_with_number_or_phone(client, teacher):
    assert client.get("/sign-in/").status_code == 200
    for login in (teacher.teacher_number, phone_of(teacher), f" {teacher.teacher_number} "):
        assert enter(client, login).status_code == 302
        assert client.get("/profile/").status_code == 200
        client.post("/sign-out/")
        assert client.get("/profile/").status_code == 302
    assert Event.objects.filter(kind="access.signed_in", person=teacher.pk).count() == 3


def test_a_wrong_number_and_a_wrong_password_read_the_same(client, teacher):
    one, two = enter(client, teacher.teacher_number, "wrong"), enter(client, "T404404", "wrong")
    assert (one.status_code, two.status_code) == (422, 422)
    for page in (one, two):
        assert "编号、手机号或密码不正确。" in page.content.decode()
    assert "wrong" not in one.content.decode()


def test_the_way_back_is_kept_and_never_leads_away(client, teacher):
    assert client.get("/people/").headers["Location"] == "/sign-in/?next=" + quote("/people/", safe="")
    assert enter(client, teacher.teacher_number, next="/profile/?x=1").headers["Location"] == "/profile/?x=1"
    for bad in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        client.post("/sign-out/")
        assert enter(client, teacher.teacher_number, next=bad).headers["Location"] == "/"


def test_eight_failures_lock_the_account_for_number_and_phone_alike(client, teacher):
    phone = phone_of(teacher)
    pages = [enter(client, (teacher.teacher_number, phone)[i % 2], "wrong") for i in range(7)]
    assert "还可以再试1次，之后暂停登录15分钟" in pages[-1].content.decode()
    assert enter(client, teacher.teacher_number, "wrong").status_code == 429
    # Another process, another session: what counts stands in the database.
    locked = enter(Client(), phone)
    assert locked.status_code == 429
    assert "登录暂停15分钟" in locked.content.decode()
    AccessAttempt.objects.update(attempt_time=clock.real_now() - timedelta(minutes=16))
    assert enter(Client(), phone).status_code == 302


def test_the_lockout_believes_no_header_of_the_client(client, teacher):
    for i in range(8):
        client.post(
            "/sign-in/",
            {"username": teacher.teacher_number, "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{i}, 192.0.2.9"},
        )
    assert (
        client.post(
            "/sign-in/",
            {"username": teacher.teacher_number, "password": WORD},
            headers={"X-Forwarded-For": "192.0.2.9"},
        ).status_code
        == 429
    )


def test_a_closed_account_does_not_come_in_and_is_put_out_at_once(client, teacher, world):
    enter(client, teacher.teacher_number)
    access.close_account(teacher.account.pk, by=world.school_admin.pk)
    assert client.get("/profile/").status_code == 302
    assert enter(client, teacher.teacher_number).status_code == 422


def test_a_first_password_opens_nothing_but_the_page_that_replaces_it(client, teacher, world):
    password = access.make_slip(teacher.account.pk, by=world.school_admin.pk)
    assert enter(client, teacher.teacher_number, password).status_code == 302
    assert client.get("/notifications/").headers["Location"] == "/password/"
    short = client.post("/password/", {"new": "short", "again": "short"})
    assert (short.status_code, "密码至少10个字" in short.content.decode()) == (422, True)
    assert client.post("/password/", {"new": "1234567890", "again": "1234567890"}).status_code == 422
    assert client.post("/password/", {"new": WORD, "again": WORD + "x"}).status_code == 422
    assert (
        client.post(
            "/password/", {"new": f"{teacher.teacher_number}abc", "again": f"{teacher.teacher_number}abc"}
        ).status_code
        == 422
    )
    assert (
        client.post("/password/", {"new": "another horse battery", "again": "another horse battery"}).status_code == 302
    )
    assert client.get("/notifications/").status_code == 200
    assert enter(Client(), teacher.teacher_number, password).status_code == 422


def test_changing_the_password_asks_the_old_one_and_ends_the_other_sessions(client, teacher):
    other = Client()
    enter(client, teacher.teacher_number)
    enter(other, teacher.teacher_number)
    new = {"new": "another horse battery", "again": "another horse battery"}
    assert client.post("/password/", {"old": "wrong", **new}).status_code == 422
    assert client.post("/password/", {"old": WORD, **new}).status_code == 302
    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302


def test_a_one_time_link_sets_the_password_once(client, teacher, world):
    token = access.make_link(teacher.account.pk, by=world.school_admin.pk)
    assert enter(client, teacher.teacher_number).status_code == 422
    page = client.get(f"/link/{token}/")
    assert (page.status_code, page.headers["Referrer-Policy"], "no-store" in page.headers["Cache-Control"]) == (
        200,
        "no-referrer",
        True,
    )
    assert client.post(f"/link/{token}/", {"new": WORD, "again": WORD}).status_code == 302
    assert client.get("/profile/").status_code == 200
    assert Client().get(f"/link/{token}/").status_code == 410
    late = access.make_link(teacher.account.pk, by=world.school_admin.pk)
    AccountLink.objects.update(expires_at=clock.real_now())
    assert Client().post(f"/link/{late}/", {"new": WORD, "again": WORD}).status_code == 410


def test_revoking_ends_sessions_in_every_process(client, teacher):
    enter(client, teacher.teacher_number)
    access.revoke(teacher.account.pk, by=None)
    assert client.get("/profile/").status_code == 302


def test_half_an_hour_without_a_sign_of_life_ends_the_session_unless_the_player_reported(client, teacher):
    enter(client, teacher.teacher_number)
    client.get("/profile/")

    def last_seen(minutes: int) -> None:
        session = client.session
        session["yx_seen"] = int(time.time()) - minutes * 60
        session.save()

    last_seen(29)
    assert client.get("/profile/").status_code == 200
    last_seen(31)
    account = Account.objects.get(pk=teacher.account.pk)
    held = claim.sign(person=teacher.pk, account=account.pk, appointment=None, epoch=account.epoch, at=int(time.time()))
    client.cookies[claim.COOKIE] = held
    assert client.get("/profile/").status_code == 200
    last_seen(31)
    del client.cookies[claim.COOKIE]
    assert client.get("/profile/").status_code == 302


def test_the_domain_clock_moves_no_protection(client, teacher):
    enter(client, teacher.teacher_number)
    make.set_clock("2023-12-31 10:00")
    assert client.get("/profile/").status_code == 200
