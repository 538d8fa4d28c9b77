import csv
from datetime import date
from pathlib import Path

import pytest

from yanxiu.events.models import Event
from yanxiu.lib import identity
from yanxiu.organisation import actions, queries
from yanxiu.organisation.models import Person, ProfileCorrection, Unit

pytestmark = pytest.mark.django_db
CHARACTERS = (Path(__file__).parents[1] / "data" / "rare-name-characters.csv").read_text(encoding="utf-8")
RARE = [row["char"] for row in csv.DictReader(CHARACTERS.splitlines())]
NUMBER = identity.make("320102", date(1985, 3, 4), 17)


@pytest.fixture
def school() -> Unit:
    actions.load_units()
    return actions.create_school(name="秦淮湖小学", county=Unit.objects.get(code="320106"), stages=["小学"])


@pytest.fixture
def person(school: Unit) -> Person:
    return actions.create_person(
        actions.NewPerson(
            "欧阳敏", school, identity=NUMBER, phone="138 1234 5678", teacher_number="T0001", stage="小学"
        )
    )


@pytest.mark.parametrize("char", RARE)
def test_a_name_with_any_character_is_stored_found_and_sorted(school, char):
    people = actions.create_people(
        [
            actions.NewPerson(f"王{char}", school),
            actions.NewPerson(f"{char}明", school),
            actions.NewPerson("赵一", school),
        ]
    )
    assert Person.objects.get(pk=people[0].pk).name == f"王{char}"
    assert [p.pk for p in queries.matching(queries.people_below("/32/"), f"王{char}")] == [people[0].pk]
    assert {p.pk for p in queries.matching(queries.people_below("/32/"), char)} == {people[0].pk, people[1].pk}
    assert {p.pk for p in queries.of_unit(school)} == {p.pk for p in people}
    assert list(queries.of_unit(school)) == sorted(people, key=lambda p: p.name_key)


def test_identity_and_phone_are_sealed_masked_and_found_by_exact_value(person):
    stored = Person.objects.get(pk=person.pk)
    assert NUMBER.encode() not in bytes(stored.identity_sealed)
    assert (stored.identity_mask, stored.phone_mask) == (identity.mask(NUMBER), "138****5678")
    assert queries.open_sealed(bytes(stored.identity_sealed), queries.IDENTITY) == NUMBER
    below = queries.people_below("/32/")
    for asked in (NUMBER, NUMBER.lower(), "13812345678", "138-1234-5678", "T0001", "欧阳", "阳敏", "敏"):
        assert [p.pk for p in queries.matching(below, asked)] == [person.pk], asked
    for asked in (NUMBER[:17], "5678", "T000", "阳欧", "%", ""):
        assert not queries.matching(below, asked).exists(), asked
    assert queries.by_numbers([NUMBER, "T0001", "nobody"]) == {NUMBER: person, "T0001": person}


def test_a_change_of_school_is_one_event_and_says_whence_and_whither(person, school):
    other = actions.create_school(name="昆山一小", county=Unit.objects.get(code="320583"))
    assert actions.update_person(person.pk, {"school": other, "title": "高级教师"}, by=7).ok
    moved = Event.objects.get(kind="organisation.moved")
    assert (moved.actor, moved.person, moved.unit_path) == (7, person.pk, other.path)
    assert moved.data == {"from": school.pk, "to": other.pk, "from_path": school.path, "to_path": other.path}
    assert Event.objects.get(kind="organisation.changed").data == {"fields": ["title"]}
    assert actions.update_person(person.pk, {"school": other}, by=7).ok
    assert Event.objects.filter(kind="organisation.moved").count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " · "}, "name_empty"),
        ({"phone": "1381234"}, "phone_length"),
        ({"identity": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, "identity_checksum"),
        ({"teacher_number": "T0002"}, "teacher_number_taken"),
        ({"stage": "大学"}, "stage_unknown"),
    ],
)
def test_what_cannot_be_is_refused(person, school, changes, code):
    actions.create_person(actions.NewPerson("李二", school, teacher_number="T0002"))
    assert actions.update_person(person.pk, changes, by=1).codes == (code,)
    assert not Event.objects.filter(kind="organisation.changed").exists()


def test_who_is_gone_is_told_once(person):
    assert actions.mark_gone([person.pk], by=1) == 1
    assert actions.mark_gone([person.pk], by=1) == 0
    assert Event.objects.filter(kind="organisation.gone", person=person.pk).count() == 1
    assert Person.objects.get(pk=person.pk).gone_at is not None


def test_a_correction_waits_sealed_and_is_decided_by_somebody_else(person, school):
    admin = actions.create_person(actions.NewPerson("蒋文涛", school))
    assert actions.ask_correction(person.pk, changes={"name": "欧阳敏"}).codes == ("correction_empty",)
    assert actions.ask_correction(person.pk, changes={"name": "欧阳㛃", "phone": "139 0000 1111"}).ok
    wish = ProfileCorrection.objects.get()
    assert "13900001111" not in str(wish.changes)
    assert actions.decide_correction(wish.pk, accept=True, by=person.pk).codes == ("self_decision",)
    assert actions.decide_correction(wish.pk, accept=False, answer="不对", by=admin.pk).codes == ("reason_too_short",)
    assert actions.decide_correction(wish.pk, accept=True, by=admin.pk).ok
    person.refresh_from_db()
    assert (person.name, person.phone_mask) == ("欧阳㛃", "139****1111")
    assert person.profile_confirmed_at is not None
    assert "phone_sealed" not in ProfileCorrection.objects.get().changes
    assert actions.decide_correction(wish.pk, accept=True, by=admin.pk).codes == ("changed_meanwhile",)


def test_a_number_is_revealed_only_with_a_reason_that_stays(person):
    assert actions.reveal(person.pk, field="identity", reason="看看", by=3).codes == ("reason_too_short",)
    assert actions.reveal(person.pk, field="identity", reason="核对报名信息", by=3) == NUMBER
    event = Event.objects.get(kind="organisation.revealed")
    assert (event.actor, event.person, event.data) == (3, person.pk, {"field": "identity", "reason": "核对报名信息"})
    assert NUMBER not in str(list(Event.objects.values()))
