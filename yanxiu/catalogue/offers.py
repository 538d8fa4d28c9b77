"""What packages above know about a course on offer (its classes, the button that chooses): they hand in a function, a template cannot look up.

`provide(counts=…, panel=…)`: counts(request, course ids) -> {course id: classes in the batch looked at}; panel(request, course id) -> HTML.
"""

from collections.abc import Callable, Collection

from django.utils.safestring import SafeString

from yanxiu.web.shell import Request

Counts = Callable[[Request, Collection[int]], dict[int, int]]
Panel = Callable[[Request, int], SafeString]
_counts: list[Counts] = []
_panels: list[Panel] = []


def provide(*, counts: Counts, panel: Panel) -> None:
    if counts not in _counts:
        _counts.append(counts)
        _panels.append(panel)


def counts(request: Request, courses: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for fn in _counts:
        found |= fn(request, courses)
    return found


def panels(request: Request, course: int) -> list[SafeString]:
    return [html for fn in _panels if (html := fn(request, course))]
