from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from yanxiu.access import actions, queries
from yanxiu.access.models import Appointment
from yanxiu.access.rules import Capability
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> dict[str, Unit]:
    organisation.load_units()
    return {unit.code: unit for unit in Unit.objects.all()}


@pytest.fixture
def people(units):
    return organisation.create_people(
        [organisation.NewPerson(f"人{i}", units["320000"], on_roster=False) for i in range(5)]
    )


def province_scope(units, person):
    return queries.scope_of(actions.appoint(person=person.pk, role="province_admin", unit=units["320000"]).appointment)


def test_a_city_has_one_administrator_a_county_two(units, people):
    a, b, c, *_ = (p.pk for p in people)
    assert actions.appoint(person=a, role="city_admin", unit=units["320100"])
    refused = actions.appoint(person=b, role="city_admin", unit=units["320100"])
    assert (refused.decision.codes, refused.decision.reasons[0].clause) == (("slots_taken",), "S1.4.1")
    assert actions.appoint(person=a, role="county_admin", unit=units["320106"])
    assert actions.appoint(person=b, role="county_admin", unit=units["320106"])
    third = actions.appoint(person=c, role="county_admin", unit=units["320106"])
    assert (third.decision.codes, third.decision.reasons[0].clause) == (("slots_taken",), "S1.6.1")


def test_the_database_refuses_a_second_one_whoever_writes(units, people):
    first = actions.appoint(person=people[0].pk, role="city_admin", unit=units["320100"]).appointment
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            person=people[1], role="city_admin", unit=units["320100"], slot=1, period=first.period, made_at=clock.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            person=people[1], role="city_admin", unit=units["320100"], slot=2, period=first.period, made_at=clock.now()
        )


def test_a_hand_over_is_dated_and_leaves_no_instant_with_none_or_two(units, people):
    old = actions.appoint(
        person=people[0].pk, role="city_admin", unit=units["320100"], starts=clock.now() - timedelta(days=9)
    ).appointment
    day = clock.now() + timedelta(days=3)
    new = actions.hand_over(old.pk, to=people[1].pk, at=day).appointment
    for moment, holder in ((day - timedelta(microseconds=1), people[0]), (day, people[1])):
        assert [a.person for a in queries.holders("city_admin", units["320100"].pk, moment)] == [holder]
    assert new.slot == 1
    event = Event.objects.get(kind="access.handed_over")
    assert event.data == {
        "role": "city_admin",
        "unit": units["320100"].pk,
        "from": people[0].pk,
        "to": people[1].pk,
        "at": day.isoformat(),
    }
    assert Appointment.objects.filter(unit=units["320100"]).count() == 2


def test_who_ends_is_gone_at_once_and_the_level_above_is_alerted(units, people):
    scope = province_scope(units, people[4])
    held = actions.appoint(
        person=people[0].pk, role="city_admin", unit=units["320100"], starts=clock.now() - timedelta(days=1)
    ).appointment
    assert units["320100"] not in queries.vacancies(scope)
    assert actions.end(held.pk).ok
    assert units["320100"] in queries.vacancies(scope)
    assert queries.acting(people[0]) == []
    assert actions.end(held.pk).codes == ("appointment_over",)


@pytest.mark.parametrize(
    ("actor_role", "actor_unit", "role", "unit", "codes"),
    [
        ("province_admin", "320000", "city_admin", "320100", ()),
        ("province_admin", "320000", "county_admin", "320583", ()),
        ("province_admin", "320000", "general_admin", "320000", ()),
        ("city_admin", "320100", "county_admin", "320106", ()),
        ("city_admin", "320100", "city_leader", "320100", ()),
        ("city_admin", "320100", "city_admin", "320100", ("out_of_scope",)),
        ("city_admin", "320100", "county_admin", "320302", ("out_of_scope",)),
        ("city_admin", "320500", "county_admin", "320583", ("out_of_scope",)),
        ("city_admin", "320100", "province_admin", "320000", ("out_of_scope",)),
        ("city_admin", "320100", "city_admin", "320106", ("role_not_at_level",)),
        ("province_leader", "320000", "city_admin", "320100", ("out_of_scope",)),
    ],
)
def test_who_may_appoint_whom(units, people, actor_role, actor_unit, role, unit, codes):
    scope = queries.scope_of(actions.appoint(person=people[0].pk, role=actor_role, unit=units[actor_unit]).appointment)
    made = actions.appoint(person=people[1].pk, role=role, unit=units[unit], by=people[0].pk, scope=scope)
    assert made.decision.codes[:1] == codes
    assert bool(made) == (not codes)


def test_nobody_appoints_or_dismisses_oneself(units, people):
    scope = province_scope(units, people[0])
    own = Appointment.objects.get(person=people[0])
    assert (
        "self_decision"
        in actions.appoint(
            person=people[0].pk, role="city_admin", unit=units["320100"], by=people[0].pk, scope=scope
        ).decision.codes
    )
    assert "self_decision" in actions.end(own.pk, by=people[0].pk, scope=scope).codes
    assert "self_decision" in actions.hand_over(own.pk, to=people[1].pk, by=people[0].pk, scope=scope).decision.codes


def test_the_three_officers_are_three_people(units, people):
    assert actions.appoint(person=people[0].pk, role="auditor", unit=units["320000"])
    assert actions.appoint(person=people[0].pk, role="security_officer", unit=units["320000"]).decision.codes == (
        "officers_apart",
    )


def test_several_appointments_are_several_scopes_one_at_a_time(units, people):
    one = actions.appoint(person=people[0].pk, role="county_admin", unit=units["320106"]).appointment
    two = actions.appoint(person=people[0].pk, role="tutor", training_path="/S20230304/4/语文/").appointment
    assert queries.acting(people[0]) == [one, two]
    assert queries.scope_of(one).prefixes(Capability.READ_PEOPLE) == ("/32/3201/320106/",)
    assert not queries.scope_of(two).can(Capability.READ_PEOPLE)
    assert actions.appoint(person=people[0].pk, role="tutor", training_path="/S20230304/4/语文/").decision.codes == (
        "appointed_already",
    )
