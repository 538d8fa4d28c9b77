"""The frame of the pages: doors, switches, the content policy, the claim."""

import json
from collections import Counter

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse

from tests import factories as make
from yanxiu.access.models import Role
from yanxiu.access.rules import Capability
from yanxiu.web import claim, navigation, shell
from yanxiu.web.door import door, public, signed_in
from yanxiu.web.middleware import Whole
from yanxiu.web.said import say


@door(Capability.ENROL)
def enrolling(request):
    return HttpResponse(json.dumps(request.scope.prefixes(Capability.ENROL)))


@door(Capability.MANAGE_POLICY)
def policy(request):
    return HttpResponse()


@signed_in
def own(request):
    return HttpResponse(request.shell.person.name)


@signed_in(free=True)
def duty(request):
    return HttpResponse("duty")


@public
def telling(request):
    say(request, "ok", "已为5人报名", "他们已经收到消息")
    return HttpResponse()


def breaking(request):
    raise RuntimeError


def away(request):
    raise OperationalError("connection failed")


def urlpatterns_of(module):
    return [
        *module.urlpatterns,
        path("t/enrol/", enrolling, name="t-enrol"),
        path("t/own/", own, name="t-own"),
        path("t/policy/", policy, name="t-policy"),
        path("t/duty/", duty),
        path("t/tell/", telling),
        path("t/break/", breaking),
        path("t/away/", away),
    ]


from config import urls as _urls  # noqa: E402

urlpatterns = urlpatterns_of(_urls)
handler400, handler403, handler404, handler500 = _urls.handler400, _urls.handler403, _urls.handler404, _urls.handler500
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _no_duties(monkeypatch):
    """What the packages above provide has tests of its own."""
    monkeypatch.setattr(shell, "_providers", {})


@pytest.fixture
def office():
    make.installation()
    t = make.tree()
    t.admin = make.officer(Role.SCHOOL_ADMIN, t.school_a)
    t.teacher = make.person(t.school_a, name="沈玉芬")
    return t


def test_a_visitor_is_sent_to_the_sign_in_and_back(office):
    answer = Client().get("/t/enrol/?batch=5")
    assert answer.status_code == 302 and answer["Location"] == "/sign-in/?next=%2Ft%2Fenrol%2F%3Fbatch%3D5"
    assert Client().get("/t/own/", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/sign-in/")


def test_a_script_without_a_session_gets_no_page(office):
    answer = Client().get("/t/own/", headers={"Accept": "application/json"})
    assert answer.status_code == 401 and answer.json()["go"].startswith("/sign-in/")


def test_a_tutor_sees_the_class_not_a_path(office):
    tutor = make.officer(Role.TUTOR, training_path="/S20230304/4/语文/17/")
    assert _shell(make.client(tutor), office).place_name == "第4期　语文　17班"


def test_without_the_capability_403_says_who_one_is_and_what_to_do(office):
    answer = make.client(office.teacher).get("/t/enrol/")
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "现在的身份是教师" in text and "您可以" in text


def test_the_capability_opens_with_its_scope(office):
    answer = make.client(office.admin).get("/t/enrol/")
    assert json.loads(answer.content) == [office.school_a.path]
    assert "no-store" in answer["Cache-Control"]


def test_not_found_in_both_languages(office):
    client = make.client(office.teacher)
    assert "没有找到这一页" in client.get("/nope/").content.decode()
    assert "Page not found" in client.get("/nope/", headers={"Accept-Language": "en"}).content.decode()


def test_a_broken_page_says_so_without_the_shell(office):
    client = Client(raise_request_exception=False)
    answer = client.get("/t/break/")
    assert answer.status_code == 500 and "这一页出了问题" in answer.content.decode()


def test_a_database_that_is_away_is_said_in_the_readers_language_and_the_page_comes_back_by_itself(office):
    client = Client(raise_request_exception=False)
    answer = client.get("/t/away/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert "平台暂时用不了" in answer.content.decode() and 'http-equiv="refresh"' in answer.content.decode()
    english = client.post("/t/away/", headers={"Accept-Language": "en"})
    assert "away for a moment" in english.content.decode() and "refresh" not in english.content.decode()
    words = client.get("/t/away/", headers={"HX-Request": "true"})
    assert words["Content-Type"].startswith("text/plain") and "没有显示成功的操作都没有生效" in words.content.decode()


def test_a_form_too_big_is_named_and_nothing_is_taken(office):
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = "c" * 32
    answer = client.post("/t/tell/", b"text=" + b"x" * 10_000_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413 and "提交的内容太大" in answer.content.decode()
    request = RequestFactory().post("/t/tell/", b"x" * 70_000, content_type="text/plain")
    Whole(lambda request: HttpResponse(status=413))(request)
    assert request.read(1) == b"", "the front can send all of it, and hears the answer"
    assert client.get("/t/tell/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_a_duty_comes_first(office, monkeypatch):
    monkeypatch.setattr(shell, "_providers", {"must": lambda s: "/t/duty/"})
    client = make.client(office.teacher)
    assert client.get("/t/own/")["Location"] == "/t/duty/"
    assert client.get("/t/duty/").status_code == 200


def test_one_appointment_at_a_time(office):
    make.appoint(office.admin, Role.TUTOR, training_path="/S20230304/4/语文/17/")
    client = make.client(office.admin)
    places = {role: key for key, _unit, role, _here in _shell(client, office).places}
    assert set(places) == {"校级管理员", "总辅导员", "教师"}
    assert client.get("/t/enrol/").status_code == 200
    assert client.post("/appointment/", {"appointment": places["总辅导员"]}).status_code == 302
    assert client.get("/t/enrol/").status_code == 403
    assert client.post("/appointment/", {"appointment": places["教师"]}).status_code == 302
    assert client.get("/t/enrol/").status_code == 403
    assert client.post("/appointment/", {"appointment": 999999}).status_code == 404
    assert client.post("/appointment/", {"appointment": places["校级管理员"]}).status_code == 302
    assert client.get("/t/enrol/").status_code == 200


def test_batch_of_the_switcher(office, monkeypatch):
    days = [
        ("2023-08-16 00:00", "2023-09-05 00:00"),
        ("2023-09-01 00:00", "2023-09-21 00:00"),
        ("2023-09-16 00:00", "2023-10-06 00:00"),
    ]
    batches = [shell.BatchChoice(n, n, make.moment(a), make.moment(b)) for n, (a, b) in enumerate(days, 3)]
    monkeypatch.setattr(shell, "_providers", {"batches": lambda s: batches})
    client = make.client(office.teacher)
    make.set_clock("2023-09-13 20:14")
    assert "第4期" in client.get("/about/accessibility/").content.decode()
    assert client.post("/batch/", {"batch": 5, "next": "/about/privacy/"})["Location"] == "/about/privacy/"
    assert _shell(client, office).batch.number == 5
    assert client.post("/batch/", {"batch": 77}).status_code == 404
    # Somebody else's address after a switch would be an open redirect.
    assert client.post("/batch/", {"batch": 4, "next": "https://example.org/"})["Location"] == "/"


def test_a_tutor_does_one_work_in_all_batches(office):
    """Marking of one batch, objections of the one before: no switching between appointments, and nothing of another subject."""
    tutor = make.officer(Role.TUTOR, training_path="/S20230304/2/语文/")
    for training in ("/S20230304/3/数学/", "/S20230304/3/语文/"):
        make.appoint(tutor, Role.TUTOR, training_path=training)
    client = make.client(tutor)
    here = _shell(client, office)
    assert [unit for _key, unit, _role, _here in here.places][:2] == ["语文", "第3期　数学"]
    reach = ("/S20230304/2/语文/5/", "/S20230304/3/语文/5/", "/S20230304/3/数学/5/", "/S20230304/4/语文/5/")
    assert [here.scope.covers(Capability.MARK, training=at) for at in reach] == [True, True, False, False]
    places = {unit: key for key, unit, _role, _here in here.places}
    client.post("/appointment/", {"appointment": places["第3期　数学"]})
    here = _shell(client, office)
    assert [here.scope.covers(Capability.MARK, training=at) for at in reach] == [False, False, True, False]


def test_language_and_theme_are_kept_in_cookies(office):
    client = Client()
    assert client.post("/language/", {"language": "en", "next": "/about/privacy/"})["Location"] == "/about/privacy/"
    text = client.get("/about/privacy/").content.decode()
    assert '<html lang="en"' in text and "Privacy" in text and "个人信息保护" not in text
    client.post("/language/", {"language": "xx"})
    assert client.cookies["yx_lang"].value == "en"
    client.post("/theme/", {"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/about/privacy/").content.decode()
    client.post("/theme/", {"theme": ""})
    assert 'data-yx-theme="auto"' in client.get("/about/privacy/").content.decode()


def test_a_switch_is_no_link(office):
    assert Client().get("/language/").status_code == 405


def test_the_content_policy_stands_on_every_answer_and_no_page_breaks_it(office):
    for address in ("/components/", "/about/privacy/", "/nope/"):
        answer = make.client(office.admin).get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "object-src 'none'" in policy
        text = answer.content.decode()
        assert " style=" not in text and "<style" not in text and " onclick=" not in text
        assert all(part.startswith(" src=") for part in text.split("<script")[1:])


def test_what_was_done_is_said_once(office):
    client = Client()
    client.get("/t/tell/")
    assert "已为5人报名" in client.get("/about/privacy/").content.decode()
    assert "已为5人报名" not in client.get("/about/privacy/").content.decode()


def test_the_claim_names_the_person_and_follows_the_appointment(office):
    make.appoint(office.admin, Role.SCHOOL_LEADER, office.school_a)
    client = make.client(office.admin)
    client.get("/about/privacy/")
    first = client.cookies[claim.COOKIE]
    assert first["httponly"] and first["samesite"] == "Lax" and first["max-age"] == 600
    read = claim.read(first.value)
    acting = office.admin.appointments.order_by("id")
    assert (read["person"], read["account"], read["appointment"], read["epoch"]) == (
        office.admin.pk,
        office.admin.account.pk,
        acting[0].pk,
        0,
    )
    # The gate renews it up to the session's own end.
    assert read["until"] - (read["exp"] - 600) == settings.SESSION_COOKIE_AGE
    client.get("/about/privacy/")
    assert client.cookies[claim.COOKIE].value == first.value
    client.post("/appointment/", {"appointment": acting[1].pk})
    assert claim.read(client.cookies[claim.COOKIE].value)["appointment"] == acting[1].pk


def test_a_revoked_account_loses_its_claim(office):
    client = make.client(office.admin)
    client.get("/about/privacy/")
    type(office.admin.account).objects.update(epoch=3)
    client.get("/about/privacy/")
    assert client.cookies[claim.COOKIE].value == ""


def test_the_claim_is_renewed_when_it_is_five_minutes_old(office):
    client = make.client(office.admin)
    client.get("/about/privacy/")
    session = client.session
    made, of = session["yx_claim_at"]
    session["yx_claim_at"] = [made - 301, of]
    session.save()
    client.get("/about/privacy/")
    assert client.session["yx_claim_at"][0] >= made


def test_the_claim_goes_with_the_session(office):
    client = make.client(office.admin)
    client.get("/about/privacy/")
    Session.objects.all().delete()
    client.get("/about/privacy/")
    assert client.cookies[claim.COOKIE].value == ""


def test_the_navigation_leads_to_no_closed_door(office, monkeypatch):
    monkeypatch.setitem(
        navigation.NAVIGATION,
        Role.SCHOOL_ADMIN,
        [
            ("报名", "t-enrol", "user-check"),
            ("政策", "t-policy", "scale"),
            ("自己", "t-own", "user"),
            ("没有", "nowhere:at-all", "x"),
        ],
    )
    client = make.client(office.admin)
    page = client.get("/about/privacy/")
    assert [item.label for item in navigation.sections(page.context["shell"])] == ["报名", "自己"]
    text = page.content.decode()
    assert text.count('aria-current="page"') == 0 and "y-bottom" in text


def test_what_does_not_fit_in_the_row_is_behind_a_button_that_names_where_one_is():
    items = tuple(navigation.Item(f"页{n}", f"/{n}/", "x", n == 11) for n in range(1, 13))
    row = navigation.row(items)
    assert (row.first, row.more, row.here) == (items[:9], items[9:], "页11")
    assert navigation.row(items[:10]) == navigation.Row(items[:10], (), "")


def test_few_queries_for_the_frame(office, django_assert_max_num_queries):
    client = make.client(office.admin)
    client.get("/about/privacy/")
    with django_assert_max_num_queries(6):
        client.get("/about/privacy/")


def test_components_are_not_shown_in_production(office, monkeypatch):
    monkeypatch.setattr(shell.Shell, "mode", "production")
    assert Client().get("/components/").status_code == 404


def test_the_demo_bar_is_never_outside_of_the_demo(office, monkeypatch):
    assert "y-demo" in Client().get("/about/privacy/").content.decode()
    monkeypatch.setattr(shell.Shell, "mode", "production")
    assert "y-demo" not in Client().get("/about/privacy/").content.decode()


def test_a_post_without_its_token_is_refused_with_advice(office):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403 and "这次提交没有收下" in answer.content.decode()


def test_a_door_needs_a_capability():
    with pytest.raises(ValueError, match="capability"):
        door()
    assert enrolling._door == (Capability.ENROL,) and own._signed_in and duty._signed_in and telling._public


def test_the_door_itself_refuses(office):
    request = RequestFactory().get("/")
    request.session = {}
    request.user = make.account(office.teacher)
    request.shell = shell.Shell(request)
    with pytest.raises(PermissionDenied):
        enrolling(request)


def _shell(client, office):
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = type(office.admin.account).objects.get(pk=client.session["_auth_user_id"])
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: "zh-hans"}
    return shell.Shell(request)


@pytest.mark.urls("config.urls")
def test_no_two_pages_share_an_address():
    from tests.architecture.test_doors import walk

    twice = [route for route, n in Counter(route for route, _view in walk()).items() if n > 1]
    assert twice == []


def test_addresses_with_numbers_are_what_django_makes_of_them() -> None:
    for name, args in (("desks:desk", ()), ("scoring:why", (7,)), ("classroom:item", (12, 345))):
        assert (
            navigation.url_or_none(name, *args)
            == navigation.pattern(name, len(args)) % args
            == reverse(name, args=args)
        )
    assert navigation.url_or_none("forum:keep_order", 3, "remove") == reverse("forum:keep_order", args=[3, "remove"])
    assert navigation.url_or_none("desks:none") is navigation.url_or_none("scoring:why", 1, 2) is None
