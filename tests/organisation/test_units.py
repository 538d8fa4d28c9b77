from datetime import date

import pytest

from yanxiu.events.models import Event
from yanxiu.organisation import actions, queries
from yanxiu.organisation.models import Person, Unit, UnitCount

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Unit]:
    actions.load_units()
    return {unit.path: unit for unit in Unit.objects.all()}


def test_the_file_gives_the_tree_and_the_three_counties_stand_beside_the_cities(tree):
    assert Unit.objects.filter(level="city").count() == 13
    assert Unit.objects.count() == 120
    for code, name, city in (
        ("320583", "昆山市", "320500"),
        ("321283", "泰兴市", "321200"),
        ("321322", "沭阳县", "321300"),
    ):
        unit = tree[f"/32/{code}/"]
        assert (unit.name, unit.level, unit.direct, unit.parent, unit.statistical_city.code) == (
            name,
            "county",
            True,
            tree["/32/"],
            city,
        )
    assert Unit.objects.filter(direct=True).count() == 3
    assert [unit.display for unit in queries.offices()][-3:] == ["昆山市", "泰兴市", "沭阳县"]
    assert actions.load_units() == 0


def test_two_units_of_one_name_read_differently(tree):
    names = set(Unit.objects.filter(name="鼓楼区").values_list("full_name", flat=True))
    assert names == {"南京市鼓楼区", "徐州市鼓楼区"}
    found = queries.units_matching(queries.units_below("/32/"), "鼓楼")
    assert {unit.code for unit in found} == {"320106", "320302"}
    assert {unit.code for unit in queries.units_matching(queries.units_below("/32/"), "徐州鼓楼")} == set()
    assert {unit.code for unit in queries.units_matching(queries.units_below("/32/"), "徐州市鼓楼")} == {"320302"}


def test_a_zone_without_a_standard_code_gets_one_of_our_own(tree):
    zone = actions.create_zone(name="江北新区", city=tree["/32/3201/"])
    assert (zone.path, zone.level, zone.display) == ("/32/3201/3201Z1/", "county", "南京市江北新区")


def test_schools_of_the_same_name_get_different_codes(tree):
    one, two = actions.create_schools(
        [
            actions.NewSchool("实验小学", tree["/32/3201/320106/"], ("小学",)),
            actions.NewSchool("实验小学", tree["/32/3203/320302/"]),
        ]
    )
    assert (one.code, one.path) == ("S000001", "/32/3201/320106/S000001/")
    assert (two.code, two.display) == ("S000002", "徐州市鼓楼区实验小学")
    assert actions.create_school(name="中华中学", county=tree["/32/320583/"]).path == "/32/320583/S000003/"


def test_the_count_of_teachers_sums_up_every_level_and_direct_counties_stand_apart(tree):
    school = actions.create_school(name="小学", county=tree["/32/3205/320505/"])
    kunshan = actions.create_school(name="小学", county=tree["/32/320583/"])
    people = [actions.NewPerson(f"张{i}", school) for i in range(3)] + [actions.NewPerson("李一", kunshan)]
    people += [
        actions.NewPerson("离岗", school, on_duty=False),
        actions.NewPerson("办公室", tree["/32/3205/"], on_roster=False),
    ]
    actions.create_people(people)
    actions.count_teachers(date(2023, 6, 30))
    count = {path: queries.count_of(unit, date(2023, 6, 30)) for path, unit in tree.items()}
    assert (count["/32/"], count["/32/3205/"], count["/32/3205/320505/"], count["/32/320583/"], count["/32/3201/"]) == (
        4,
        3,
        3,
        1,
        0,
    )
    assert UnitCount.objects.count() == Unit.objects.count()
    actions.create_people([actions.NewPerson("张四", school)])
    actions.count_teachers(date(2023, 6, 30))
    assert queries.count_of(tree["/32/"], date(2023, 6, 30)) == 5


def test_a_school_that_closes_hands_its_people_to_the_successor_or_the_county(tree):
    county = tree["/32/3201/320106/"]
    first, second = actions.create_schools([actions.NewSchool("一小", county), actions.NewSchool("二小", county)])
    person = actions.create_person(actions.NewPerson("王敏", first))
    assert actions.merge_school(school=first.pk, successor=second.pk).ok
    person.refresh_from_db()
    assert (person.school, person.school_path) == (second, second.path)
    event = Event.objects.get(kind="organisation.unit_closed")
    assert event.data == {
        "unit": first.pk,
        "path": first.path,
        "successor": second.pk,
        "successor_path": second.path,
        "people": 1,
    }
    assert actions.merge_school(school=first.pk, successor=second.pk).codes == ("unit_closed_already",)
    assert actions.merge_school(school=second.pk, successor=second.pk).codes == ("unit_not_school",)
    assert actions.close_school(school=second.pk).ok
    assert Person.objects.get(pk=person.pk).school == county
    assert first not in queries.children(county)
