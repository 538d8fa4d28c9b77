"""What the next page says about what was just done. Kept in the session until shown, so it survives the redirect after a post."""

from django.http import HttpRequest

KEY = "yx_said"
KINDS = ("ok", "warn", "stop", "now")


def say(request: HttpRequest, kind: str, title: str, text: str = "") -> None:
    if kind not in KINDS:
        raise ValueError(kind)
    request.session[KEY] = [*request.session.get(KEY, []), [kind, str(title), str(text)]]


def taken(request: HttpRequest) -> list[dict[str, str]]:
    """What is to be said, and forgets it."""
    session = getattr(request, "session", None)
    if session is None or KEY not in session:
        return []
    return [{"kind": kind, "title": title, "text": text} for kind, title, text in session.pop(KEY)]
