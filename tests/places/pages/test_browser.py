"""The script of choosing, in a browser: what the gate answers, and what happens when it does not."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests import factories as make
from yanxiu.places import actions
from yanxiu.places.models import Choice, QuotaBalance

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(chromium: Any, live_server: Any, w: SimpleNamespace) -> SimpleNamespace:
    w.url = live_server.url
    return w


def page_of(chromium: Any, place: SimpleNamespace, person: Any) -> Any:
    context = chromium.new_context(locale="zh-CN")
    session = make.client(person).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": place.url}])
    return context.new_page()


def gate(page: Any, person: Any, troubles: list[str]) -> list[dict[str, Any]]:
    """Stands for the gate: first the troubles, then the same act that it would call."""
    asked: list[dict[str, Any]] = []

    def answer(route: Any) -> None:
        assert route.request.headers["x-yx"] == "1"
        body = json.loads(route.request.post_data)
        asked.append(body)
        trouble = troubles.pop(0) if troubles else ""
        if trouble == "busy":
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"ok": False, "error": "busy"})
            return
        if route.request.url.endswith("/enrol"):
            rows = [(number, body["training_class"]) for number in body["persons"]]
            answers = actions.enrol(
                batch=body["batch"], school=body["school"], rows=rows, by=person.pk, key=body["key"]
            )
            if trouble == "lost":
                route.abort("connectionreset")
                return
            route.fulfill(status=200, json={"answers": [one.to_json() for one in answers]})
            return
        if route.request.url.endswith("/withdraw"):
            done = actions.withdraw(batch=body["batch"], person=person.pk, key=body["key"])
        else:
            done = actions.choose(person=person.pk, training_class=body["training_class"], change=body["change"], key=body["key"])  # fmt: skip
        if trouble == "lost":  # the act is done, the answer never arrives
            route.abort("connectionreset")
            return
        route.fulfill(status=409 if done.conflict else 200, json=done.to_json())

    page.route("**/hot/*", answer)
    return asked


@pytest.mark.clause("T4.1a", door="browser")
def test_a_press_survives_a_busy_gate_and_a_lost_line_as_one_choice(chromium, place):
    person = place.teachers[0]
    page = page_of(chromium, place, person)
    asked = gate(page, person, ["busy", "lost"])
    page.goto(f"{place.url}/choose/")
    page.get_by_role("button", name="选这个班").first.click()
    page.get_by_text("1秒后自动再送").wait_for()
    page.get_by_text("没有连上，您的选择还留着").wait_for()
    page.get_by_text("已占位：古诗文诵读（2班）").wait_for()
    page.get_by_text("已占位，等学校报名").wait_for()
    assert len(asked) == 3 and len({body["key"] for body in asked}) == 1
    assert Choice.objects.count() == 1 and QuotaBalance.objects.get(unit=place.school_a, batch=place.batch).used == 1
    page.get_by_role("link", name="取消选课").click()
    page.locator("dialog#leave").get_by_role("button", name="取消选课").click()
    page.get_by_text("位置已经让给后面的教师").wait_for()
    assert Choice.objects.get().state == "withdrawn"
    page.close()


@pytest.mark.clause("T2.2", door="browser")
def test_a_refusal_shows_every_reason_and_without_a_gate_the_page_itself_answers(chromium, place):
    person = place.teachers[0]
    page = page_of(chromium, place, person)
    gate(page, person, [])
    page.goto(f"{place.url}/choose/")
    person.stage, person.on_duty = "幼儿园", False
    person.save()
    page.get_by_role("button", name="选这个班").first.click()
    page.get_by_text("这个班面向小学教师").first.wait_for()
    assert page.locator("#outcome").get_by_text("名册上登记为不在岗").count() == 1
    person.stage, person.on_duty = "小学", True
    person.save()
    page.unroute("**/hot/*")
    page.goto(f"{place.url}/choose/")
    page.get_by_role("button", name="选这个班").first.click()  # /hot/ is a 404 here: the form goes to the page
    page.get_by_text("已占位：古诗文诵读（2班）").wait_for()
    page.close()


@pytest.mark.clause("T3.2c", door="browser")
def test_a_list_survives_a_busy_gate_and_a_lost_line_and_the_page_says_what_became_of_each(chromium, place):
    """Pressed once: the gate takes it at the third try, the page words the stored answers, nobody is enrolled twice."""
    for teacher in place.teachers[:3]:
        actions.choose(person=teacher.pk, training_class=place.klass.pk)
    page = page_of(chromium, place, place.school_admin)
    asked = gate(page, place.school_admin, ["busy", "lost"])
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(f"{place.url}/enrolments/")
    page.evaluate("scrollTo(0, 900)")
    page.get_by_role("button", name="为选中的教师报名").click()
    page.get_by_text("您的名单还留着，1秒后自动再送").wait_for()
    expect(page.locator("#trying")).to_be_in_viewport()
    page.get_by_text("没有连上，您的名单还留着").wait_for()
    page.get_by_text("成功2人").first.wait_for()
    assert len(asked) == 3 and len({body["key"] for body in asked}) == 1
    assert asked[0]["persons"] == [t.pk for t in place.teachers[:2]] and asked[0]["school"] == place.school_a.pk
    assert Choice.objects.filter(state="enrolled").count() == 2
    # Who chose nothing: the same, into the class of the form.
    make.quota(place.school_a, place.batch, 1)
    page.goto(f"{place.url}/enrolments/add/")
    page.get_by_label("孙丽").check()
    page.locator("#add-class").select_option(str(place.other.pk))
    page.get_by_role("button", name="为选中的教师报名").click()
    page.get_by_role("heading", name="报名结果").wait_for()
    assert asked[-1]["training_class"] == place.other.pk and asked[-1]["persons"] == [place.teachers[3].pk]
    page.close()
