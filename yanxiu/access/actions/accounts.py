"""Accounts: made, activated, reset, closed, revoked. What protects runs on real time.

Events: access.accounts_made {accounts} · access.activated · access.link_made {kind} · access.slip_made · access.password_set · access.revoked · access.closed ·
access.opened. Passwords and tokens stand in none of them, nor in the database: only hashes.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from yanxiu.access import rules
from yanxiu.access.models import Account, AccountLink
from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person

LINK_LASTS = timedelta(hours=24)
SLIP_LASTS = timedelta(days=7)
# Without 0 O 1 l I: a slip is typed from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class NewAccount:
    """`login` "": the teacher number, else a name of our own. Without a password nobody can sign in until a link or slip is made."""

    person: Person
    password: str | None = None
    login: str = ""
    must_set_password: bool = False


@transaction.atomic
def make_accounts(rows: Iterable[NewAccount], *, by: int | None = None) -> list[Account]:
    """Any number in few statements; argon2 is paid only for those with a password. Who has one already is left as it is."""
    rows = list(rows)
    now = clock.now()
    have = set(Account.objects.filter(person__in=[row.person.pk for row in rows]).values_list("person_id", flat=True))
    accounts = [
        Account(
            person=row.person,
            teacher_number=row.login or row.person.teacher_number or f"R{row.person.pk}",
            password=make_password(row.password),
            must_set_password=row.must_set_password,
            created_at=now,
        )
        for row in rows
        if row.person.pk not in have
    ]
    accounts = Account.objects.bulk_create(accounts, batch_size=2000)
    if accounts:
        only = accounts[0].person if len(accounts) == 1 else None
        events.record(
            "access.accounts_made",
            actor=by,
            person=only.pk if only else None,
            unit_path=accounts[0].person.school_path,
            data={"accounts": len(accounts)},
        )
    return accounts


def make_account(
    person: Person,
    *,
    password: str | None = None,
    login: str = "",
    must_set_password: bool = False,
    by: int | None = None,
) -> Account:
    """The person's account, made when there is none."""
    made = make_accounts([NewAccount(person, password, login, must_set_password)], by=by)
    return made[0] if made else Account.objects.get(person=person)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _locked(account_id: int) -> Account:
    return Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account_id)


def _record(kind: str, account: Account, by: int | None, **data: object) -> None:
    events.record(
        kind, actor=by, person=account.person_id, unit_path=account.person.school_path, subject_id=account.pk, data=data
    )


@transaction.atomic
def activate(person_id: int, *, by: int | None) -> Account:
    """Opens the account of a person of the roster; how to get in is a link or a slip."""
    person = Person.objects.select_for_update().get(pk=person_id)
    account = Account.objects.filter(person=person).first() or make_account(person, by=by)
    _record("access.activated", account, by)
    return account


@transaction.atomic
def make_link(account_id: int, *, by: int) -> str | Decision:
    """A one-time link's token, shown once. The old password and all sessions end at once; earlier links too."""
    account = _locked(account_id)
    if against := rules.not_about_oneself(by, account.person_id):
        return Decision.no(*against)
    token = secrets.token_urlsafe(24)
    now = clock.real_now()
    account.links.filter(used_at=None).update(expires_at=now)
    AccountLink.objects.create(
        account=account, token_hash=_hash(token), made_by_id=by, made_at=now, expires_at=now + LINK_LASTS
    )
    _close_ways(account)
    account.set_unusable_password()
    account.save()
    _record("access.link_made", account, by)
    return token


@transaction.atomic
def make_slip(account_id: int, *, by: int) -> str | Decision:
    """A first password to print, shown once; good for seven days and for nothing but setting an own one."""
    account = _locked(account_id)
    if against := rules.not_about_oneself(by, account.person_id):
        return Decision.no(*against)
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    account.links.filter(used_at=None).update(expires_at=clock.real_now())
    _close_ways(account)
    account.set_password(password)
    account.must_set_password, account.initial_until = True, clock.real_now() + SLIP_LASTS
    account.save()
    _record("access.slip_made", account, by)
    return password


def _close_ways(account: Account) -> None:
    account.epoch += 1
    account.must_set_password, account.initial_until, account.is_active = False, None, True


@transaction.atomic
def use_link(token: str, password: str) -> Account | Decision:
    """Sets the password by the link, once; two at the same instant: one wins."""
    link = AccountLink.objects.select_for_update().filter(token_hash=_hash(token)).first()
    if link is None or link.used_at or link.expires_at <= clock.real_now():
        return Decision.no(Reason("link_used_or_expired", "S2.1.1"))
    link.used_at = clock.real_now()
    link.save(update_fields=["used_at"])
    return set_password(link.account_id, password, by=None)


@transaction.atomic
def set_password(account_id: int, password: str, *, by: int | None) -> Account:
    """The person's own new password; every other session and claim ends."""
    account = _locked(account_id)
    account.set_password(password)
    account.must_set_password, account.initial_until = False, None
    account.epoch += 1
    account.save()
    _record("access.password_set", account, by or account.person_id)
    return account


@transaction.atomic
def revoke(account_id: int, *, by: int | None) -> None:
    """All sessions and signed claims of the account end now; the password stays."""
    account = _locked(account_id)
    Account.objects.filter(pk=account.pk).update(epoch=F("epoch") + 1)
    _record("access.revoked", account, by)


@transaction.atomic
def close_account(account_id: int, *, by: int) -> Decision:
    account = _locked(account_id)
    if against := rules.not_about_oneself(by, account.person_id):
        return Decision.no(*against)
    account.is_active = False
    account.epoch += 1
    account.save(update_fields=["is_active", "epoch"])
    _record("access.closed", account, by)
    return Decision.yes()


@transaction.atomic
def open_account(account_id: int, *, by: int) -> Decision:
    account = _locked(account_id)
    if against := rules.not_about_oneself(by, account.person_id):
        return Decision.no(*against)
    account.is_active = True
    account.save(update_fields=["is_active"])
    _record("access.opened", account, by)
    return Decision.yes()


@transaction.atomic
def prefer_appointment(account_id: int, appointment_id: int) -> None:
    """Under which appointment the next sign-in begins (0: as a teacher)."""
    Account.objects.filter(pk=account_id).update(preferred_appointment=appointment_id)


@transaction.atomic
def signed_in(account: Account) -> None:
    """The time people read is the domain's; sessions and lockout keep the real one."""
    Account.objects.filter(pk=account.pk).update(last_login=clock.now())
    _record("access.signed_in", account, account.person_id)


@transaction.atomic
def signed_out(account: Account) -> None:
    """The signed claims end with the session."""
    _record("access.signed_out", account, account.person_id)


@transaction.atomic
def sign_in_refused(login: str) -> None:
    """Under the account's name; what was typed for an account that is none is kept short and without a password."""
    account = Account.objects.select_related("person").filter(teacher_number=login).first()
    if account:
        _record("access.sign_in_refused", account, None)


@transaction.atomic
def data_exported(account: Account) -> None:
    _record("access.data_exported", account, account.person_id)
