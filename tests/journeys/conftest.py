"""One running platform for a module of journeys; each journey has its own empty database contents and its own people in the browser."""

from collections.abc import Iterator
from typing import Any

import pytest

from launch import front
from tests import factories as make
from tests.journeys.serving import Platform
from yanxiu.organisation.models import Person

SIZES = {"zh-CN": (1440, 900), "en-US": (390, 844)}


@pytest.fixture(scope="module")
def platform(
    request: pytest.FixtureRequest, chromium: Any, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Platform]:
    """A module's ENVIRONMENT is its processes' too."""
    kept = front.DATA, front.FILE
    with django_db_blocker.unblock():
        running = Platform(tmp_path_factory.mktemp("platform"), getattr(request.module, "ENVIRONMENT", {}))
    yield running
    running.stop()
    front.DATA, front.FILE = kept


class Visitors:
    """Browser windows, one a person, in one language and on one device."""

    def __init__(self, browser: Any, url: str, locale: str) -> None:
        self.browser, self.url, self.locale = browser, url, locale
        self.wrong: list[str] = []

    def visitor(self) -> Any:
        width, height = SIZES[self.locale]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=self.locale,
            base_url=self.url,
            has_touch=width < 600,
        )
        context.set_default_timeout(60000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url} {error}"))
        page.on(
            "console", lambda m: self.wrong.append(f"{page.url} {m.text}") if "Content Security" in m.text else None
        )
        # Every page works without its script; so a script that is missing shows nowhere but here.
        page.on("response", lambda r: self.wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def person(self, person: Person) -> Any:
        """Already signed in; the sign-in itself is in the journey once."""
        page = self.visitor()
        value = make.client(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": self.url}])
        return page

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()


@pytest.fixture
def visitors(
    request: pytest.FixtureRequest,
    platform: Platform,
    chromium: Any,
    transactional_db: None,
) -> Iterator[Visitors]:
    opened = Visitors(chromium, platform.url, request.param)
    yield opened
    opened.close()
