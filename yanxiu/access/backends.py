"""Sign-in by teacher number (or account name) or phone, and the answer to a lockout."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yanxiu.access import queries
from yanxiu.access.models import Account


class NumberBackend:
    """`username` is a teacher number, an office's account name, or a phone number."""

    def authenticate(self, request: HttpRequest | None, username: str | None = None, password: str | None = None) -> Account | None:
        account = queries.account_by_login(username or "")
        if account is None:
            # The same work as for an existing account, so that time does not tell which numbers exist.
            Account().set_password(password)
            return None
        return account if account.is_active and account.check_password(password or "") else None

    def get_user(self, user_id: int) -> Account | None:
        return Account.objects.select_related("person").filter(pk=user_id, is_active=True).first()


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return render(request, "administration/locked_out.html", status=429)
