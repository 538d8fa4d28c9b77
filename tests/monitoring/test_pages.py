"""Each office watches its own subtree through HTTP; neighbours find nothing."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories as make
from yanxiu.monitoring import actions


@pytest.fixture
def watched(world: SimpleNamespace) -> SimpleNamespace:
    actions.refresh([world.enrolment.pk, world.enrolment_2.pk, world.enrolment_c.pk])
    return world


@pytest.mark.clause("A1.2", "S1.0", door="http")
@pytest.mark.parametrize(
    ("who", "learners"),
    [
        ("province_admin", 3),
        ("province_leader", 3),
        ("city_admin", 2),
        ("county_admin", 2),
        ("county_admin_xz", 1),
        ("school_admin", 2),
        ("kunshan_admin", 0),
    ],
)
def test_six_indicators_of_the_own_subtree(watched: SimpleNamespace, who: str, learners: int) -> None:
    page = make.client(getattr(watched, who)).get("/watch/").content.decode()
    for name in ("参训率", "在线学习时数", "作业完成率", "参与讨论率", "作业质量", "成果考核"):
        assert name in page
    assert f"{learners}名学员" in page


@pytest.mark.clause("T3.2a", door="http")
def test_the_line_of_ten_percent_with_the_heads_that_are_missing(watched: SimpleNamespace) -> None:
    page = make.client(watched.city_admin).get("/watch/").content.decode()
    assert "2 / 800人" in page and "离10%还差78人" in page
    assert 'aria-label="已参训2人，达到标准要20人"' in page and "<span>18</span>" in page
    province = make.client(watched.province_admin).get("/watch/").content.decode()
    assert "南京市" in province and "昆山市" in province


def test_direct_county_stands_beside_the_cities_and_its_city_does_not_see_it(watched: SimpleNamespace) -> None:
    suzhou = make.officer("city_admin", watched.suzhou)
    assert make.client(suzhou).get(reverse("monitoring:unit", args=[watched.kunshan.pk])).status_code == 404


@pytest.mark.parametrize("who", ["county_admin_xz", "kunshan_admin", "school_admin_c"])
def test_neighbours_find_nothing(watched: SimpleNamespace, who: str) -> None:
    client = make.client(getattr(watched, who))
    for unit in (watched.gulou_nj, watched.school_a, watched.nanjing, watched.province):
        assert client.get(reverse("monitoring:unit", args=[unit.pk])).status_code == 404
        assert client.get(reverse("monitoring:learners", args=[unit.pk])).status_code == 404
    page = client.get(reverse("monitoring:class", args=[watched.training_class.pk]))
    assert page.status_code == 404 or "沈玉芬" not in page.content.decode()
    export = client.get("/watch/?export=xlsx")
    assert "沈玉芬" not in _cells(export)


def test_the_tutor_sees_the_class_down_to_a_person(watched: SimpleNamespace) -> None:
    client = make.client(watched.tutor)
    assert "测试课程（1班）" in client.get("/watch/").content.decode()
    page = client.get(reverse("monitoring:class", args=[watched.training_class.pk])).content.decode()
    assert all(name in page for name in ("沈玉芬", "李䶮", "欧阳𬭛"))


@pytest.mark.parametrize("who", ["school_admin", "county_admin", "province_leader", "tutor"])
def test_a_learner_of_the_list_opens(watched: SimpleNamespace, who: str) -> None:
    client = make.client(getattr(watched, who))
    page = client.get(reverse("monitoring:class", args=[watched.training_class.pk])).content.decode()
    (link,) = re.findall(r'href="([^"]+)">沈玉芬<', page)
    assert "沈玉芬" in client.get(link).content.decode()


def test_a_name_is_no_link_where_the_door_stays_shut(watched: SimpleNamespace) -> None:
    """A head of a teaching-research group reads figures and no results."""
    client = make.client(make.officer("group_head", watched.school_a))
    for address in (
        reverse("monitoring:class", args=[watched.training_class.pk]),
        reverse("monitoring:learners", args=[watched.school_a.pk]),
    ):
        page = client.get(address).content.decode()
        assert "沈玉芬" in page and reverse("scoring:result", args=[watched.enrolment.pk]) not in page


def test_a_school_sees_its_own_learners_of_a_class_only(watched: SimpleNamespace) -> None:
    page = (
        make.client(watched.school_admin)
        .get(reverse("monitoring:class", args=[watched.training_class.pk]))
        .content.decode()
    )
    assert "沈玉芬" in page and "欧阳𬭛" not in page


def test_export_holds_the_rows_that_are_shown(watched: SimpleNamespace) -> None:
    cells = _cells(make.client(watched.province_admin).get("/watch/?export=xlsx"))
    assert "南京市" in cells and "徐州市" in cells


def _cells(answer: object) -> str:
    import io

    body = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(body)).active
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize(
    ("who", "heading"), [("province_admin", "下级单位"), ("county_admin", "下级单位"), ("school_admin", "按培训班")]
)
def test_the_list_has_its_name_once_in_the_row_of_the_export(watched: SimpleNamespace, who: str, heading: str) -> None:
    page = make.client(getattr(watched, who)).get("/watch/").content.decode()
    assert page.count(f'<h2 class="y-h3">{heading}</h2>') == 1
    assert f'y-tablebar"><h2 class="y-h3">{heading}</h2><form' in page
