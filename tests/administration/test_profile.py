"""S2.1.1: the learner confirms or corrects the profile before learning; corrections go to the school admin."""

import json

import pytest
from django.test import Client

from tests import factories as make
from yanxiu.events.models import Event
from yanxiu.notices.models import Notification
from yanxiu.organisation import queries
from yanxiu.organisation.models import Person, ProfileCorrection

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(world) -> Person:
    Person.objects.filter(pk=world.teacher.pk).update(profile_confirmed_at=None)
    world.teacher.refresh_from_db()
    return world.teacher


@pytest.mark.clause("S2.1.1", door="http")
def test_the_learner_confirms_the_profile_before_anything_else(learner):
    client = make.client(learner)
    assert client.get("/notifications/").headers["Location"] == "/profile/"
    page = client.get("/profile/").content.decode()
    assert learner.name in page
    assert learner.identity_mask in page
    assert queries.open_sealed(bytes(learner.identity_sealed), queries.IDENTITY) not in page
    assert client.post("/profile/confirm/").status_code == 302
    assert client.get("/notifications/").status_code == 200
    assert Event.objects.filter(kind="organisation.profile_confirmed", person=learner.pk).exists()


@pytest.mark.clause("S2.1.1", door="http")
def test_a_correction_goes_to_the_school_admin_who_accepts_it(world, learner):
    client, admin = make.client(learner), make.client(world.school_admin)
    same = {"name": learner.name, "stage": "小学", "subject": "语文", "title": "一级教师"}
    assert client.post("/profile/", same).status_code == 422
    assert client.post("/profile/", {**same, "phone": "123"}).status_code == 422
    sent = client.post("/profile/", {**same, "name": "沈玉㛃", "phone": "137 0000 0001"})
    assert sent.status_code == 302
    assert client.get("/notifications/").status_code == 200  # waits for the school, and may go on
    queue = admin.get("/corrections/").content.decode()
    assert "沈玉㛃" in queue
    assert "137****0001" in queue
    assert "13700000001" not in queue
    wish = ProfileCorrection.objects.get()
    assert admin.post(f"/corrections/{wish.pk}/", {"decision": "accept"}).status_code == 302
    learner.refresh_from_db()
    assert (learner.name, learner.phone_mask) == ("沈玉㛃", "137****0001")
    assert learner.profile_confirmed_at is not None
    assert Notification.objects.get(person=learner).code == "organisation.correction_accepted"
    assert "已经更正：姓名、手机号" in client.get("/notifications/").content.decode()


def test_declining_needs_a_reason_which_the_learner_reads(world, learner):
    client, admin = make.client(learner), make.client(world.school_admin)
    client.post("/profile/", {"note": "我的学校写错了"})
    wish = ProfileCorrection.objects.get()
    refused = admin.post(f"/corrections/{wish.pk}/", {"decision": "decline", "answer": "不改"})
    assert refused.status_code == 422
    assert "至少要写5个字" in refused.content.decode()
    assert (
        admin.post(f"/corrections/{wish.pk}/", {"decision": "decline", "answer": "学校以名册为准"}).status_code == 302
    )
    assert "学校以名册为准" in client.get("/profile/").content.decode()


def test_nobody_decides_the_own_correction_nor_that_of_another_school(world):
    ProfileCorrection.objects.create(
        person=world.school_admin, changes={"title": "高级教师"}, asked_at="2023-09-01T00:00Z"
    )
    own = ProfileCorrection.objects.get()
    assert make.client(world.school_admin).post(f"/corrections/{own.pk}/", {"decision": "accept"}).status_code == 422
    assert make.client(world.school_admin_c).post(f"/corrections/{own.pk}/", {"decision": "accept"}).status_code == 404
    assert world.school_admin.name not in make.client(world.school_admin_c).get("/corrections/").content.decode()
    assert make.client(world.county_admin).post(f"/corrections/{own.pk}/", {"decision": "accept"}).status_code == 302


def test_the_learner_takes_the_own_data_along_and_only_that(world):
    assert Client().post("/profile/export/").status_code == 302
    response = make.client(world.teacher).post("/profile/export/")
    data = json.loads(response.content)
    assert data["person"]["name"] == world.teacher.name
    assert data["person"]["identity"] == queries.open_sealed(bytes(world.teacher.identity_sealed), queries.IDENTITY)
    assert world.colleague.name not in response.content.decode()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(kind="access.data_exported", person=world.teacher.pk).exists()
