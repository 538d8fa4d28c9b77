"""A school merges: people, unused quota and choices pass on in one act, through the page of the province."""

import pytest

from tests import factories as make
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Person
from yanxiu.places.models import QuotaBalance

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("where", ["gulou_nj", "xuanwu", ""])
def test_people_quota_and_choices_pass_on_and_totals_above_do_not_change(world, where):
    batch = make.batch(world.programme, 6)
    training = make.training_class(batch, world.version)
    make.quota(world.school_a, batch, 3)
    chooser = make.person(world.school_a)  # the colleague learns in batch 4, and one a year is the rule
    held = make.choice(chooser, training, state="holding")
    heir = (
        organisation.create_school(name="承接小学", county=getattr(world, where), stages=["小学"])
        if where
        else world.gulou_nj
    )
    data = {"successor": heir.code} if where else {}
    assert make.client(world.province_admin).post(f"/units/{world.school_a.pk}/merge/", data).status_code == 302
    assert Person.objects.get(pk=world.colleague.pk).school == heir
    held.refresh_from_db()
    balance = {b.unit_id: b for b in QuotaBalance.objects.filter(batch=batch)}
    assert balance[world.school_a.pk].received == balance[world.school_a.pk].used == 0
    assert balance[world.nanjing.pk].received == 3
    if where:
        assert (held.school_id, held.state) == (heir.pk, "holding")
        assert (balance[heir.pk].received, balance[heir.pk].used) == (3, 1)
    else:
        assert (balance[heir.pk].received, balance[heir.pk].passed_on) == (3, 0)
    # What runs stays with the school that enrolled: figures and certificates keep its name.
    world.enrolment_2.refresh_from_db()
    assert world.enrolment_2.school_id == world.school_a.pk
