from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from yanxiu.access import actions, queries
from yanxiu.access.models import Account, AccountLink
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.organisation import actions as organisation
from yanxiu.organisation.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    organisation.load_units()
    school = organisation.create_school(name="小学", county=Unit.objects.get(code="320106"))
    return organisation.create_person(organisation.NewPerson("王敏", school, phone="13812345678", teacher_number="T1"))


@pytest.fixture
def admin(person):
    return organisation.create_person(organisation.NewPerson("蒋文涛", person.school))


def test_an_account_is_found_by_number_name_and_phone(person):
    account = actions.make_account(person, login="wangmin")
    for login in ("wangmin", "T1", "13812345678", " 138 1234 5678 ", "+86 13812345678"):
        assert queries.account_by_login(login) == account, login
    other = organisation.create_person(organisation.NewPerson("王民", person.school, phone="13812345678"))
    actions.make_account(other)
    assert queries.account_by_login("13812345678") is None  # two accounts: the number says nothing
    assert not account.has_usable_password()


def test_accounts_in_bulk_leave_the_existing_alone(person):
    first = actions.make_account(person)
    assert actions.make_accounts([actions.NewAccount(person, "another-password")]) == []
    assert Account.objects.get().password == first.password


def test_a_link_works_once_and_ends_by_real_time(person, admin):
    account = actions.activate(person.pk, by=None)
    token = actions.make_link(account.pk, by=admin.pk)
    assert token not in str(list(AccountLink.objects.values())) + str(list(Event.objects.values()))
    assert queries.link_by_token(token).account == account
    used = actions.use_link(token, "correct horse battery")
    assert used.check_password("correct horse battery")
    assert actions.use_link(token, "another password").codes == ("link_used_or_expired",)
    late = actions.make_link(account.pk, by=admin.pk)
    AccountLink.objects.filter(used_at=None).update(expires_at=clock.real_now() - timedelta(seconds=1))
    assert queries.link_by_token(late) is None
    assert actions.use_link(late, "another password").codes == ("link_used_or_expired",)


def test_a_new_link_ends_the_old_one_the_password_and_every_session(person, admin):
    account = actions.make_account(person, password="correct horse battery")
    before = account.get_session_auth_hash()
    first = actions.make_link(account.pk, by=admin.pk)
    second = actions.make_link(account.pk, by=admin.pk)
    account.refresh_from_db()
    assert (queries.link_by_token(first), account.has_usable_password(), account.epoch) == (None, False, 2)
    assert account.get_session_auth_hash() != before
    assert queries.link_by_token(second) is not None


def test_a_slip_is_a_first_password_for_seven_days(person, admin, rf):
    account = actions.activate(person.pk, by=None)
    password = actions.make_slip(account.pk, by=admin.pk)
    assert authenticate(rf.post("/"), username="T1", password=password) == account
    account.refresh_from_db()
    assert account.must_set_password
    Account.objects.update(initial_until=clock.real_now() - timedelta(seconds=1))
    assert authenticate(rf.post("/"), username="T1", password=password) is None


def test_nobody_resets_oneself_by_the_office(person):
    account = actions.make_account(person)
    assert actions.make_link(account.pk, by=person.pk).codes == ("self_decision",)
    assert actions.make_slip(account.pk, by=person.pk).codes == ("self_decision",)
    assert actions.close_account(account.pk, by=person.pk).codes == ("self_decision",)


def test_revoking_raises_the_epoch_and_keeps_the_password(person, admin):
    account = actions.make_account(person, password="correct horse battery")
    before = account.get_session_auth_hash()
    actions.revoke(account.pk, by=admin.pk)
    account.refresh_from_db()
    assert account.check_password("correct horse battery")
    assert account.get_session_auth_hash() != before
