"""Every list, search, export and single page signed in as the neighbouring county and as the other 鼓楼区 finds nothing; role × URL."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories as make
from yanxiu.access.models import Appointment
from yanxiu.administration.urls import urlpatterns as administration
from yanxiu.notices import actions as notices
from yanxiu.notices.urls import urlpatterns as notices_urls
from yanxiu.organisation.actions import roster
from yanxiu.organisation.models import Person, ProfileCorrection, RosterImport

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Person.objects.filter(pk=world.county_admin.pk).update(name="任南京")
    world.county_admin.refresh_from_db()
    world.neighbour = make.officer("county_admin", world.xuanwu)
    world.wish = ProfileCorrection.objects.create(
        person=world.teacher, changes={"name": "沈玉㛃"}, asked_at=make.moment("2023-09-01 10:00")
    )
    client = make.client(world.county_admin)
    client.post(
        "/roster/",
        {
            "kind": "roster",
            "file": SimpleUploadedFile(
                "我们的.csv", f"姓名,身份证号,学校代码\n沈玉芬,1,{world.school_a.code}".encode()
            ),
        },
    )
    world.roster = RosterImport.objects.get()
    roster.read(world.roster.pk)
    world.announcement = notices.announce(
        unit=world.gulou_nj, title="只给南京鼓楼", body="正文", by=world.county_admin.pk
    )
    world.held = Appointment.objects.get(person=world.county_admin)
    return world


OTHERS = ("neighbour", "county_admin_xz", "kunshan_admin", "school_admin_c")
LISTS = (
    "/people/", "/people/?roster=all", "/people/?q=玉芬", "/people/?export=xlsx", "/search/?q=玉芬", "/search/?q=清溪", "/corrections/", "/roster/",
    "/appointments/", "/units/", "/announcements/", "/announcements/new/",
)  # fmt: skip


def body(response) -> str:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    if raw[:2] == b"PK":
        import io

        import openpyxl

        sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
        return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    return raw.decode()


@pytest.mark.parametrize("who", OTHERS)
def test_a_list_of_others_has_nothing_of_ours(world, who):
    client, ours = (
        make.client(getattr(world, who)),
        (world.teacher.name, world.school_a.name, "我们的.csv", "沈玉㛃", "只给南京鼓楼", "任南京"),
    )
    for url in LISTS:
        response = client.get(url)
        if response.status_code != 403:
            assert [name for name in ours if name in body(response)] == [], url
    shown = "".join(body(make.client(world.county_admin).get(url)) for url in LISTS)
    shown += body(make.client(world.city_admin).get("/appointments/"))
    assert [name for name in ours if name not in shown] == []


@pytest.mark.parametrize("who", OTHERS)
def test_a_single_page_of_ours_is_not_found_by_others(world, who):
    client = make.client(getattr(world, who))
    singles = [
        ("get", "administration:person", world.teacher.pk, {}),
        ("post", "administration:reveal", world.teacher.pk, {"field": "phone", "reason": "核对报名信息"}),
        ("get", "administration:edit", world.teacher.pk, {}),
        ("post", "administration:account", world.teacher.pk, {"act": "link"}),
        ("post", "administration:decide_correction", world.wish.pk, {"decision": "accept"}),
        ("get", "administration:import", world.roster.pk, {}),
        ("get", "administration:refused", world.roster.pk, {}),
        ("get", "administration:unit", world.school_a.pk, {}),
        ("get", "administration:hand_over", world.held.pk, {}),
        ("post", "administration:end", world.held.pk, {}),
        ("get", "notices:announcement", world.announcement.pk, {}),
        ("post", "notices:withdraw", world.announcement.pk, {}),
    ]
    for method, name, pk, data in singles:
        status = getattr(client, method)(reverse(name, args=[pk]), data).status_code
        assert status == 404 or (status == 403 and who == "school_admin_c"), (name, status)
    client.post("/people/slips/", {"person": [world.teacher.pk]})
    world.teacher.account.refresh_from_db()
    assert not world.teacher.account.must_set_password


def test_the_audit_trail_of_a_scope_holds_nothing_of_others(world):
    """Today only provincial officers read it; the query itself is asked with a county's scope."""
    from yanxiu.access.rules import UNITS, Capability, Grant, Scope
    from yanxiu.administration import queries

    ours = Scope(frozenset({Grant(Capability.READ_AUDIT, UNITS, world.gulou_nj.path)}))
    theirs = Scope(frozenset({Grant(Capability.READ_AUDIT, UNITS, world.gulou_xz.path)}))
    assert queries.audit(ours).exists()
    assert not queries.audit(theirs).filter(unit_path__startswith=world.gulou_nj.path).exists()
    assert not queries.audit(ours).exclude(unit_path__startswith=world.gulou_nj.path).exists()


ROLES = (
    "visitor",
    "teacher",
    "school_admin",
    "county_admin",
    "city_admin",
    "province_leader",
    "province_admin",
    "auditor",
    "system_officer",
    "tutor",
)
OPEN = {"sign_in", "use_link"}
SIGNED_IN = {
    "sign_out",
    "password",
    "profile",
    "confirm",
    "export_own",
    "search",
    "inbox",
    "read_all",
    "open",
    "announcements",
    "announcement",
}
MAY = {
    "people": {"school_admin", "county_admin", "city_admin", "province_leader", "province_admin"},
    "accounts": {"school_admin", "county_admin", "city_admin", "province_admin"},
    "office": {"county_admin", "city_admin", "province_admin"},
    "units": {"school_admin", "county_admin", "city_admin", "province_leader", "province_admin", "system_officer"},
    "manage_units": {"province_admin", "system_officer"},
    "audit": {"province_admin", "auditor"},
    "announce": {"school_admin", "county_admin", "city_admin", "province_admin"},
}
DOORS = {
    "people": "people", "person": "people", "slips": "accounts", "reveal": "accounts", "edit": "accounts", "account": "accounts", "corrections": "accounts",
    "decide_correction": "accounts", "imports": "office", "template": "office", "import": "office", "apply": "office", "discard": "office",
    "refused": "office", "units": "units", "unit": "units", "create_unit": "manage_units", "merge": "manage_units", "appointments": "office",
    "appoint": "office", "hand_over": "office", "end": "office", "audit": "audit", "write": "announce", "withdraw": "announce",
}  # fmt: skip


def test_every_url_is_in_the_table():
    names = {p.name for p in [*administration, *notices_urls]}
    assert names == OPEN | SIGNED_IN | set(DOORS)


def test_role_times_url(world):
    world.auditor = make.officer("auditor", world.province)
    world.system_officer = make.officer("system_officer", world.province)
    for role in ROLES:
        client = Client() if role == "visitor" else make.client(getattr(world, role))
        for app, patterns in (("administration", administration), ("notices", notices_urls)):
            for pattern in patterns:
                if pattern.name in ("sign_out", "use_link"):
                    continue
                args = [10**9] if "<int" in str(pattern.pattern) else []
                response = client.get(reverse(f"{app}:{pattern.name}", args=args))
                status = response.status_code
                if pattern.name in OPEN:
                    assert status in (200, 302), (role, pattern.name, status)
                elif role == "visitor":
                    assert (status, response.headers["Location"][:9]) == (302, "/sign-in/"), (role, pattern.name)
                elif pattern.name in SIGNED_IN or role in MAY[DOORS[pattern.name]]:
                    assert status in (200, 404, 405), (role, pattern.name, status)
                else:
                    assert status == 403, (role, pattern.name, status)
