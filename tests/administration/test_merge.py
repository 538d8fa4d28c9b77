"""A school merges or closes, through the page of the province: people, quota, choices and running enrolments pass on in one act (silent.md)."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from tests import factories as make
from yanxiu.access import queries as access
from yanxiu.monitoring import actions as monitoring
from yanxiu.monitoring import queries as figures
from yanxiu.monitoring.models import UnitFigures
from yanxiu.notices.models import Notification
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Person, Unit
from yanxiu.places import actions
from yanxiu.places.models import Choice, QuotaBalance, QuotaMovement, QuotaRequest
from yanxiu.season.oracle.seats import ledger

pytestmark = pytest.mark.django_db


def heir_at(world: SimpleNamespace, where: str) -> tuple[Unit, dict[str, str]]:
    """The unit that takes over, and what is typed for it: nothing for the county."""
    if not where:
        return world.gulou_nj, {}
    school = organisation.create_school(name="承接小学", county=getattr(world, where), stages=["小学"])
    return school, {"successor": school.code}


def close(world: SimpleNamespace, typed: dict[str, str]) -> None:
    answer = make.client(world.province_admin).post(f"/units/{world.school_a.pk}/merge/", typed)
    assert answer.status_code == 302


def balance(unit: Unit, batch: object) -> tuple[int, int, int]:
    row = QuotaBalance.objects.filter(unit=unit, batch=batch).first()
    return (row.received, row.passed_on, row.used) if row else (0, 0, 0)


def sums(world: SimpleNamespace, unit: Unit, batch: object) -> object:
    scope = access.scope_of(world.province_admin.appointments.get())
    return figures.sums_of(scope, unit=unit, batch=batch)


WHERE = ["gulou_nj", "xuanwu", "kunshan", ""]


@pytest.mark.parametrize("where", WHERE)
def test_people_quota_and_choices_pass_on_as_they_are_and_totals_above_do_not_change(world, where):
    batch = make.batch(world.programme, 6)
    training = make.training_class(batch, world.version, seats=1)
    make.quota(world.school_a, batch, 3)
    held = make.choice(make.person(world.school_a), training, state="holding")
    waits = make.choice(make.person(world.school_a), training, state="waiting")
    heir, typed = heir_at(world, where)
    # Somebody of another school with quota waits before them: a hold that passes on gives nobody an opening.
    make.quota(world.school_c, batch, 1)
    other = make.choice(make.person(world.school_c), training, state="waiting")
    close(world, typed)
    assert Person.objects.get(pk=world.colleague.pk).school == heir
    for choice in (held, waits, other):
        choice.refresh_from_db()
    assert (held.school, held.school_path, held.state, held.occupies) == (heir, heir.path, "holding", True)
    assert (waits.school, waits.state, other.state) == (heir, "waiting", "waiting")
    assert balance(world.school_a, batch) == (0, 0, 0)
    assert balance(heir, batch) == (3, 0, 1)
    assert balance(world.nanjing, batch)[0] == (0 if where == "kunshan" else 3)
    assert not list(ledger(batch.pk))
    kinds = list(QuotaMovement.objects.filter(batch=batch, amount=3).order_by("id").values_list("kind", flat=True))[3:]
    assert (
        kinds
        == {
            "gulou_nj": ["move"],
            "xuanwu": ["give_back", "move", "allot"],
            "kunshan": ["give_back", "give_back", "move", "allot"],
            "": ["give_back"],
        }[where]
    )
    training.refresh_from_db()
    assert training.used == 1


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.clause("T4.1b", door="http")
def test_a_running_enrolment_passes_on_and_the_heir_can_return_it(world, where):
    batch = world.batch
    monitoring.recount(mend=True)
    before = {u.pk: sums(world, u, batch) for u in (world.province, world.nanjing, world.gulou_nj)}
    heir, typed = heir_at(world, where)
    close(world, typed)
    world.enrolment.refresh_from_db()
    choice = Choice.objects.get(pk=world.enrolment.choice_id)
    assert (world.enrolment.school, world.enrolment.school_path, world.enrolment.state) == (heir, heir.path, "standing")
    assert (choice.school, choice.state, choice.occupies) == (heir, "enrolled", True)
    assert balance(world.school_a, batch) == (0, 0, 0)
    assert balance(heir, batch) == (2, 0, 2)
    assert monitoring.recount() == [] and not list(ledger(batch.pk))
    # Totals of every unit above both are what they were; the school's row is the heir's now.
    above = [u for u in (world.province, world.nanjing, world.gulou_nj) if heir.path.startswith(u.path)]
    assert {u.pk: sums(world, u, batch) for u in above} == {u.pk: before[u.pk] for u in above}
    assert UnitFigures.objects.get(batch=batch, school=heir).learners == 2
    assert Notification.objects.filter(person=world.teacher, code="places.followed").count() == 1
    # Nobody acts at the closed school any more; whoever acts for the heir returns the enrolment.
    old = make.client(world.school_admin).post(
        reverse("places:return", args=[choice.pk]), {"reason": "学校已经撤销", "key": uuid4().hex}
    )
    assert old.status_code == 403
    admin = make.officer("school_admin", heir) if where else world.county_admin
    page = make.client(admin).get(reverse("places:choice", args=[choice.pk]))
    assert "退回报名" in page.content.decode()
    gone = make.client(admin).post(
        reverse("places:return", args=[choice.pk]), {"reason": "到新学校后教学任务重", "key": uuid4().hex}
    )
    assert gone.status_code == 302
    choice.refresh_from_db()
    assert choice.state == "returned"
    assert monitoring.recount() == [] and not list(ledger(batch.pk))


@pytest.mark.clause("T4.1b", door="http")
def test_a_colleague_of_the_heir_takes_over_a_running_enrolment(world):
    monitoring.recount(mend=True)
    heir, typed = heir_at(world, "gulou_nj")
    successor = make.person(heir)
    close(world, typed)
    admin = make.client(make.officer("school_admin", heir))
    answer = admin.post(
        reverse("places:replace", args=[world.enrolment.choice_id]),
        {"successor": successor.pk, "reason": "原学员休病假", "key": uuid4().hex},
    )
    assert answer.status_code == 302
    assert Choice.objects.get(person=successor).state == "enrolled"
    assert balance(heir, world.batch) == (2, 0, 2)
    assert monitoring.recount() == []


def test_old_figures_keep_the_old_name(world):
    make.set_clock("2023-09-22 10:00")  # batch 4 has ended
    monitoring.recount(mend=True)
    _heir, typed = heir_at(world, "gulou_nj")
    close(world, typed)
    world.enrolment.refresh_from_db()
    assert world.enrolment.school == world.school_a
    assert balance(world.school_a, world.batch) == (2, 0, 2)
    assert UnitFigures.objects.get(batch=world.batch, school=world.school_a).learners == 2
    assert monitoring.recount() == []
    page = make.client(world.county_admin).get(reverse("monitoring:watch"), {"batch": world.batch.number})
    assert f"{world.school_a.name}（已撤销）" in page.content.decode()


def test_quota_spent_by_a_return_after_the_start_stays_spent(world):
    actions.return_enrolment(
        batch=world.batch.pk, school=world.school_a.pk, person=world.colleague.pk, reason="请了长病假",
        by=world.school_admin.pk,
    )  # fmt: skip
    heir, typed = heir_at(world, "xuanwu")
    close(world, typed)
    assert balance(world.school_a, world.batch) == (1, 0, 1)
    assert balance(heir, world.batch) == (1, 0, 1)
    assert not list(ledger(world.batch.pk))


def test_unused_quota_serves_those_who_wait_at_the_heir_and_an_open_request_is_void(world):
    batch = make.batch(world.programme, 6)
    training = make.training_class(batch, world.version, seats=2)
    make.quota(world.school_a, batch, 1)
    heir, typed = heir_at(world, "gulou_nj")
    waits = make.choice(make.person(heir), training, state="waiting")
    asked = QuotaRequest.objects.create(
        batch=batch, unit=world.school_a, amount=2, at=make.moment("2023-09-04 09:00"), by=world.school_admin
    )
    close(world, typed)
    waits.refresh_from_db()
    assert waits.state == "holding"
    assert balance(heir, batch) == (1, 0, 1)
    asked.refresh_from_db()
    assert asked.state == "declined"
