"""Real connections at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from yanxiu.access import actions
from yanxiu.access.models import Account, Appointment
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_at_once_one_city_administrator_and_one_use_of_a_link():
    organisation.load_units()
    city = Unit.objects.get(code="320100")
    a, b = organisation.create_people(
        [organisation.NewPerson(name, city, on_roster=False) for name in ("甲乙", "丙丁")]
    )
    made = at_once(*(lambda p=p: actions.appoint(person=p.pk, role="city_admin", unit=city) for p in (a, b)))
    assert sorted(bool(m) for m in made) == [False, True]
    assert Appointment.objects.filter(role="city_admin", unit=city).count() == 1
    refused = next(m for m in made if not m)
    assert refused.decision.codes == ("slots_taken",)

    account = actions.make_account(a)
    token = actions.make_link(account.pk, by=b.pk)
    used = at_once(
        *(lambda w=w: actions.use_link(token, w) for w in ("correct horse battery", "another horse battery"))
    )
    assert sum(isinstance(u, Account) for u in used) == 1
