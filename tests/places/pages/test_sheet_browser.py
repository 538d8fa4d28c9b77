"""The quota sheet's script: keys and paste as in a spreadsheet at a desk, one batch at a time under a thumb."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from tests import factories as make
from yanxiu.places.models import QuotaBalance

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sheet(live_server: Any, w: SimpleNamespace) -> SimpleNamespace:
    """鼓楼区 with two schools; 12 to pass on in batch 4, 9 in batch 5."""
    w.next = make.batch(w.programme, 5)
    make.quota(w.gulou_nj, w.batch, 12)
    make.quota(w.gulou_nj, w.next, 9)
    w.url = live_server.url
    return w


def opened(chromium: Any, sheet: SimpleNamespace, **device: Any) -> Any:
    context = chromium.new_context(**{"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, **device})
    context.set_default_timeout(20_000)
    value = make.client(sheet.county_admin).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": sheet.url}])
    page = context.new_page()
    page.goto(f"{sheet.url}/quota/")
    return page


def cell(page: Any, unit: Any, batch: Any) -> Any:
    return page.locator(f"#n-{unit.pk}-{batch.pk}")


def at(page: Any) -> str:
    return page.evaluate("document.activeElement.id")


def received(unit: Any, batch: Any) -> int:
    row = QuotaBalance.objects.filter(unit=unit, batch=batch).first()
    return row.received if row else 0


@pytest.mark.clause("T3.2b", door="browser")
def test_keys_and_a_pasted_block_as_in_a_spreadsheet(chromium, sheet):
    w, page = sheet, opened(chromium, sheet)
    a4, a5, b4 = (f"n-{u.pk}-{b.pk}" for u, b in ((w.school_a, w.batch), (w.school_a, w.next), (w.school_b, w.batch)))
    cell(page, w.school_a, w.batch).focus()
    walked = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter", "Shift+Enter", "ArrowRight"):
        page.keyboard.press(key)
        walked.append(at(page))
    assert walked == [b4, b4, a4, b4, a4, a4], "to the right only from behind the last digit"
    page.keyboard.press("ArrowRight")
    assert at(page) == a5
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert at(page) == a5, "inside the number the arrow belongs to the number"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert at(page) == a4
    # A block of two by two, as a spreadsheet puts it on the clipboard.
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('5\\t1,0\\r\\n3\\t2\\r\\n')")
    page.keyboard.press("Control+v")
    values = [cell(page, u, b).input_value() for u in (w.school_a, w.school_b) for b in (w.batch, w.next)]
    assert values == ["5", "10", "3", "2"]
    assert "改了4处" in page.locator("[data-sum]").inner_text() and page.locator(".y-cell.is-changed").count() == 4
    free = page.locator(f"[data-free='{w.next.pk}']")
    assert free.inner_text() == "-3" and "text-danger" in (free.locator("xpath=..").get_attribute("class") or "")
    cell(page, w.school_a, w.next).fill("4")
    page.get_by_role("button", name="保存配额").click()
    page.get_by_text("已保存4处").wait_for()
    assert [received(u, b) for u in (w.school_a, w.school_b) for b in (w.batch, w.next)] == [5, 4, 3, 2]
    page.context.close()


PHONE = {"viewport": {"width": 390, "height": 664}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.mark.clause("T3.2b", door="browser")
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_on_a_phone_batch_by_batch_and_saved_by_a_tap(chromium, sheet, locale):
    w, page = sheet, opened(chromium, sheet, locale=locale, **PHONE)
    zh = locale == "zh-CN"
    assert not cell(page, w.school_a, w.next).is_visible()
    cell(page, w.school_a, w.batch).tap()
    page.keyboard.type("6")
    page.get_by_label("下一期" if zh else "Next batch").tap()
    assert "5" in page.locator("[data-step-name]").inner_text()
    assert not cell(page, w.school_a, w.batch).is_visible()
    cell(page, w.school_a, w.next).tap()
    page.keyboard.type("3")
    page.get_by_label("上一期" if zh else "Batch before").tap()
    assert cell(page, w.school_a, w.batch).input_value() == "6", "what was typed in the other batch stays"
    save = page.get_by_role("button", name="保存配额" if zh else "Save quota")
    # Wherever the page is scrolled to, what is seen of the button is the button.
    for share in (0, 0.3, 0.6, 1):
        page.evaluate("share => scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight))", share)
        hidden = save.evaluate(
            """button => { const box = button.getBoundingClientRect(), x = box.left + box.width / 2;
                return [box.top + 4, box.top + box.height / 2, box.bottom - 4]
                    .filter((y) => y > 0 && y < innerHeight && !button.contains(document.elementFromPoint(x, y)))
                    .map((y) => `${y} ${document.elementFromPoint(x, y).outerHTML.slice(0, 80)}`); }"""
        )
        assert hidden == [], share
    save.tap()
    page.get_by_text("已保存2处" if zh else "2 changes saved").wait_for()
    assert (received(w.school_a, w.batch), received(w.school_a, w.next)) == (6, 3)
    page.context.close()
