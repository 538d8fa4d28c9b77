"""Marking by keyboard in a browser: digits, walking, excellent, comment, saving."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from tests import factories as make
from yanxiu.homework import actions
from yanxiu.homework.actions import WorkIn
from yanxiu.homework.models import Work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "这一课我请学生先读自己的草稿，同桌听不明白就举手，举手最多的地方就是要学的内容。"


@pytest.fixture
def w(world: SimpleNamespace, live_server: Any) -> SimpleNamespace:
    """Two learners have handed in the same work, a minute apart."""
    item = world.version.items.filter(kind="homework").first()
    world.works = []
    for minute, enrolment in enumerate((world.enrolment, world.enrolment_2)):
        make.set_clock(f"2023-09-05 20:{14 + minute}")
        work = WorkIn(person=enrolment.person_id, enrolment=enrolment.pk, item=item.pk, text=TEXT)
        world.works.append(actions.submit_works([work])[0].row)
    world.url = live_server.url
    return world


def opened(chromium: Any, w: SimpleNamespace, work: Work) -> Any:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    value = make.client(w.tutor).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": w.url}])
    page = context.new_page()
    page.goto(w.url + reverse("homework:mark", args=[work.pk]))
    return page


@pytest.mark.clause("S2.4.2", door="browser")
def test_a_work_is_marked_without_a_mouse(chromium, w):
    first, second = w.works
    page = opened(chromium, w, first)
    at = "document.activeElement.id || document.activeElement.name"
    page.keyboard.press("2")
    assert page.locator("#total").inner_text() == "40" and page.evaluate(at) == "c1", "on to the next criterion"
    page.keyboard.press("9")  # there is no ninth level
    assert page.locator("#total").inner_text() == "40"
    page.keyboard.press("1")
    assert page.locator("#total").inner_text() == "90" and page.evaluate(at) == "id_comment"
    assert "具体50" in page.locator("[data-told]").nth(1).inner_text()
    # In the comment letters and digits are text.
    page.keyboard.type("j1 e")
    assert page.locator("#id_comment").input_value() == "j1 e" and not page.locator("#id_excellent").is_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    assert page.locator("#id_excellent").is_checked()
    page.keyboard.press("c")
    assert page.evaluate(at) == "id_comment"
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**" + reverse("homework:mark", args=[second.pk]))
    first.refresh_from_db()
    assert (first.points, first.excellent, first.comment, first.marked_by) == (90, True, "j1 e", w.tutor)
    page.context.close()


@pytest.mark.clause("S2.4.2", door="browser")
def test_j_and_k_walk_the_queue_and_save_nothing(chromium, w):
    first, second = w.works
    page = opened(chromium, w, first)
    page.keyboard.press("1")
    page.keyboard.press("j")
    page.wait_for_url("**" + reverse("homework:mark", args=[second.pk]))
    page.keyboard.press("k")
    page.wait_for_url("**" + reverse("homework:mark", args=[first.pk]))
    assert page.locator("#total").inner_text() in ("0", "–")
    # The arrow keys belong to the radio group, as everywhere: they choose within the criterion.
    page.locator("input[name=c0]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.locator("#total").inner_text() == "40"
    first.refresh_from_db()
    assert first.points is None
    page.context.close()
