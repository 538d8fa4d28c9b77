"""Nobody decides about herself: a school's only administrator who learns is enrolled by the county, and by nobody else (silent.md, Offices)."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests import factories as make
from tests.places.pages.reading import read
from yanxiu.access.models import Role
from yanxiu.places import actions
from yanxiu.places.models import Choice, Enrolment


@pytest.fixture
def chosen(w):
    """The only administrator of school A has chosen a class and holds."""
    assert actions.choose(person=w.school_admin.pk, training_class=w.klass.pk).outcome == "holding"
    return Choice.objects.get(person=w.school_admin)


def press(client, name, choice, **data):
    return client.post(reverse(f"places:{name}", args=[choice.pk]), {"key": uuid4().hex, **data})


@pytest.mark.clause("S1.0", door="http")
def test_the_county_sees_the_case_on_its_desk_and_enrols(w, chosen):
    own = press(make.client(w.school_admin), "enrol_one", chosen)
    assert "不能办理与自己有关的事" in read(own, 422) and "上一级项目办" in read(own, 422)
    county = make.client(w.county_admin)
    desk = county.get("/desk/")
    assert "第4期有1位教师的报名由本级办理" in read(desk)
    assert reverse("places:choice", args=[chosen.pk]) in desk.content.decode()
    listed = county.get("/enrolments/")
    assert "由本级办理的报名" in read(listed) and w.school_admin.name in read(listed)
    page = read(county.get(reverse("places:choice", args=[chosen.pk])))
    assert "唯一的管理员" in page and f"为{w.school_admin.name}报名" in page
    assert press(county, "enrol_one", chosen).status_code == 302
    made = Enrolment.objects.get(person=w.school_admin)
    assert (made.school, made.by) == (w.school_a, w.county_admin)
    assert "由本级办理" not in read(county.get("/desk/"))


@pytest.mark.clause("S1.0", door="http")
def test_the_county_refuses_returns_and_replaces_in_the_same_case(w, chosen):
    county = make.client(w.county_admin)
    assert press(county, "refuse", chosen, reason="写").status_code == 422
    assert press(county, "enrol_one", chosen).status_code == 302
    page = read(county.get(reverse("places:choice", args=[chosen.pk])))
    assert "换人" in page and w.teachers[0].name in page
    answer = press(county, "replace", chosen, successor=w.teachers[0].pk, reason="本人外出支教")
    assert answer.status_code == 302
    assert Choice.objects.get(person=w.teachers[0]).state == "enrolled"
    assert actions.choose(person=w.school_admin.pk, training_class=w.klass.pk).ok
    again = Choice.objects.get(person=w.school_admin, state="holding")
    assert press(county, "refuse", again, reason="本期已有安排").status_code == 302
    again.refresh_from_db()
    assert again.state == "refused"


@pytest.mark.clause("S1.0", door="http")
def test_in_no_other_case_and_nowhere_else(w, chosen):
    # Not of a teacher, whom the school enrols; not by the neighbour, the city, the province, a leader.
    assert actions.choose(person=w.teachers[0].pk, training_class=w.klass.pk).ok
    teachers = Choice.objects.get(person=w.teachers[0])
    county = make.client(w.county_admin)
    assert press(county, "enrol_one", teachers).status_code == 404
    assert press(county, "refuse", teachers, reason="不是本级的事").status_code == 404
    assert press(make.client(w.neighbour), "enrol_one", chosen).status_code == 404
    assert press(make.client(w.county_admin_xz), "enrol_one", chosen).status_code == 404
    for person in (w.city_admin, w.province_admin, w.province_leader):
        assert press(make.client(person), "enrol_one", chosen).status_code == 403
    # With a second acting administrator it is the school's again.
    second = make.officer(Role.SCHOOL_ADMIN, w.school_a)
    assert press(county, "enrol_one", chosen).status_code == 404
    assert "由本级办理" not in read(county.get("/desk/"))
    assert press(make.client(second), "enrol_one", chosen).status_code == 302
    assert Enrolment.objects.get(person=w.school_admin).by == second
