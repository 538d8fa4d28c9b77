from datetime import timedelta

import pytest

from tests import factories as make
from yanxiu.access import queries as access
from yanxiu.access.models import Account, Appointment
from yanxiu.lib import clock
from yanxiu.notices.models import Notification

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def holders(role, unit, at=None):
    return [a.person for a in access.holders(role, unit.pk, at)]


@pytest.mark.clause("S1.4.1", door="http")
def test_a_city_has_exactly_one_administrator_and_a_hand_over_keeps_history(world):
    client = make.client(world.province_admin)
    other, third = make.person(world.nanjing, name="接任的"), make.person(world.xuzhou, name="徐州的")
    refused = client.post(
        "/appointments/new/", {"role": "city_admin", "unit": world.nanjing.code, "person": other.teacher_number}
    )
    assert refused.status_code == 422
    assert "管理员已经满1名" in text(refused)
    held = Appointment.objects.get(role="city_admin", unit=world.nanjing)
    assert (
        client.post(
            f"/appointments/{held.pk}/hand-over/", {"person": other.teacher_number, "at": "2023-09-10"}
        ).status_code
        == 302
    )
    day = make.moment("2023-09-10 00:00")
    assert holders("city_admin", world.nanjing, day - timedelta(microseconds=1)) == [world.city_admin]
    assert holders("city_admin", world.nanjing, day) == [other]
    assert make.client(world.city_admin).get("/appointments/").status_code == 200
    make.set_clock("2023-09-10 00:00")
    assert make.client(world.city_admin).get("/appointments/").status_code == 403
    assert make.client(other).get("/appointments/").status_code == 200
    page = text(client.get("/appointments/"))
    assert world.city_admin.name in page.split("已经结束的任职")[1]
    assert Notification.objects.filter(person=other, code="access.appointed").exists()
    # 徐州 has none yet: told above, and mended there.
    assert "徐州市" in page.split("没有管理员")[1]
    assert (
        client.post(
            "/appointments/new/", {"role": "city_admin", "unit": world.xuzhou.code, "person": third.teacher_number}
        ).status_code
        == 302
    )
    assert Account.objects.filter(person=third).exists()
    assert world.xuzhou not in access.vacancies(access.scope_of(Appointment.objects.get(role="province_admin")))


@pytest.mark.clause("S1.6.1", door="http")
def test_a_county_has_one_or_two_administrators(world):
    client = make.client(world.city_admin)
    second, third = make.person(world.gulou_nj, name="第二名"), make.person(world.gulou_nj, name="第三名")
    form = {"role": "county_admin", "unit": world.gulou_nj.code}
    assert client.post("/appointments/new/", {**form, "person": second.teacher_number}).status_code == 302
    assert set(holders("county_admin", world.gulou_nj)) == {world.county_admin, second}
    refused = client.post("/appointments/new/", {**form, "person": third.teacher_number})
    assert (refused.status_code, "管理员已经满2名" in text(refused)) == (422, True)
    held = Appointment.objects.get(person=second)
    assert client.post(f"/appointments/{held.pk}/end/", {"at": ""}).status_code == 302
    assert holders("county_admin", world.gulou_nj) == [world.county_admin]
    assert "结束以后，这里没有管理员" in text(
        client.get(f"/appointments/{Appointment.objects.get(person=world.county_admin).pk}/end/")
    )


@pytest.mark.clause("S1.0", door="http")
def test_what_one_may_see_and_do_follows_from_the_appointment_alone(world):
    leader, admin = make.client(world.province_leader), make.client(world.province_admin)
    # The leadership group reads everything below and edits nothing.
    assert world.outsider.name in text(leader.get("/people/"))
    for url in ("/appointments/", "/roster/", "/audit/", "/announcements/new/", "/corrections/"):
        assert leader.get(url).status_code == 403, url
        assert admin.get(url).status_code == 200, url
    # A teacher with an office has its rights under it, and none of them as a teacher.
    make.appoint(world.teacher, "county_leader", world.gulou_xz)
    client = make.client(world.teacher)
    assert world.outsider.name in text(client.get("/people/"))
    assert world.colleague.name not in text(client.get("/people/"))
    assert client.post("/appointment/", {"appointment": "0"}).status_code == 302
    assert client.get("/people/").status_code == 403
    assert (
        client.post(
            "/appointment/", {"appointment": str(Appointment.objects.get(role="province_admin").pk)}
        ).status_code
        == 404
    )
    # The session's choice is asked anew at every request: an appointment that ended opens nothing.
    client.post("/appointment/", {"appointment": str(Appointment.objects.get(person=world.teacher).pk)})
    from yanxiu.access import actions

    actions.end(Appointment.objects.get(person=world.teacher).pk)
    assert client.get("/people/").status_code == 403


def test_nobody_appoints_above_or_beside_oneself_or_oneself(world):
    client = make.client(world.city_admin)
    colleague = make.person(world.nanjing, name="同事")
    for role, unit in (
        ("city_admin", world.nanjing),
        ("province_admin", world.province),
        ("county_admin", world.gulou_xz),
        ("county_admin", world.kunshan),
    ):
        response = client.post(
            "/appointments/new/", {"role": role, "unit": unit.code, "person": colleague.teacher_number}
        )
        assert response.status_code == 422, (role, unit)
    assert (
        client.post(
            "/appointments/new/",
            {"role": "city_leader", "unit": world.nanjing.code, "person": world.city_admin.teacher_number},
        ).status_code
        == 422
    )
    assert not Appointment.objects.filter(person=colleague).exists()
    own = Appointment.objects.get(person=world.city_admin)
    assert client.post(f"/appointments/{own.pk}/end/").status_code == 422
    foreign = Appointment.objects.get(person=world.county_admin_xz)
    assert client.post(f"/appointments/{foreign.pk}/end/").status_code == 404
    assert (
        client.post(f"/appointments/{foreign.pk}/hand-over/", {"person": colleague.teacher_number}).status_code == 404
    )


def test_the_level_above_is_told_once_that_a_county_lost_its_last_administrator(world):
    from yanxiu.administration import actions

    held = Appointment.objects.get(person=world.county_admin)
    assert actions.sweep(clock.now()) == 0
    make.client(world.city_admin).post(f"/appointments/{held.pk}/end/", {"at": "2023-09-07"})
    assert actions.sweep(clock.now()) == 0
    now = make.set_clock("2023-09-07 00:00")
    actions.sweep(now)
    actions.sweep(now)
    told = Notification.objects.filter(code="access.vacant")
    assert [n.person for n in told] == [world.city_admin]
    assert "鼓楼区" in text(make.client(world.city_admin).get("/appointments/")).split("没有管理员")[1]
