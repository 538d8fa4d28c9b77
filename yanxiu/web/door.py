"""Who may open a view. Every view carries exactly one of these marks; a test over all URLs demands it.

@door(Capability.ENROL)   signed in and holding the capability (any of several) under the present appointment; else 403.
                          Sets request.scope; what lies outside of it is for the query to leave out: 404.
@signed_in                any account: own rows only, through `mine(person)`. `free=True`: open before the duties of the first sign-in are done.
@public                   anybody
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from yanxiu.access.rules import Capability
from yanxiu.web.shell import Request

View = Callable[..., HttpResponseBase]


def door(*capabilities: Capability) -> Callable[[View], View]:
    if not capabilities:
        raise ValueError("a door needs a capability")

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (away := _away(request, free=False)) is not None:
                return away
            if not any(request.shell.scope.can(c) for c in capabilities):
                raise PermissionDenied(capabilities[0])
            request.scope = request.shell.scope
            return _private(view(request, *args, **kwargs))

        return _marked(guarded, "_door", capabilities)

    return mark


def signed_in(view: View | None = None, *, free: bool = False) -> Any:
    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (away := _away(request, free=free)) is not None:
                return away
            request.scope = request.shell.scope
            return _private(view(request, *args, **kwargs))

        return _marked(guarded, "_signed_in", True)

    return mark if view is None else mark(view)


def public(view: View) -> View:
    return _marked(view, "_public", True)


def _marked(view: View, name: str, value: object) -> View:
    setattr(view, name, value)
    return view


def _away(request: Request, *, free: bool) -> HttpResponse | None:
    """Where to send a person who cannot come in yet: to the sign-in with the way back, or to what the first sign-in still asks."""
    if request.shell.account is None:
        return _to(request, f"{settings.LOGIN_URL}?{urlencode({'next': _back(request)})}")
    if not free and request.shell.must:
        return _to(request, request.shell.must)
    return None


def _back(request: Request) -> str:
    # A form that was posted after the session ran out cannot be posted again by a redirect.
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return request.path


def _to(request: Request, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"go": url}, status=401)
    return HttpResponseRedirect(url)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    # A shared school computer must not show the last person's page after "back".
    if not response.has_header("Cache-Control"):
        add_never_cache_headers(response)
    return response
