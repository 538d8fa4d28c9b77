"""Anybody checks a certificate: by the code of its QR code, or by its number.

Shown is what the paper says, so that an altered one is found out, and no more. Numbers can be counted through, codes cannot be guessed:
who knows only the number sees the name's first character and may ask whether a name fits. Of a revoked one the date, not the cause.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yanxiu.access.backends import client_address
from yanxiu.recognition import actions, queries, rules
from yanxiu.recognition.forms import VerifyForm
from yanxiu.web.door import public


@public
def verify(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.GET if "q" in request.GET else None)
    context: dict[str, Any] = {"title": _("证书查验"), "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "recognition/verify.html", context, status=422 if form.errors else 200)
    kind, text = rules.asked(form.cleaned_data["q"])
    if kind == "code":
        return redirect("recognition:verify_code", text)
    return _answer(request, context, kind, text, name=form.cleaned_data["name"])


@public
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    kind, text = rules.asked(code)
    context = {"title": _("证书查验"), "form": VerifyForm()}
    return _answer(request, context, kind if kind == "code" else "", text)


def _answer(request: HttpRequest, context: dict[str, Any], kind: str, text: str, name: str = "") -> HttpResponse:
    if not actions.count_lookup(client_address(request)):
        answer = render(request, "recognition/verify.html", {**context, "too_many": True}, status=429)
        answer["Retry-After"] = "600"
        return answer
    found = queries.find(kind, text)
    context |= {"asked": text, "found": found, "answered": True}
    if found:
        own = found.record["name"]
        context |= {
            "name": own if kind == "code" else rules.masked_name(own),
            "by_code": kind == "code",
            "typed": name,
            "same": rules.same_name(name, own),
        }
    answer = render(request, "recognition/verify.html", context, status=200 if found else 404)
    # A page that names a person is no search engine's.
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store"
    return answer
