"""报名审核: where the policy asks for it, the school proposes within the window and the county confirms or refuses (G2, silent.md)."""

import shutil
from uuid import uuid4

import pytest
from django.urls import reverse

from tests import factories as make
from tests.places.pages.reading import read
from yanxiu.notices.models import Notification
from yanxiu.places import actions
from yanxiu.places.models import Choice, Complaint, Enrolment, QuotaBalance
from yanxiu.programme import actions as programmes

WORDS = '{ value = "county", assumed = "县级项目办在报名期内审核" }'


@pytest.fixture
def r(w, tmp_path):
    """The same programme under a policy with review, stored before batch 4 opened for choice; two teachers hold."""
    shutil.copy(make.ROOT / "policies" / "S20230304.toml", tmp_path)
    (tmp_path / "review.toml").write_text(f'extends = "S20230304"\n[enrolment]\nreview = {WORDS}\n')
    make.set_clock("2023-08-01 10:00")
    programmes.save_policy(programme=w.programme, path=tmp_path / "review.toml", by=w.province_admin)
    make.set_clock("2023-08-28 10:00")
    w.batch.refresh_from_db()
    for person in w.teachers[:2]:
        assert actions.choose(person=person.pk, training_class=w.klass.pk).outcome == "holding"
    return w


def propose(r, *people):
    data = {"person": [p.pk for p in people], "key": uuid4().hex}
    assert make.client(r.school_admin).post(reverse("places:enrol"), data).status_code == 302


def confirm(person, *people, yes="1", reason=""):
    data = {"person": [p.pk for p in people], "yes": yes, "reason": reason, "key": uuid4().hex}
    return make.client(person).post(reverse("places:confirm"), data)


def state(person):
    return Choice.objects.get(person=person).state


@pytest.mark.clause("G2", door="http")
def test_the_school_proposes_and_the_county_confirms(r):
    one, two = r.teachers[:2]
    propose(r, one, two)
    assert not Enrolment.objects.exists() and state(one) == "holding"
    county = make.client(r.county_admin)
    page = read(county.get("/enrolments/"))
    assert "等您审核的报名" in page and one.name in page and two.name in page
    assert "没有等待审核的报名" in read(make.client(r.neighbour).get("/enrolments/"))
    assert confirm(r.neighbour, one).status_code == 404 and confirm(r.school_admin, one).status_code == 403
    assert not Enrolment.objects.exists()
    assert confirm(r.county_admin, one).status_code == 302
    made = Enrolment.objects.get()
    assert (made.person, made.by, state(two)) == (one, r.county_admin, "holding")
    assert Notification.objects.filter(person=one, code="places.enrolled").exists()


@pytest.mark.clause("G2", door="http")
def test_the_county_refuses_with_a_reason_and_seat_and_quota_come_free(r):
    one, _two, third = r.teachers[:3]
    assert actions.choose(person=third.pk, training_class=r.klass.pk).outcome == "waiting"
    propose(r, one)
    data = {"person": [one.pk], "yes": "0", "reason": "短", "key": uuid4().hex}
    page = read(make.client(r.county_admin).post(reverse("places:confirm"), data, follow=True))
    assert "原因至少要写4个字" in page and state(one) == "holding"
    confirm(r.county_admin, one, yes="0", reason="本年度已参加同类培训")
    assert (state(one), state(third)) == ("refused", "holding")
    assert Choice.objects.get(person=one).reason == "本年度已参加同类培训"
    assert QuotaBalance.objects.get(batch=r.batch, unit=r.school_a).used == 2
    # The teacher reads the reason and may complain.
    teacher = make.client(one)
    assert "本年度已参加同类培训" in read(teacher.get("/choose/"))
    url = reverse("places:complain", args=[Choice.objects.get(person=one).pk])
    assert teacher.post(url, {"text": "我去年没有参加过任何培训"}).status_code == 302
    assert Complaint.objects.count() == 1


@pytest.mark.clause("G2", door="http")
def test_review_ends_with_the_window(r):
    one = r.teachers[0]
    propose(r, one)
    county = make.client(r.county_admin)
    assert "等您审核的报名" in read(county.get("/enrolments/"))
    make.set_clock(r.batch.starts)
    county.post("/batch/", {"batch": r.batch.pk, "next": "/enrolments/"})
    data = {"person": [one.pk], "yes": "1", "key": uuid4().hex}
    assert "8月31日24:00已经截止" in read(county.post(reverse("places:confirm"), data, follow=True))
    assert not Enrolment.objects.exists()
