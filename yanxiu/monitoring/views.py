"""Seen at four levels (A1.2, T3.2a): each office its own subtree, a tutor the own classes, down to a person."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready, of_any
from yanxiu.lib import unitpath
from yanxiu.monitoring import queries
from yanxiu.monitoring.rules import Sums, indicators, total
from yanxiu.monitoring.tables import CLASSES, LEARNERS, UNITS, _percent, _plain
from yanxiu.monitoring.tiles import tiles
from yanxiu.organisation.models import Unit
from yanxiu.programme import frame
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch, Programme, TrainingClass
from yanxiu.web.door import door
from yanxiu.web.shell import Request


def _programme(request: Request) -> tuple[Programme, list[Batch]]:
    programme, batches = frame.current(request.shell)
    if programme is None:
        raise Http404
    return programme, batches


_ABOVE = Ready(lambda paths: Unit.objects.filter(path=of_any(paths, "text")).order_by("path"))


def _batch(request: Request) -> Batch | None:
    """The batch of the switcher; `?range=year`: all of the year."""
    if request.GET.get("range") == "year" or request.shell.batch is None:
        return None
    return next(b for b in frame.current(request.shell)[1] if b.pk == request.shell.batch.id)


@door(Capability.READ_FIGURES)
def watch(request: Request) -> HttpResponseBase:
    """An office's own unit; a tutor's classes."""
    if request.shell.unit is None or not request.scope.covers(Capability.READ_FIGURES, unit=request.shell.unit.path):
        return _classes(request)
    return _unit(request, request.shell.unit)


@door(Capability.READ_FIGURES)
def unit(request: Request, unit_id: int) -> HttpResponseBase:
    request.shell.here = "monitoring:watch"
    return _unit(request, _visible_unit(request.scope, unit_id))


def _visible_unit(scope: Scope, unit_id: int) -> Unit:
    found = get_object_or_404(Unit.objects.select_related("parent"), pk=unit_id)
    if not scope.covers(Capability.READ_FIGURES, unit=found.path):
        raise Http404
    return found


def _crumbs(scope: Scope, unit: Unit) -> list[Unit]:
    """Those above that may be seen, from the top, and the unit."""
    above = [p for p in unitpath.prefixes(unit.path)[:-1] if scope.covers(Capability.READ_FIGURES, unit=p)]
    return [*(_ABOVE.all(above) if above else ()), unit]


def _unit(request: Request, unit: Unit) -> HttpResponseBase:
    (programme, year), batch = _programme(request), _batch(request)
    children = queries.children(unit)
    own, *below = queries.rows(request.scope, [unit, *children], programme, year, batch)
    context: dict[str, Any] = {
        "title": _("%(unit)s学情") % {"unit": unit.name},
        "unit": unit,
        "crumbs": _crumbs(request.scope, unit),
        "batch": batch,
        "own": own,
        "day": _day(request, batch),
        "now": request.shell.now,
    }
    if not children:
        rows = (
            [
                _class_row(c, s, _minutes(batch, programme))
                for c, s in queries.class_rows(request.scope, batch, unit=unit)
            ]
            if batch
            else []
        )
        return CLASSES.answer(request, rows, "monitoring/school.html", context)
    if unit.level == Unit.Level.PROVINCE:
        context["tiles"] = tiles(below)
    return UNITS.answer(request, below, "monitoring/unit.html", context)


def _minutes(batch: Batch | None, programme: Programme) -> int:
    return programmes.policy(
        batch.policy_id if batch else programmes.newest_version(programme.pk)
    ).time.minutes_per_hour


def _day(request: Request, batch: Batch | None) -> tuple[int, int] | None:
    """Which day of how many, while the batch runs."""
    if batch is None or not batch.starts <= request.shell.now < batch.ends:
        return None
    length = (batch.last_day - batch.first_day).days + 1
    return (request.shell.now - batch.starts).days + 1, length


def _class_row(c: TrainingClass, sums: Sums, minutes: int) -> dict[str, Any]:
    found = indicators(sums, heads=0, base=0, seconds_per_hour=minutes * 60)
    return {
        "name": c.name,
        "subject": c.subject,
        "url": reverse("monitoring:class", args=[c.pk]),
        "learners": sums.learners,
        "hours": _plain(found.hours, 2),
        "works": _percent(found.works),
        "discussion": _percent(found.discussion),
        "quality": _plain(found.quality, 2),
        "passing": _percent(found.passing),
    }


def _classes(request: Request) -> HttpResponseBase:
    """A tutor's classes. The batch is the switcher's when the appointment reaches into it, else the one it was made for."""
    batch = _batch(request)
    found = queries.class_rows(request.scope, batch) if batch else []
    if not found:
        newest = queries.visible(request.scope).order_by("-batch__number").values_list("batch", flat=True).first()
        batch = Batch.objects.select_related("programme").get(pk=newest) if newest else batch
        found = queries.class_rows(request.scope, batch) if batch else []
    programme, _year = _programme(request)
    sums = total(s for _c, s in found)
    context = {
        "title": _("我的培训班学情"),
        "batch": batch,
        "sums": sums,
        "indicators": indicators(sums, heads=0, base=0, seconds_per_hour=_minutes(batch, programme) * 60),
        "day": _day(request, batch),
        "now": request.shell.now,
    }
    return CLASSES.answer(
        request, [_class_row(c, s, _minutes(batch, programme)) for c, s in found], "monitoring/classes.html", context
    )


@door(Capability.READ_FIGURES)
def training_class(request: Request, class_id: int) -> HttpResponseBase:
    """A class, as far as the scope reaches: a school sees its own learners in it, the tutor all."""
    request.shell.here = "monitoring:watch"
    found = get_object_or_404(TrainingClass.objects.select_related("batch__programme"), pk=class_id)
    rows = queries.learners(request.scope, class_path=found.path)
    if not rows.exists() and not request.scope.covers(Capability.READ_FIGURES, training=found.path):
        raise Http404
    sums = queries.sums_of(request.scope, class_path=found.path)
    context = {
        "title": found.name,
        "batch": found.batch,
        "sums": sums,
        "indicators": indicators(
            sums, heads=0, base=0, seconds_per_hour=_minutes(found.batch, found.batch.programme) * 60
        ),
        "staff": programmes.staff(found),
        "day": _day(request, found.batch),
    }
    return LEARNERS.answer(request, rows, "monitoring/class.html", context)


@door(Capability.READ_FIGURES)
def learners(request: Request, unit_id: int) -> HttpResponseBase:
    request.shell.here = "monitoring:watch"
    unit = _visible_unit(request.scope, unit_id)
    batch = _batch(request)
    rows = queries.learners(request.scope, unit=unit, batch=batch)
    context = {
        "title": _("%(unit)s学员") % {"unit": unit.name},
        "unit": unit,
        "crumbs": _crumbs(request.scope, unit),
        "batch": batch,
    }
    return LEARNERS.answer(request, rows, "monitoring/learners.html", context)
