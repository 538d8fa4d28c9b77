"""Switches of the shell, the pages that say no, and the page of components."""

import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from yanxiu.events import queries as events
from yanxiu.web import showcase
from yanxiu.web.door import public, signed_in
from yanxiu.web.shell import APPOINTMENT_KEY, BATCH_KEY, Request

YEAR = 365 * 24 * 3600


def back(request: Request) -> HttpResponse:
    """To `next` when it is a page of ours, else home."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)


@public
@require_POST
def language(request: Request) -> HttpResponse:
    response = back(request)
    code = request.POST.get("language", "")
    if check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax")
    return response


@public
@require_POST
def theme(request: Request) -> HttpResponse:
    response = back(request)
    if request.POST.get("theme") in ("light", "dark"):
        response.set_cookie("yx_theme", request.POST["theme"], max_age=YEAR, samesite="Lax")
    else:
        response.delete_cookie("yx_theme")
    return response


@signed_in(free=True)
@require_POST
def appointment(request: Request) -> HttpResponse:
    """Work under another appointment from now on. Home follows: the page one stands on may not exist for the other role."""
    chosen = next((key for key, *_rest in request.shell.places if str(key) == request.POST.get("appointment")), None)
    if chosen is None:
        raise Http404
    request.session[APPOINTMENT_KEY] = chosen
    # Rebuilt by the middleware from the session when the claim is renewed below this answer.
    for name in ("appointment", "work", "scope", "role", "unit", "places"):
        request.shell.__dict__.pop(name, None)
    return HttpResponseRedirect("/")


@signed_in(free=True)
@require_POST
def batch(request: Request) -> HttpResponse:
    chosen = next((b for b in request.shell.batches if str(b.id) == request.POST.get("batch")), None)
    if chosen is None:
        raise Http404
    request.session[BATCH_KEY] = chosen.id
    return back(request)


@public
@require_GET
def components(request: Request) -> HttpResponseBase:
    """Every component on one page, for the eye and for tests of the look; not in production."""
    if request.shell.mode == "production" and not settings.DEBUG:
        raise Http404
    return showcase.answer(request)


ABOUT = {"help": _lazy("帮助"), "privacy": _lazy("个人信息保护"), "accessibility": _lazy("无障碍说明")}


@public
@require_GET
def about(request: Request, page: str) -> HttpResponse:
    if page not in ABOUT:
        raise Http404
    return render(request, f"web/about_{page}.html", {"title": ABOUT[page]})


@public
@require_GET
def status(request: Request) -> HttpResponse:
    """What of the platform runs now. The page itself shows that web and database do; the gate is asked by the browser."""
    return render(request, "web/status.html", {"title": _("运行状态"), "background": events.background()})


def _refused(request: Request, status: int, title: str, text: str, ways: list[str]) -> HttpResponse:
    if _wants_words(request):
        return HttpResponse(f"{title} {text}", status=status, content_type="text/plain; charset=utf-8")
    return render(
        request, "web/refused.html", {"title": title, "text": text, "ways": ways, "status": status}, status=status
    )


def forbidden(request: Request, exception: Exception | None = None) -> HttpResponse:
    shell = request.shell
    others = len(shell.places) > 1
    ways = [_("换一个身份：在页面上方的单位名称处切换。")] if others else []
    ways.append(_("需要这项权限的，请上一级项目办办理任职。"))
    text = _("现在的身份是%(role)s，没有这一页的权限。") % {"role": shell.role_name}
    return _refused(request, 403, _("这一页不对您开放"), text, ways)


def not_found(request: Request, exception: Exception | None = None) -> HttpResponse:
    ways = [_("核对网址有没有写错。"), _("从上面的导航重新找。")]
    if getattr(request, "shell", None) and request.shell.account:
        ways.append(_("如果是别的单位的内容，切换到对应的任职再看。"))
    return _refused(request, 404, _("没有找到这一页"), _("网址不对，或者这项内容不在您的管理范围内。"), ways)


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:
    ways = [_("回到刚才的页面，刷新后再提交一次；填过的内容请先复制下来。"), _("浏览器要允许保存 Cookie。")]
    return _refused(
        request, 403, _("这次提交没有收下"), _("页面打开得太久，或在别的窗口登录过，安全标记已经换了。"), ways
    )


def server_error(request: Request) -> HttpResponse:
    """Broken, or the database away for the moment: restarting, no connection left, no room on its disk."""
    path = urlsplit(request.get_full_path()).path
    report = _("一直这样的，把时间和网址 %(path)s 告诉上一级项目办。") % {"path": path}
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        text = _("已经记下来了。没有显示成功的操作都没有生效，可以重做。")
        return _broken(request, 500, _("这一页出了问题"), text, [_("过一分钟刷新再试。"), report])
    text = _("平台正在恢复，数据都在。没有显示成功的操作都没有生效，可以重做。")
    ways = [_("过一会儿再试；填过的内容请先复制下来。"), report]
    response = _broken(request, 503, _("平台暂时用不了"), text, ways)
    response.headers["Retry-After"] = "3"
    return response


def bad_request(request: Request, exception: Exception | None = None) -> HttpResponse:
    text = _("这次提交没有收下，什么都没有改动。")
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        ways = [_("文字分几次提交；文件用页面上的上传框。")]
        return _broken(request, 413, _("提交的内容太大"), text, ways)
    return _broken(request, 400, _("这次请求不完整"), text, [_("回到刚才的页面，刷新后再试。")])


def _broken(request: Request, status: int, title: str, text: str, ways: list[str]) -> HttpResponse:
    """No shell, no query."""
    if _wants_words(request):
        return HttpResponse(f"{title} {text}", status=status, content_type="text/plain; charset=utf-8")
    path = urlsplit(request.get_full_path()).path if request.method == "GET" else ""
    shown = {"english": (get_language() or "").startswith("en"), "title": title, "text": text, "ways": ways}
    return render(None, "web/broken.html", {**shown, "path": path, "again": status == 503 and path}, status=status)


def _wants_words(request: Request) -> bool:
    return bool(request.headers.get("HX-Request")) or request.headers.get("Accept", "").startswith("application/json")
