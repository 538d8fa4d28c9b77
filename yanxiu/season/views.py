"""The demo bar: another role, the clock forward, start over. Outside demo mode these addresses do not exist."""

from datetime import datetime, timedelta

from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yanxiu.access.models import Account
from yanxiu.events import sweeps
from yanxiu.learning import actions as learning
from yanxiu.lib import clock
from yanxiu.season import starting_over, visitors
from yanxiu.web.door import public
from yanxiu.web.said import say
from yanxiu.web.wording import time as in_words

FURTHEST = timedelta(days=200)


def _demo_only() -> None:
    if not visitors.is_demo():
        raise Http404


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"


@public
@require_POST
def clock_forward(request: HttpRequest) -> HttpResponse:
    """`step` hour or day, or `to` a local time; all that falls due on the way happens in its order."""
    _demo_only()
    now = clock.now()
    step = request.POST.get("step", "")
    if step in ("hour", "day"):
        to = now + (timedelta(hours=1) if step == "hour" else timedelta(days=1))
    else:
        try:
            to = datetime.fromisoformat(request.POST.get("to", "")).replace(tzinfo=clock.SHANGHAI)
        except ValueError:
            say(request, "warn", _("请填写要转到的日期和时间，例如 2023-09-01 08:00。"))
            return HttpResponseRedirect(_next(request))
    if to <= now:
        say(request, "warn", _("演示的时间只能向前。现在是 %(now)s。") % {"now": in_words(now)})
    elif to - now > FURTHEST:
        say(request, "warn", _("一次最多前进%(days)s天。") % {"days": FURTHEST.days})
    else:
        learning.end_sessions(now)  # time that did not pass is not learnt in
        sweeps.advance(to)
        say(request, "ok", _("现在是 %(now)s，其间到期的事都已办完。") % {"now": in_words(to)})
    return HttpResponseRedirect(_next(request))


@public
@require_http_methods(["GET", "POST"])
def role(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the listed accounts, without a password: in the demo only."""
    _demo_only()
    if request.method == "GET":
        return render(request, "season/role.html", {"title": _("换一个身份"), "visitors": visitors.visitors()})
    who = request.POST.get("who", "")
    logout(request)
    if who:
        account = Account.objects.exclude(password__startswith="!").filter(teacher_number=who, is_active=True).first()
        if account is None:
            raise Http404
        login(request, account, backend="yanxiu.access.backends.NumberBackend")
    return HttpResponseRedirect("/" if not who else "/desk/")


@public
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """From the template database, as it was when the demo was built."""
    _demo_only()
    if not starting_over.possible():
        say(request, "warn", _("这里没有保存演示的起点，不能从头开始。在服务器上运行 run.py db reset 可以重建。"))
        return HttpResponseRedirect("/")
    starting_over.start_over()
    return HttpResponseRedirect("/")
