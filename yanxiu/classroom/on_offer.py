"""What a course's page in the catalogue shows of its classes in the batch looked at: staff, seats, and the place for the button that chooses."""

from collections.abc import Collection

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import SafeString

from yanxiu.classroom import queries


def counts(request: HttpRequest, courses: Collection[int]) -> dict[int, int]:
    batch = request.shell.batch
    return queries.class_counts(courses, batch.id) if batch else {}


def panel(request: HttpRequest, course: int) -> SafeString:
    batch = request.shell.batch
    classes = list(queries.classes_of_course(course, batch.id)) if batch else []
    # The button belongs to whoever sells the places; until those pages are there, a link to them is.
    slot = ["places/_choose.html", "classroom/choose_link.html"]
    return get_template("classroom/on_offer.html").render({"classes": classes, "batch": batch, "slot": slot}, request)
