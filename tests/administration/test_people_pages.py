import io
import re

import openpyxl
import pytest
from django.test import Client

from tests import factories as make
from yanxiu.access.models import Account
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.organisation import queries
from yanxiu.organisation.models import Person, ProfileCorrection

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_a_school_admin_finds_the_own_people_masked(world):
    client = make.client(world.school_admin)
    page = text(client.get("/people/"))
    assert world.teacher.name in page
    assert world.outsider.name not in page
    assert queries.open_sealed(bytes(world.teacher.phone_sealed), queries.PHONE) not in page
    assert text(client.get("/people/", {"q": "玉芬"})).count(world.teacher.name) >= 1
    number = queries.open_sealed(bytes(world.teacher.identity_sealed), queries.IDENTITY)
    assert world.teacher.name in text(client.get("/people/", {"q": number}))
    assert "没有找到" in text(client.get("/people/", {"q": number[:12]}))
    for filters in (
        "account=none",
        "account=unused",
        "roster=staff",
        "roster=gone",
        "roster=unconfirmed",
        "roster=all",
        "stage=小学",
        "sort=-school",
    ):
        assert client.get(f"/people/?{filters}").status_code == 200


def test_an_account_is_found_and_shown_by_its_state(world):
    """None, never signed in, used, closed; a closed one is closed whether it was used or not."""
    now = clock.now()
    states = {"没有账号": None, "没有登录过": (True, None), "已开通": (True, now), "已停用": (False, now)}
    people = {}
    for word, account in [*states.items(), ("已停用", (False, None))]:
        person = make.person(world.school_a)
        people.setdefault(word, []).append(person.name)
        if account:
            make.client(person)
            Account.objects.filter(person=person).update(is_active=account[0], last_login=account[1])
    everybody = [name for names in people.values() for name in names]
    client = make.client(world.school_admin)
    wanted = {
        "none": ["没有账号"],
        "open": ["没有登录过", "已开通"],
        "unused": ["没有登录过"],
        "closed": ["已停用"],
        "": list(states),
    }
    for value, words in wanted.items():
        rows = re.findall(r"<tr>.*?</tr>", text(client.get(f"/people/?account={value}")), re.S)
        shown = {name: row for row in rows for name in everybody if f">{name}<" in row}
        assert sorted(shown) == sorted(name for word in words for name in people[word])
        for word in words:
            assert all(f"<span>{word}</span>" in shown[name] for name in people[word])


def test_open_wishes_below_are_counted(world):
    for person, state in (
        (world.teacher, "open"),
        (world.colleague, "open"),
        (world.outsider, "open"),
        (world.teacher, "declined"),
    ):
        ProfileCorrection.objects.create(person=person, changes={}, state=state, asked_at=clock.now())
    for officer, n in ((world.school_admin, 2), (world.province_admin, 3)):
        assert f'<span class="y-count">{n}</span></span></a>' in text(make.client(officer).get("/people/"))


def test_the_list_leaves_as_a_sheet_without_whole_numbers_and_the_trail_says_who_took_it(world):
    response = make.client(world.county_admin).get("/people/?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert world.teacher.name in cells
    assert world.outsider.name not in cells
    assert not any(re.fullmatch(r"\d{11}|\d{17}[\dX]", str(cell)) for cell in cells)
    event = Event.objects.get(kind="administration.list_exported")
    assert (event.actor, event.data["list"]) == (world.county_admin.pk, "administration.people")


def test_a_number_is_shown_against_a_reason_once(world):
    client = make.client(world.school_admin)
    url = f"/people/{world.teacher.pk}/reveal/"
    whole = queries.open_sealed(bytes(world.teacher.identity_sealed), queries.IDENTITY)
    assert whole not in text(client.get(f"/people/{world.teacher.pk}/"))
    refused = client.post(url, {"field": "identity", "reason": "看看"})
    assert (refused.status_code, whole in text(refused)) == (422, False)
    shown = client.post(url, {"field": "identity", "reason": "核对报名信息"})
    assert whole in text(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert whole not in text(client.get(f"/people/{world.teacher.pk}/"))
    event = Event.objects.get(kind="organisation.revealed")
    assert (event.actor, event.person, event.data["reason"]) == (
        world.school_admin.pk,
        world.teacher.pk,
        "核对报名信息",
    )
    assert "核对报名信息" in text(make.client(world.province_admin).get("/audit/"))
    assert (
        make.client(world.province_leader).post(url, {"field": "identity", "reason": "核对报名信息"}).status_code == 403
    )
    assert (
        make.client(world.school_admin_c).post(url, {"field": "identity", "reason": "核对报名信息"}).status_code == 404
    )


def test_the_school_admin_opens_and_resets_accounts(world):
    fresh = make.person(world.school_a, name="新来的")
    client = make.client(world.school_admin)
    shown = client.post(f"/people/{fresh.pk}/account/", {"act": "link"})
    token = re.search(r"/link/([\w-]+)/", text(shown)).group(1)
    word = {"new": "correct horse battery", "again": "correct horse battery"}
    assert Client().post(f"/link/{token}/", word).status_code == 302
    assert Account.objects.get(person=fresh).check_password("correct horse battery")
    slip = text(client.post(f"/people/{fresh.pk}/account/", {"act": "slip"}))
    password = re.search(r"<code>([\w-]+)</code>", slip).group(1)
    assert Account.objects.get(person=fresh).check_password(password)
    for act, active in (("revoke", True), ("close", False), ("open", True)):
        assert client.post(f"/people/{fresh.pk}/account/", {"act": act}).status_code == 302
        assert Account.objects.get(person=fresh).is_active is active
    assert client.post(f"/people/{fresh.pk}/account/", {"act": "delete"}).status_code == 404


def test_slips_for_many_and_never_for_oneself(world):
    client = make.client(world.school_admin)
    chosen = {"person": [world.teacher.pk, world.colleague.pk, world.school_admin.pk, world.outsider.pk]}
    page = text(client.post("/people/slips/", chosen))
    assert page.count("<code>") == 2
    assert world.outsider.name not in page
    assert not Account.objects.get(person=world.outsider).must_set_password
    assert Account.objects.get(person=world.teacher).must_set_password


def test_nobody_resets_or_corrects_oneself(world):
    own = world.school_admin.pk
    client = make.client(world.school_admin)
    assert client.post(f"/people/{own}/account/", {"act": "link"}).status_code == 422
    assert client.get(f"/people/{own}/edit/").status_code == 403


def test_the_school_admin_corrects_data(world):
    client = make.client(world.school_admin)
    data = {"name": "沈玉㛃", "phone": "", "stage": "小学", "subject": "语文", "title": "高级教师", "on_duty": "on"}
    assert client.post(f"/people/{world.teacher.pk}/edit/", {**data, "name": ""}).status_code == 422
    assert client.post(f"/people/{world.teacher.pk}/edit/", data).status_code == 302
    person = Person.objects.get(pk=world.teacher.pk)
    assert (person.name, person.title, person.phone_mask) == ("沈玉㛃", "高级教师", world.teacher.phone_mask)
    assert Event.objects.get(kind="organisation.changed").data == {"fields": ["name", "title"]}


def test_search_finds_people_and_units_below(world):
    page = text(make.client(world.county_admin).get("/search/", {"q": "玉芬"}))
    assert world.teacher.name in page
    assert "这个身份没有可以查找的内容" in text(make.client(world.teacher).get("/search/", {"q": "玉芬"}))


def test_units_are_browsed_and_made_by_the_province(world):
    client = make.client(world.province_admin)
    assert "南京市" in text(client.get("/units/"))
    assert client.get(f"/units/{world.gulou_nj.pk}/?state=none").status_code == 200
    made = client.post(f"/units/{world.gulou_nj.pk}/create/", {"name": "新实验小学", "stages": ["小学"]})
    assert made.status_code == 302
    assert "新实验小学" in text(client.get(made.headers["Location"]))
    assert client.post(f"/units/{world.gulou_nj.pk}/create/", {"name": ""}).status_code == 422
    assert client.post(f"/units/{world.province.pk}/create/", {"name": "x"}).status_code == 404
    refused = client.post(f"/units/{world.school_a.pk}/merge/", {"successor": "NOWHERE"})
    assert refused.status_code == 422
    assert make.client(world.county_admin).post(f"/units/{world.gulou_nj.pk}/create/", {"name": "x"}).status_code == 403
