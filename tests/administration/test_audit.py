import io

import openpyxl
import pytest
from django.db import transaction

from tests import factories as make
from yanxiu.events import actions as events
from yanxiu.events.models import Event

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_the_trail_is_filtered_by_kind_person_and_unit_and_exported(world):
    make.client(world.school_admin).post(
        f"/people/{world.teacher.pk}/reveal/", {"field": "phone", "reason": "联系教师本人"}
    )
    make.client(world.school_admin_c).post(
        f"/people/{world.outsider.pk}/reveal/", {"field": "phone", "reason": "另一个原因呢"}
    )
    client = make.client(make.officer("auditor", world.province))
    everything = text(client.get("/audit/"))
    assert "联系教师本人" in everything
    assert "另一个原因呢" in everything
    assert "手机号" in everything
    for query, ours, theirs in (
        ({"kind": "organisation.revealed"}, True, True),
        ({"q": world.teacher.name}, True, False),
        ({"q": world.teacher.teacher_number}, True, False),
        ({"q": world.school_c.code}, False, True),
        ({"days": "1"}, True, True),
        ({"q": "查无此人"}, False, False),
    ):
        page = text(client.get("/audit/", query))
        assert ("联系教师本人" in page, "另一个原因呢" in page) == (ours, theirs), query
    response = client.get("/audit/", {"export": "xlsx", "q": world.teacher.name})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    shown = list(sheet.iter_rows(values_only=True))
    assert shown[1][3] == world.teacher.name
    assert Event.objects.filter(kind="administration.list_exported").exists()


def test_details_are_words_and_names(world):
    """Codes in words, units by name, spans as spans; numbers of rows that mean nothing are left out."""
    with transaction.atomic():
        events.record(
            "forum.posted",
            unit_path=world.school_a.path,
            data={"reply": True, "thread": 83261, "verdict": "too_short", "length": 7},
        )
        events.record("learning.reached", unit_path=world.school_a.path, data={"enrolment": 83262, "seconds": 24000})
        events.record(
            "places.quota_moved",
            unit_path=world.school_a.path,
            data={"movement": "allot", "giver": world.gulou_nj.pk, "taker": world.school_a.pk, "amount": 12},
        )
    client = make.client(make.officer("auditor", world.province))
    for language, said in (
        (
            "zh-hans",
            ("发表帖子", "为什么不计分：太短", "学习时间：400分", "怎样变动：下发", f"给出：{world.gulou_nj.display}"),
        ),
        ("en", ("Posted", "too short", "400 min", "Allot", world.gulou_nj.display)),
    ):
        client.cookies["yx_lang"] = language
        page = text(client.get("/audit/"))
        assert [one for one in said if one not in page] == []
        for raw in ("83261", "83262", "forum.posted", "too_short", "allot", "enrolment"):
            assert raw not in page.partition("<tbody")[2], raw
