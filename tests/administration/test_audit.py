import io

import openpyxl
import pytest

from tests import factories as make
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
