"""Puts the shell on every request, and on every answer the content policy and, when old, a new signed claim for /hot/."""

from collections.abc import Callable
from contextlib import suppress
from time import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yanxiu.web import claim
from yanxiu.web.shell import Request
from yanxiu.web.shell import Shell as ShellState

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
CLAIM_AT = "yx_claim_at"
SWALLOWED = 32 * 1024 * 1024


class Whole:
    """No answer before the end of the body, up to a limit: the front would be cut off in the middle of sending it, and say that we are away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        left = SWALLOWED if request.method == "POST" and not hasattr(request, "_body") else 0
        with suppress(OSError):  # The client has gone.
            while left > 0 and (part := request.read(65536)):
                left -= len(part)
        return response


class Shell:
    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.shell = ShellState(request)
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        self._claim(request, response)
        return response

    def _claim(self, request: Request, response: HttpResponse) -> None:
        """The claim is what the gate trusts without a query; its payload follows the present appointment, so a switch renews it at once."""
        held = claim.COOKIE in request.COOKIES
        if not getattr(request, "user", None) or not request.user.is_authenticated:
            if held:
                response.delete_cookie(claim.COOKIE, samesite="Lax")
            return
        appointment = request.shell.appointment
        # Real time on purpose: the claim protects, so a moved demo clock must not touch it.
        now = int(time())
        of = [request.user.pk, appointment.pk if appointment else 0, request.user.epoch]
        made, for_whom = request.session.get(CLAIM_AT, (0, None))
        if held and for_whom == of and now - made < claim.RENEW_AFTER:
            return
        token = claim.sign(person=request.user.person_id, account=of[0], appointment=of[1] or None, epoch=of[2], at=now)
        response.set_cookie(
            claim.COOKIE,
            token,
            max_age=claim.SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        request.session[CLAIM_AT] = [now, of]
