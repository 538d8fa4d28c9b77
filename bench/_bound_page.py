"""The bound of the pages: the same server, the same check of the session, a page of the same size that nobody had to make."""

import os
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth import SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

BODY = b"<!doctype html><title>-</title>" + b"<p>page</p>" * 2200


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("sessionid")
    if cookie is not None:
        SessionStore(cookie.value).get(SESSION_KEY)
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))])
    return [BODY]
