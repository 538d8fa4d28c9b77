"""One question: what needs me now?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from yanxiu.access.rules import Capability
from yanxiu.desks import drawn, office, teacher
from yanxiu.desks.task import in_order
from yanxiu.monitoring import queries as monitoring
from yanxiu.notices import queries as notices
from yanxiu.organisation.models import Unit
from yanxiu.programme import frame
from yanxiu.programme.models import Batch, Programme
from yanxiu.scoring.explaining import panel
from yanxiu.web.door import signed_in


@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    programme, batches = frame.current(request.shell)
    context: dict[str, Any] = {"notifications": _notifications(request), "announcements": _announcements(request)}
    if request.shell.appointment is None:
        return _teacher(request, batches, context)
    return _office(request, programme, batches, context)


def _notifications(request: HttpRequest) -> list[Any]:
    return [(n, notices.sentence(n)) for n in notices.newest(request.shell.person)]


def _announcements(request: HttpRequest) -> list[Any]:
    shell = request.shell
    path = shell.unit.path if shell.unit else (shell.person.school_path if shell.person else "")
    return notices.latest(path=path, role=shell.role)


def _teacher(request: HttpRequest, batches: list[Batch], context: dict[str, Any]) -> HttpResponse:
    person, now = request.shell.person, request.shell.now
    standing = teacher.standing_now(person, now)
    tasks = in_order(teacher.tasks(person, now, batches, standing))
    enrolment = standing.enrolment if standing else None
    context |= {
        "title": _n("%(name)s老师，现在有%(n)s件事", "%(name)s老师，现在有%(n)s件事", len(tasks))
        % {"name": person.name, "n": len(tasks)}
        if tasks
        else _("%(name)s老师，现在没有要做的事") % {"name": person.name},
        "tasks": tasks,
        "drawn": drawn.items(tasks),
        "standing": standing,
        "panel": panel(standing) if standing and standing.stage != "before" else None,
        "enrolment": enrolment,
        "days": _days(enrolment.batch, now)
        if enrolment and enrolment.batch.starts <= now < enrolment.batch.ends
        else None,
    }
    return render(request, "desks/teacher.html", context)


def _days(batch: Batch, now: Any) -> dict[str, Any]:
    """The batch's days as little squares: before, today, after."""
    length = (batch.last_day - batch.first_day).days + 1
    today = (now - batch.starts).days + 1
    step = 100 / length
    squares = [
        (
            f"{step * i:.2f}%",
            f"{step * 0.84:.2f}%",
            "f-pale" if i + 1 < today else "f-accent" if i + 1 == today else "f-rail",
        )
        for i in range(length)
    ]
    return {"today": today, "length": length, "squares": squares, "passed": today - 1}


def _office(
    request: HttpRequest, programme: Programme | None, batches: list[Batch], context: dict[str, Any]
) -> HttpResponse:
    shell, scope = request.shell, request.scope
    tasks = in_order(office.tasks(scope, shell.unit, shell.person, shell.now, batches))
    batch = next((b for b in batches if shell.batch and b.pk == shell.batch.id), None)
    own = None
    if (
        programme
        and batch
        and shell.unit
        and scope.covers(Capability.READ_FIGURES, unit=shell.unit.path)
        and shell.unit.level in Unit.Level.values
    ):
        own = next(iter(monitoring.rows(scope, [shell.unit], programme, batches, batch)), None)
    context |= {
        "title": _n("现在有%(n)s件事", "现在有%(n)s件事", len(tasks)) % {"n": len(tasks)}
        if tasks
        else _("现在没有要处理的事"),
        "tasks": tasks,
        "drawn": drawn.items(tasks),
        "own": own,
        "batch": batch,
        "role_name": shell.role_name,
        "place": shell.place_name,
    }
    return render(request, "desks/office.html", context)
