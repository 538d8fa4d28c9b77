"""Sign-in, sign-out, the own password, one-time links."""

from axes.attempts import get_cool_off_threshold
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yanxiu.access import actions
from yanxiu.access import queries as access
from yanxiu.access.backends import client_address, login_name
from yanxiu.access.models import Account
from yanxiu.administration.forms import PasswordForm, SignInForm
from yanxiu.web.door import public, signed_in
from yanxiu.web.said import say
from yanxiu.web.shell import Request

WARN_FROM = 5
BACKEND = "yanxiu.access.backends.NumberBackend"


def _next(request: Request) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else ""


@sensitive_post_parameters("password")
@public
def sign_in(request: Request) -> HttpResponse:
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponseRedirect(_next(request) or "/")
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            typed = form.cleaned_data["username"]
            try:
                account = authenticate(request, username=typed, password=form.cleaned_data["password"])
            except PermissionDenied:
                account = None
            if isinstance(account, Account):
                # A new session key and a new CSRF secret; whatever the visitor's session held (language) is kept.
                login(request, account, backend=BACKEND)
                actions.signed_in(account)
                return HttpResponseRedirect(_next(request) or "/")
            if getattr(request, "axes_locked_out", False):
                return locked_out(request)
            actions.sign_in_refused(login_name(request, {"username": typed}))
            form.add_error("password", _refusal(request, typed))
    context = {"title": _("登录"), "form": form, "next": _next(request), "coming": _coming(request)}
    response = render(request, "administration/sign_in.html", context, status=status)
    add_never_cache_headers(response)
    return response


def _coming(request: Request) -> object:
    """The next batch whose enrolment is still to close."""
    return next((batch for batch in request.shell.batches if batch.starts > request.shell.now), None)


def _minutes() -> int:
    return round(float(settings.AXES_COOLOFF_TIME) * 60)


def _refusal(request: Request, typed: str) -> str:
    """The same words whether the number or the password is wrong."""
    left = settings.AXES_FAILURE_LIMIT - _failures(request, typed)
    if left > WARN_FROM:
        return _("编号、手机号或密码不正确。")
    said = ngettext(
        "编号、手机号或密码不正确。还可以再试%(left)s次，之后暂停登录%(minutes)s分钟。",
        "编号、手机号或密码不正确。还可以再试%(left)s次，之后暂停登录%(minutes)s分钟。",
        left,
    )
    return said % {"left": max(left, 0), "minutes": _minutes()}


def _failures(request: Request, typed: str) -> int:
    rows = AccessAttempt.objects.filter(
        username=login_name(request, {"username": typed}),
        ip_address=client_address(request),
        attempt_time__gte=get_cool_off_threshold(request),
    )
    return sum(rows.values_list("failures_since_start", flat=True))


def locked_out(request: Request, *args: object, **kwargs: object) -> HttpResponse:
    """Called by axes too, in place of whatever the view answered."""
    return render(
        request, "administration/locked_out.html", {"title": _("登录已暂停"), "minutes": _minutes()}, status=429
    )


@signed_in(free=True)
@require_POST
def sign_out(request: Request) -> HttpResponse:
    actions.signed_out(request.shell.me.account)
    logout(request)
    say(request, "ok", _("已退出"))
    return redirect("administration:sign_in")


@sensitive_post_parameters("old", "new", "again")
@signed_in(free=True)
def password(request: Request) -> HttpResponse:
    account = request.shell.me.account
    first = account.must_set_password
    form = PasswordForm(request.POST or None, account=account, ask_old=not first)
    if request.method == "POST" and form.is_valid():
        changed = actions.set_password(account.pk, form.cleaned_data["new"], by=account.person_id)
        # Every other session ends; this one goes on.
        update_session_auth_hash(request, changed)
        request.user = changed
        say(request, "ok", _("密码已经换好"), _("在别的设备上需要重新登录。"))
        return HttpResponseRedirect("/")
    context = {"title": _("设置自己的密码") if first else _("更换密码"), "form": form, "first": first}
    return render(request, "administration/password.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters("new", "again")
@public
def use_link(request: Request, token: str) -> HttpResponse:
    link = access.link_by_token(token)
    if link is None:
        return render(request, "administration/link_over.html", {"title": _("链接已经失效")}, status=410)
    form = PasswordForm(request.POST or None, account=link.account, ask_old=False)
    if request.method == "POST" and form.is_valid():
        account = actions.use_link(token, form.cleaned_data["new"])
        if not isinstance(account, Account):
            return render(request, "administration/link_over.html", {"title": _("链接已经失效")}, status=410)
        login(request, account, backend=BACKEND)
        actions.signed_in(account)
        say(request, "ok", _("密码已经设好，您已登录"))
        return HttpResponseRedirect("/")
    context = {
        "title": _("设置自己的密码"),
        "form": form,
        "first": True,
        "person": link.account.person,
        "login_name": link.account.teacher_number,
    }
    response = render(request, "administration/password.html", context, status=422 if form.is_bound else 200)
    add_never_cache_headers(response)
    # The token stands in the address: it must not travel on in a Referer.
    response["Referrer-Policy"] = "no-referrer"
    return response
