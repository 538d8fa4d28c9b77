"""What a course's page in the catalogue shows of its classes in the batch looked at: staff, seats, and the place for the button that chooses."""

from collections.abc import Collection

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from yanxiu.classroom import queries
from yanxiu.web.shell import Request


def counts(request: Request, courses: Collection[int]) -> dict[int, int]:
    batch = request.shell.batch
    return queries.class_counts(courses, batch.id) if batch else {}


def panel(request: Request, course: int) -> SafeString:
    batch = request.shell.batch
    classes = list(queries.classes_of_course(course, batch.id)) if batch else []
    # The button belongs to whoever sells the places; until those pages are there, a link to them is.
    slot = ["places/_choose.html", "classroom/choose_link.html"]
    html = get_template("classroom/on_offer.html").render({"classes": classes, "batch": batch, "slot": slot}, request)
    return mark_safe(html)
