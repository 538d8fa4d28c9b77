"""A session without a sign of life ends after 30 minutes (real time). Learning reports go to the gate, which renews the signed claim: a claim that still holds is a sign of life."""

import time
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from yanxiu.access.models import Account
from yanxiu.web import claim

IDLE = 30 * 60
SEEN = "yx_seen"
WRITE_AFTER = 60


class Idle:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The session first: a visitor without one costs no query.
        if SEEN in request.session or request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN, now)
            if now - seen > IDLE and not self._claimed(request):
                logout(request)
            elif now - seen >= WRITE_AFTER or SEEN not in request.session:
                # Once a minute at most: a write a page would double the cost of reading.
                request.session[SEEN] = now
        return self.get_response(request)

    def _claimed(self, request: HttpRequest) -> bool:
        held = claim.read(request.COOKIES.get(claim.COOKIE, ""))
        user = request.user
        return bool(held and isinstance(user, Account) and (held["account"], held["epoch"]) == (user.pk, user.epoch))
