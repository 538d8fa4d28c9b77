"""axe-core finds nothing serious or critical on the main pages of each role, in both languages and sizes. Keyboard and screen reader need more than this."""

from typing import Any

import pytest

from tests import factories as make
from tests.journeys.conftest import Visitors
from yanxiu.access.models import Role
from yanxiu.catalogue.actions import load_course

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFICE = [
    "/desk/",
    "/people/",
    "/units/",
    "/appointments/",
    "/quota/",
    "/watch/",
    "/results/",
    "/announcements/",
    "/enrolments/list/",
]
PAGES = {
    "visitor": ["/", "/notice/", "/calendar/", "/policy/", "/catalogue/", "/verify/", "/sign-in/", "/about/privacy/", "/components/"],
    "teacher": ["/desk/", "/choose/", "/learn/", "/learn/{enrolment}/", "/learn/{enrolment}/{text}/", "/learn/{enrolment}/{video}/",
                "/learn/{enrolment}/quiz/{quiz}/", "/learn/{enrolment}/work/{homework}/", "/forum/classes/{class}/",
                "/forum/classes/{class}/write/", "/marks/{enrolment}/", "/certificates/mine/", "/profile/", "/notifications/", "/courses/"],
    "tutor": ["/desk/", "/classes/", "/works/", "/works/{work}/", "/forum/moderate/", "/appeals/time/", "/objections/"],
    "school_admin": ["/desk/", "/enrolments/", "/enrolments/add/", "/people/", "/people/{person}/", "/quota/", "/watch/", "/results/"],
    "county_admin": [*OFFICE, "/enrolments/complaints/", "/roster/"],
    "city_admin": [*OFFICE, "/plan/", "/quota/ledger/"],
    "province_admin": [*OFFICE, "/plans/", "/plans/{office}/", "/exemptions/", "/bars/", "/batches/", "/certificates/issue/", "/certificates/",
                       "/audit/", "/announcements/new/", "/appointments/new/"],
}  # fmt: skip
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture
def visitors(request: pytest.FixtureRequest, chromium: Any, live_server: Any, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    opened = Visitors(chromium, live_server.url, request.param)
    yield opened
    opened.close()


def world() -> Any:
    """The factories' world with a bit of everything that the pages show."""
    from tests.scoring import season

    w = make.world()
    w.version = w.training_class.version = load_course(make.ROOT / "courses" / "chinese-task-groups")
    w.training_class.save(update_fields=["version"])
    season.learned(w.enrolment, seconds=1200)
    season.quizzed(w.enrolment, [80])
    season.worked(w.enrolment, [None], by=w.tutor)
    season.worked(w.enrolment_c, [90, None], by=w.tutor)
    season.talked(w.enrolment, posts=2, replies=1)
    w.county_admin.refresh_from_db()
    make.quota(w.school_a, make.batch(w.programme, 5), 3)
    make.appoint(w.school_admin, Role.SCHOOL_LEADER, w.school_a)
    return w


def names(w: Any) -> dict[str, Any]:
    from yanxiu.homework.models import Work

    first = {item.kind: item.pk for item in w.version.items.order_by("-position")}
    return {
        **first,
        "enrolment": w.enrolment.pk,
        "class": w.training_class.pk,
        "work": Work.objects.filter(state="submitted").order_by("pk").first().pk,
        "person": w.teacher.pk,
        "office": w.nanjing.pk,
    }


@pytest.mark.parametrize("visitors", ["zh-CN", "en-US"], indirect=True, ids=["desktop", "phone"])
def test_nothing_serious_on_any_main_page(visitors: Visitors) -> None:
    from axe_playwright_python.base import AXE_SCRIPT

    w = world()
    known, found = names(w), []
    for role, pages in PAGES.items():
        page = visitors.visitor() if role == "visitor" else visitors.person(getattr(w, role))
        for address in (template.format(**known) for template in pages):
            answer = page.goto(address, wait_until="load")
            if answer.status != 200:
                found.append(f"{role} {address}: {answer.status}")
                continue
            # `evaluate` goes past the content policy, so axe needs no exception in it.
            page.evaluate(AXE_SCRIPT)
            for problem in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]:
                if problem["impact"] in ("serious", "critical"):
                    where = "; ".join(str(node["target"]) for node in problem["nodes"][:3])
                    found.append(f"{role} {address}: {problem['id']} ({problem['impact']}) {where}")
        page.context.close()
    assert not found, "\n".join(found)
    assert visitors.wrong == []
