"""Every URL has exactly one mark: a capability, the own rows of who is signed in, or the short public list."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# What anybody may open. A line more is a decision.
PUBLIC = {
    *("", "notice/", "notice/<int:number>/", "calendar/", "policy/", "catalogue/"),  # the programme's public pages
    *("verify/", "verify/<str:code>/"),  # a certificate is shown to strangers
    *("sign-in/", "link/<str:token>/"),  # how one comes in
    *(
        "language/",
        "theme/",
        "about/<slug:page>/",
        "status/",
        "components/",
    ),  # the frame; the last one never in production
    *("demo/clock/", "demo/reset/", "demo/role/"),  # never outside of the demo
}


def walk(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield before + str(entry.pattern), entry.callback


def marks(view: Callable[..., Any]) -> list[str]:
    """The marks on a view, a class-based view or a partial, however it is wrapped."""
    holders = [view, getattr(view, "func", None), getattr(view, "view_class", None)]
    return [name for name in ("_door", "_signed_in", "_public") if any(getattr(h, name, None) for h in holders if h)]


def test_every_url_has_a_door() -> None:
    without = [
        f"{route} → {view.__module__}.{getattr(view, '__name__', view)}" for route, view in walk() if not marks(view)
    ]
    assert not without


def test_no_url_has_two_marks() -> None:
    assert not [route for route, view in walk() if len(marks(view)) > 1]


def test_only_the_short_list_is_public() -> None:
    public = {route for route, view in walk() if marks(view) == ["_public"]}
    assert public <= PUBLIC, public - PUBLIC
