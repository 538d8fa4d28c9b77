"""The URLs of the platform as one process serves them for a browser: the gate's endpoints over the same acts, and media as the front would send them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as pages
from yanxiu.events.groups import run
from yanxiu.learning.actions import HOT
from yanxiu.lib import clock, hot
from yanxiu.web import claim

away = {"lost": False}  # a test sets it: the line is lost


@csrf_exempt
def gate(request: HttpRequest, name: str) -> HttpResponse:
    if away["lost"]:
        return HttpResponse(status=503, headers={"Retry-After": "2"})
    who = claim.read(request.COOKIES.get(claim.COOKIE, ""))
    if who is None or request.headers.get("X-Yx") != "1":
        return HttpResponse(status=401)
    endpoint = HOT[name]
    try:
        payload = endpoint.parse(
            json.loads(request.body),
            hot.Claim(who["person"], who["account"], who["appointment"], who["epoch"]),
            clock.real_now(),
        )
    except (hot.Malformed, ValueError) as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    [reply] = run(endpoint.act([payload]))
    return JsonResponse(reply.body, status=reply.status)


class Front:
    """Middleware: X-Accel-Redirect becomes the bytes, with Range."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from pathlib import Path

        from django.conf import settings

        response = self.get_response(request)
        where = response.headers.get("X-Accel-Redirect")
        if where is None:
            return response
        data = (Path(settings.MEDIA_ROOT) / where.lstrip("/")).read_bytes()
        answer = HttpResponse(data, content_type=response["Content-Type"])
        answer["Accept-Ranges"] = "bytes"
        wanted = request.headers.get("Range", "")
        if wanted.startswith("bytes="):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            start, end = int(first or 0), min(int(last) if last else len(data) - 1, len(data) - 1)
            answer = HttpResponse(data[start : end + 1], status=206, content_type=response["Content-Type"])
            answer["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
        return answer


urlpatterns = [path("hot/<str:name>", gate), *pages]
