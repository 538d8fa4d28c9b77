"""The catalogue: what can be learnt, open to everybody signed in."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yanxiu.catalogue import media, offers, queries
from yanxiu.catalogue.models import Course
from yanxiu.catalogue.rules.folder import STAGES
from yanxiu.events.models import StoredFile
from yanxiu.web.door import signed_in
from yanxiu.web.shell import Request

PAGE = 20


@signed_in
def courses(request: Request) -> HttpResponse:
    own = request.shell.person.subject if request.shell.person else ""
    chosen = {name: request.GET.get(name, "") for name in ("q", "subject", "stage")}
    found = queries.courses(word=chosen["q"], subject=chosen["subject"], stage=chosen["stage"], first_subject=own)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counts = offers.counts(request, [version.course_id for version in page])
    return render(
        request,
        "catalogue/courses.html",
        {
            "title": pgettext("heading", "课程"),
            "rows": [
                {
                    "version": version,
                    "classes": counts.get(version.course_id, 0),
                    "own": version.course.subject == own,
                }
                for version in page
            ],
            "page": page,
            "chosen": chosen,
            "subjects": [("", _("全部学科")), *((s, s) for s in queries.subjects())],
            "stages": [("", _("全部学段")), *((s, s) for s in STAGES)],
            "total": Course.objects.count(),
        },
    )


@signed_in
def course(request: Request, course_id: int) -> HttpResponse:
    found = get_object_or_404(Course, pk=course_id)
    version = queries.latest(found)
    return render(
        request,
        "catalogue/course.html",
        {
            "title": version.title,
            "course": found,
            "version": version,
            "chapters": queries.outline(version),
            "panels": offers.panels(request, found.pk),
        },
    )


@signed_in
def picture(request: Request, sha: str) -> HttpResponse:
    if not queries.has_picture(sha):
        raise Http404
    return media.answer(get_object_or_404(StoredFile, pk=sha))
