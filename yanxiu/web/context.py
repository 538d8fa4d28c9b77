from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` in every template; an answer made before the middleware ran (a wrong host) has none."""
    return {"shell": getattr(request, "shell", None)}
