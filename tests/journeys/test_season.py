"""A season from the plan to the certificate, by the people concerned, in the browser, against real processes. Only the clock is moved from here."""

import re
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import factories as make
from tests.classroom.test_player import until, watch
from tests.journeys.conftest import Visitors
from tests.journeys.serving import Platform
from yanxiu.access.models import Role
from yanxiu.catalogue.actions import load_course
from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.events import sweeps
from yanxiu.places.models import Choice, QuotaBalance
from yanxiu.programme import actions as programme_actions
from yanxiu.scoring.models import Result

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh-CN": {
        "holds": "已占位",
        "waits": "候补第1位",
        "enrolled": "已报名",
        "marked": "已评分",
        "valid": "有效",
        "posted": "计1分",
    },
    "en-US": {
        "holds": "Place held",
        "waits": "1",
        "enrolled": "Enrolled",
        "marked": "Marked",
        "valid": "valid",
        "posted": "1",
    },
}


def cast(folder: Path) -> SimpleNamespace:
    """People, offices, the programme under the short policy, and one class of two seats. No plan, no quota, nobody enrolled."""
    make.installation("2023-07-01 10:00")
    w = make.tree()
    for name in ("S20230304.toml",):
        shutil.copy(make.ROOT / "policies" / name, folder)
    shutil.copy(Path(__file__).with_name("short.toml"), folder)
    w.programme = programme_actions.create_programme(
        path=folder / "short.toml",
        public={"notice": "通知正文", "attachments": [], "host": "江苏省教育厅", "organisers": []},
    )
    w.batch = make.batch(w.programme, 4)
    w.version = load_course(make.ROOT / "courses" / "chinese-task-groups")
    w.tutor = make.person(w.school_b, name="方志远", title="正高级教师")
    w.training_class = make.training_class(w.batch, w.version, seats=2, tutor=w.tutor)
    make.account(w.tutor)
    make.appoint(w.tutor, Role.TUTOR, training_path=w.training_class.path)
    w.teacher, w.second, w.third = (make.person(w.school_a, name=n) for n in ("沈玉芬", "李䶮", "欧阳𬭛"))
    make.account(w.teacher, password=make.PASSWORD)
    w.province_admin = make.officer(Role.PROVINCE_ADMIN, w.province)
    w.city_admin = make.officer(Role.CITY_ADMIN, w.nanjing)
    w.county_admin = make.officer(Role.COUNTY_ADMIN, w.gulou_nj)
    w.school_admin = make.officer(Role.SCHOOL_ADMIN, w.school_a)
    return w


def clock_to(moment: str) -> None:
    """Everything due on the way happens; the other processes look at the clock once a second."""
    events.freeze_clock()
    sweeps.advance(make.moment(moment))
    time.sleep(1.2)


def press(page: Any, selector: str) -> None:
    """A button that posts a form; back when the next page is there."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()


def plan(v: Visitors, w: SimpleNamespace) -> None:
    city = v.person(w.city_admin)
    city.goto("/plan/")
    for field in city.locator("input[name^='n-']").all():
        field.fill("3")
    press(city, "button[name=submit]")
    province = v.person(w.province_admin)
    province.goto(f"/plans/{w.nanjing.pk}/")
    press(province, "button[name=yes][value='1']")
    assert QuotaBalance.objects.get(unit=w.nanjing, batch=w.batch).received == 3


def allot(v: Visitors, w: SimpleNamespace) -> None:
    for admin, below in ((w.city_admin, w.gulou_nj), (w.county_admin, w.school_a)):
        page = v.person(admin)
        page.goto(f"/quota/?b={w.batch.number}")
        page.locator(f"input[name='n-{below.pk}-{w.batch.pk}']").fill("3")
        press(page, "#quota button[type=submit].btn-primary")
        assert QuotaBalance.objects.get(unit=below, batch=w.batch).received == 3, page.locator("main").inner_text()


def choose_here(page: Any) -> None:
    """The button goes by the gate, and its answer appears in the page without another page."""
    with page.expect_response(lambda r: r.url.endswith("/hot/choose")) as told:
        page.locator("form[data-hot=choose] button").click()
    assert told.value.status == 200
    page.wait_for_selector("#outcome .y-say")
    page.wait_for_selector("#choose #mine")


def choose(v: Visitors, w: SimpleNamespace) -> Any:
    """The first teacher signs in with the password and holds a place; another takes the last one; the third waits."""
    words = WORDS[v.locale]
    teacher = v.visitor()
    teacher.goto("/sign-in/?next=/choose/")
    teacher.fill("#id_username", w.teacher.account.teacher_number)
    teacher.fill("#id_password", make.PASSWORD)
    press(teacher, "main button[type=submit]")
    choose_here(teacher)
    assert words["holds"] in teacher.locator("#outcome").inner_text()
    make.choice(w.second, w.training_class)
    third = v.person(w.third)
    third.goto("/choose/")
    choose_here(third)
    assert words["waits"] in third.locator("#choose").inner_text()
    states = [Choice.objects.get(person=p).state for p in (w.teacher, w.second, w.third)]
    assert states == ["holding", "holding", "waiting"]
    return teacher


def enrol(v: Visitors, w: SimpleNamespace) -> None:
    school = v.person(w.school_admin)
    school.goto("/enrolments/")
    boxes = school.locator("input[name=choice][form=enrol]")
    for n in range(boxes.count()):
        boxes.nth(n).check()
    press(school, "#enrol button[type=submit]")
    assert WORDS[v.locale]["enrolled"] in school.locator("main").inner_text()
    assert Choice.objects.filter(state="enrolled").count() == 2


def learn(teacher: Any, w: SimpleNamespace) -> None:
    video = w.version.items.filter(kind=Item.Kind.VIDEO).first()
    events.release_clock()
    time.sleep(1.2)
    teacher.goto(f"/learn/{w.enrolment}/{video.pk}/")
    teacher.click("#p-big")
    watch(teacher, 8.2)
    teacher.click("#p-play")
    until(teacher, "document.getElementById('p-credited').textContent >= '0:07'")
    assert teacher.locator("#p-spans .f-accent").count() == 1


def answer(teacher: Any, w: SimpleNamespace) -> None:
    """Every question right."""
    quiz = w.version.items.filter(kind=Item.Kind.QUIZ).first()
    teacher.goto(f"/learn/{w.enrolment}/quiz/{quiz.pk}/")
    press(teacher, "main form button[type=submit]")
    for place, question in enumerate(quiz.data["questions"]):
        name, right = f"q{place}", question["answer"]
        if question["kind"] == "fill":
            teacher.fill(f"input[name={name}]", right[0])
            continue
        for value in right if isinstance(right, list) else [str(right).lower() if isinstance(right, bool) else right]:
            teacher.check(f"input[name={name}][value='{value}']")
    press(teacher, "#quiz button[type=submit]")
    assert "100" in teacher.locator("main .y-num").first.inner_text()


def write(teacher: Any, w: SimpleNamespace, v: Visitors) -> None:
    work = w.version.items.filter(kind=Item.Kind.HOMEWORK).first()
    teacher.goto(f"/learn/{w.enrolment}/work/{work.pk}/")
    teacher.fill("#id_text", "".join(f"第{n}步，学生读课文里写景的句子，说出作者看见了什么。" for n in range(1, 40)))
    press(teacher, "#work button[type=submit]")
    teacher.goto(f"/forum/classes/{w.training_class.pk}/write/")
    teacher.fill("#id_title", "三年级的写景单元")
    teacher.fill("#id_body", "我让学生给一年级的弟弟妹妹写一张校园导览卡，真读者一来，词句自然就讲究了。")
    press(teacher, "main form button[type=submit].btn-primary")
    assert WORDS[v.locale]["posted"] in teacher.locator("main").inner_text()


def mark(v: Visitors, w: SimpleNamespace) -> None:
    tutor = v.person(w.tutor)
    tutor.goto("/works/")
    with tutor.expect_navigation(wait_until="load"):
        tutor.locator("a[href^='/works/']:has(svg)").first.click()
    for group in tutor.locator("#mark .y-levels").all():
        group.locator("label").first.click()
    tutor.fill("#id_comment", "目标收得准，台阶清楚。")
    tutor.locator("label:has(#id_excellent)").click()
    press(tutor, "#save")


def certify(v: Visitors, w: SimpleNamespace, teacher: Any, platform: Platform) -> None:
    words = WORDS[v.locale]
    teacher.goto(f"/marks/{w.enrolment}/")
    assert "68.00" in teacher.locator("main").inner_text()
    province = v.person(w.province_admin)
    province.goto("/certificates/issue/")
    press(province, f"form[action$='/issue/{w.batch.pk}/'] button")
    platform.work()
    province.wait_for_selector("#run a[href*='/certificates/']")
    teacher.goto("/certificates/mine/")
    link = teacher.locator("a[href$='.pdf']").first.get_attribute("href")
    with teacher.expect_download() as saved:
        teacher.locator("a[href$='.pdf']").first.click()
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF"), link
    check = teacher.locator("a[href^='/verify/']").first.get_attribute("href")
    stranger = v.visitor()
    stranger.goto(check)
    text = stranger.locator("main").inner_text()
    assert words["valid"] in text.lower() and w.teacher.name in text


@pytest.mark.clause(
    "T3.3a", "T3.2b", "T4.1a", "T3.3b", "T3.2c", "A2.1", "A2.2", "A2.3", "A2.4", "S1.2.9", door="browser"
)
@pytest.mark.parametrize("visitors", ["zh-CN", "en-US"], indirect=True, ids=["desktop", "phone"])
def test_a_season(visitors: Visitors, platform: Platform, tmp_path: Path) -> None:
    v, w = visitors, cast(tmp_path)
    plan(v, w)
    allot(v, w)
    clock_to("2023-08-20 10:00")
    teacher = choose(v, w)
    clock_to("2023-08-28 10:00")
    enrol(v, w)
    w.enrolment = Choice.objects.get(person=w.teacher).enrolment.pk
    clock_to("2023-09-03 10:00")
    learn(teacher, w)
    answer(teacher, w)
    write(teacher, w, v)
    mark(v, w)
    clock_to("2023-10-03 00:00")
    assert Result.objects.get(enrolment=w.enrolment).total == 68
    certify(v, w, teacher, platform)
    assert [line for line in v.wrong if not re.search("favicon", line)] == []
