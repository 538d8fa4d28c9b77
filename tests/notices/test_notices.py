from datetime import datetime
from decimal import Decimal

import pytest

from tests import factories as make
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.notices import actions, queries, rules
from yanxiu.notices.models import Announcement, AnnouncementRead, Notification

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def sentence(monkeypatch):
    monkeypatch.setitem(rules.SENTENCES, "test.due", "作业《%(title)s》%(due)s 截止，已得%(mark)s分，第%(batch)s期")
    return "test.due"


DUE = datetime(2023, 9, 16, tzinfo=clock.SHANGHAI)


def test_everybody_is_told_once_and_a_reminder_only_once(world, sentence):
    people = [world.teacher.pk, world.colleague.pk, world.teacher.pk]
    assert (
        actions.notify(
            people, sentence, {"title": "一", "due": DUE, "mark": Decimal("8.5"), "batch": 4}, "/profile/", once="due:1"
        )
        == 2
    )
    actions.notify(people, sentence, {"title": "一", "due": DUE}, once="due:1")
    assert Notification.objects.count() == 2
    actions.notify([world.teacher.pk], sentence, {world.teacher.pk: {"title": "二"}})
    assert [queries.sentence(n) for n in queries.mine(world.teacher)] == [
        "作业《二》… 截止，已得…分，第…期",
        "作业《一》9月15日 24:00 截止，已得8.50分，第4期",
    ]
    assert queries.unread(world.teacher) == 2
    with pytest.raises(ValueError, match="no sentence"):
        actions.notify([world.teacher.pk], "test.unknown")
    with pytest.raises(ValueError, match="twice"):
        rules.register({sentence: "别的话"})


def test_the_inbox_counts_marks_and_leads_on_for_the_own_ones_only(world, sentence):
    actions.notify([world.teacher.pk, world.colleague.pk], sentence, {"title": "一"}, "/profile/")
    actions.notify([world.teacher.pk], sentence, {"title": "二"}, "//evil.example/")
    client = make.client(world.teacher)
    assert "2条未读" in text(client.get("/notifications/"))
    first = Notification.objects.filter(person=world.teacher).order_by("pk").first()
    other = Notification.objects.get(person=world.colleague)
    assert client.post(f"/notifications/{first.pk}/").headers["Location"] == "/profile/"
    assert client.post(f"/notifications/{first.pk + 2}/").headers["Location"] == "/notifications/"
    assert client.post(f"/notifications/{other.pk}/").status_code == 404
    assert "作业《一》" not in text(client.get("/notifications/?unread=1"))
    client.post("/notifications/read/")
    assert queries.unread(world.teacher) == 0
    assert queries.unread(world.colleague) == 1


def announce(client, **more):
    return client.post("/announcements/new/", {"title": "关于第5期", "body": "正文\n第二段<b>", **more})


def test_an_announcement_reaches_level_region_and_role_and_counts_who_read(world):
    county, teacher, other = make.client(world.county_admin), make.client(world.teacher), make.client(world.outsider)
    assert announce(county, unit=world.gulou_xz.pk).status_code == 422
    assert announce(county, unit=world.gulou_nj.pk, title="").status_code == 422
    url = announce(county, unit=world.gulou_nj.pk).headers["Location"]
    page = text(teacher.get(url))
    assert "第二段&lt;b&gt;" in page
    assert "谁读了" not in page
    teacher.get(url)
    assert AnnouncementRead.objects.filter(person=world.teacher).count() == 1
    assert other.get(url).status_code == 404
    assert "关于第5期" not in text(other.get("/announcements/"))
    assert make.client(world.province_admin).get(url).status_code == 200
    shown = text(county.get(url))
    assert "谁读了" in shown
    row = Announcement.objects.get()
    people = queries.audience(row)
    assert world.teacher in people
    assert world.outsider not in people
    line = next(line for line in queries.reads_by_unit(row) if line.unit == world.school_a)
    assert line.read == 1
    assert Event.objects.get(kind="notices.announced").unit_path == world.gulou_nj.path


def test_an_announcement_to_a_role_is_read_by_that_role_only(world):
    city = make.client(world.city_admin)
    announce(city, unit=world.nanjing.pk, roles=["school_admin"])
    assert "关于第5期" in text(make.client(world.school_admin).get("/announcements/"))
    assert "关于第5期" not in text(make.client(world.teacher).get("/announcements/"))
    assert "关于第5期" not in text(make.client(world.school_admin_c).get("/announcements/"))
    row = Announcement.objects.get()
    assert set(queries.audience(row)) == {world.school_admin}
    assert make.client(world.city_admin).post(f"/announcements/{row.pk}/withdraw/").status_code == 302
    assert "关于第5期" not in text(make.client(world.school_admin).get("/announcements/"))
    assert not actions.withdraw(row.pk, by=world.city_admin.pk)
