"""The holder's own certificates."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.recognition import drawing, queries
from yanxiu.recognition.models import Certificate
from yanxiu.web.door import signed_in


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    rows = list(queries.mine(request.shell.person))
    return render(request, "recognition/mine.html", {"title": _("我的证书"), "rows": rows})


@signed_in
def own_pdf(request: HttpRequest, number: str) -> HttpResponse:
    return drawn(request, queries.own(request.shell.person, number))


def drawn(request: HttpRequest, certificate: Certificate | None) -> HttpResponse:
    """The PDF; a revoked certificate is not handed out."""
    if certificate is None or certificate.revoked_at:
        raise Http404
    verify = request.build_absolute_uri(reverse("recognition:verify_code", args=[certificate.code]))
    answer = HttpResponse(drawing.certificate_pdf(certificate.record, verify), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    return answer
