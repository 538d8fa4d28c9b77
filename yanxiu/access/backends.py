"""Sign-in by teacher number (or account name) or phone, and what the lockout counts."""

from collections.abc import Mapping
from ipaddress import ip_address

from django.http import HttpRequest

from yanxiu.access import queries
from yanxiu.access.models import Account
from yanxiu.events.ready import Ready
from yanxiu.lib import clock

# Read with every request: what is sealed, and what only the search uses, stays where it is.
_ACTIVE = Ready(
    lambda account: (
        Account.objects.select_related("person__school")
        .filter(pk=account, is_active=True)
        .defer("person__identity_sealed", "person__phone_sealed", "person__name_grams")
        .order_by()
    )
)


class NumberBackend:
    """`username` is a teacher number, an office's account name, or a phone number."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> Account | None:
        account = queries.account_by_login(username or "")
        if account is None:
            # The same work as for an existing account, so that time does not tell which numbers exist.
            Account().set_password(password)
            return None
        right = account.check_password(password or "")
        over = account.initial_until is not None and account.initial_until <= clock.real_now()
        return account if right and account.is_active and not over else None

    def get_user(self, user_id: int) -> Account | None:
        return _ACTIVE.first(int(user_id))


def login_name(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """What failures are counted under: the account, whether its number or its phone was typed."""
    typed = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    account = queries.account_by_login(typed)
    return account.teacher_number if account else "".join(typed.split())[:60]


def client_address(request: HttpRequest) -> str:
    """Behind our own front (loopback) the address it saw; what a client writes into the header stands before that and is not believed."""
    remote = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        if forwarded and ip_address(remote).is_loopback:
            return str(ip_address(forwarded))
    except ValueError:
        pass
    return remote
