"""The frame in a real browser: the content policy holds, the keyboard is enough, 360 px are enough, a press is one act."""

import re

import pytest

from tests import factories as make
from yanxiu.access.models import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(live_server):
    make.installation()
    tree = make.tree()
    tree.admin = make.officer(Role.SCHOOL_ADMIN, tree.school_a)
    make.appoint(tree.admin, Role.SCHOOL_LEADER, tree.school_a)
    tree.url = live_server.url
    return tree


def page_of(chromium, office, *, width=1440, locale="zh-CN", scheme="light", signed=True):
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale=locale, color_scheme=scheme)
    context.set_default_timeout(30000)
    if signed:
        context.add_cookies(
            [{"name": "sessionid", "value": make.client(office.admin).cookies["sessionid"].value, "url": office.url}]
        )
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    return page


def test_by_keyboard_alone(chromium, office):
    page = page_of(chromium, office)
    page.goto(f"{office.url}/components/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    switch = page.locator("[popovertarget=m-place]")
    switch.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#m-place:popover-open")
    assert switch.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.locator("#m-place").is_hidden()
    chip = page.locator(".y-say .y-clause").first
    chip.focus()
    page.keyboard.press("Enter")
    assert "不得连续2年参加同一项目" in page.locator(".y-pop:popover-open").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    assert page.wrong == []


def test_a_table_answers_while_one_types_and_the_url_keeps_it(chromium, office):
    page = page_of(chromium, office)
    page.goto(f"{office.url}/components/")
    page.locator("#table-learners input[type=search]").press_sequentially("小学数学", delay=20)
    page.wait_for_url(re.compile(r"\?q=%E5%B0%8F"))
    page.wait_for_function("document.querySelectorAll('#table-learners tbody tr').length === 2")
    assert page.evaluate("document.activeElement.id") == "table-learners-q"
    assert "state=" not in page.url
    page.reload()
    assert page.locator("#table-learners tbody tr").count() == 2
    page.goto(f"{office.url}/components/?sort=mark")
    assert page.locator("[data-yx-count=urge]").inner_text() == "2"
    page.locator("[data-yx-none=urge]").click()
    assert page.locator("[data-yx-count=urge]").inner_text() == "0"
    assert page.locator("[data-yx-needs=urge]").is_disabled()
    page.locator("[data-yx-all=urge]").check()
    assert page.locator("[data-yx-count=urge]").inner_text() == "2"
    assert page.wrong == []


@pytest.mark.parametrize(
    ("width", "locale", "signed"),
    [(360, "zh-CN", True), (360, "en-US", True), (768, "en-US", True), (1440, "en-US", False), (390, "zh-CN", False)],
)
def test_every_width_and_language(chromium, office, width, locale, signed):
    page = page_of(chromium, office, width=width, locale=locale, signed=signed)
    for address in ("/components/", "/about/privacy/", "/about/accessibility/"):
        page.goto(office.url + address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.evaluate("document.documentElement.lang") == ("en" if locale == "en-US" else "zh-Hans")
    small = page.evaluate("""() => [...document.querySelectorAll('.y-top :is(a, button), .y-bottom a, .btn')].filter(e => e.offsetParent)
        .map(e => e.getBoundingClientRect()).filter(r => r.height < 43.5 || r.width < 43.5).length""")
    assert small == 0 or width >= 768
    assert page.wrong == []


def test_dark_follows_the_device_unless_chosen(chromium, office):
    page = page_of(chromium, office, scheme="dark")
    page.goto(f"{office.url}/about/privacy/")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.locator("[popovertarget=m-account]").click()
    page.locator("#m-account button[value=light]").click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    assert page.wrong == []


def test_one_press_is_one_act_with_a_key_of_its_own(chromium, office):
    page = page_of(chromium, office)
    page.goto(f"{office.url}/about/privacy/")
    sent = []
    page.route("**/t/press/", lambda route: (sent.append(route.request.post_data), route.fulfill(status=204))[1])
    page.evaluate("""() => {
        const form = document.createElement('form'); form.method = 'post'; form.action = '/t/press/';
        form.innerHTML = '<input type="hidden" name="key" value="old" data-yx-key><button id="go" name="how" value="all">x</button>';
        document.querySelector('main').append(form);
    }""")
    page.locator("#go").dblclick()
    page.wait_for_timeout(200)
    assert len(sent) == 1 and re.fullmatch(r"key=[0-9a-f]{32}&how=all", sent[0])
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    page.locator("#go").click()
    page.wait_for_timeout(200)
    assert len(sent) == 2 and sent[1] != sent[0]


def test_a_lost_line_is_said(chromium, office):
    page = page_of(chromium, office)
    page.goto(f"{office.url}/components/")
    page.context.set_offline(True)
    page.locator("#table-learners th a").first.click()
    page.wait_for_selector("#lost:not([hidden])")
    page.context.set_offline(False)
    page.wait_for_selector("#lost", state="hidden")
