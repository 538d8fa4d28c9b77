"""The audit trail: what happened, by whom, about whom, where; read only, exported with its details."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yanxiu.access.rules import Capability
from yanxiu.administration import actions, queries, trail
from yanxiu.lib import clock
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person, Unit
from yanxiu.web import sheet
from yanxiu.web.door import door
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Table


def _search(rows: Any, word: str) -> Any:
    """By a person (exact number or name: who acted or whom it concerned) or a unit (name or code: it and everything below)."""
    people = list(organisation.matching(Person.objects.all(), word).values_list("pk", flat=True)[:200])
    paths = list(organisation.units_matching(Unit.objects.all(), word).values_list("path", flat=True)[:20])
    found = rows.none()
    if people:
        found = found | rows.filter(person__in=people) | rows.filter(actor__in=people)
    for path in paths:
        found = found | rows.filter(unit_path__startswith=path)
    return found


def _since(rows: Any, days: str) -> Any:
    return rows.filter(at__gte=clock.now() - timedelta(days=int(days)))


class _Names:
    """Names of the people and units of the rows shown, read once for the page: the record itself holds numbers only."""

    def __init__(self, events: list[Any]) -> None:
        self.people = queries.names_of(pk for e in events for pk in (e.actor, e.person))
        self.units = queries.units_of(e.unit_path for e in events)


def _kinds(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        ("", str(_("全部种类"))),
        *sorted(((kind, trail.kind(kind)) for kind in queries.audit_kinds()), key=lambda pair: pair[1]),
    ]


def _named(event: Any, field: str) -> str | None:
    pk = getattr(event, field)
    return (event.names.people.get(pk) or f"#{pk}") if pk else (str(_("平台")) if field == "actor" else None)


AUDIT = Table(
    "audit",
    columns=[
        Column("at", _("时间"), template="administration/cells/event_at.html", head=True, cls="y-nb", export=lambda e: e.at),
        Column("kind", _("事情"), value=lambda e: trail.kind(e.kind), cls="y-nb"),
        Column("actor", _("谁办的"), value=lambda e: _named(e, "actor"), cls="y-nb"),
        Column("person", _("关于谁"), value=lambda e: _named(e, "person"), cls="y-nb"),
        Column("unit", _("单位"), value=lambda e: e.names.units.get(e.unit_path) or e.unit_path or None),
        Column("data", _("详情"), value=lambda e: e.details or None),
    ],
    search=_search,
    search_label=_("姓名、完整的编号，或单位"),
    filters=[
        Filter("kind", _("种类"), _kinds, field="kind"),
        Filter("days", _("时间"), [("", _("全部时间")), ("1", _("最近1天")), ("7", _("最近7天")), ("30", _("最近30天")), ("180", _("最近半年"))], apply=_since),
    ],
    size=50,
    file=_("审计记录"),
    caption=_("审计记录"),
    empty=_("还没有记录"),
)  # fmt: skip


def _with_names(events: list[Any]) -> list[Any]:
    names = _Names(events)
    for event, said in zip(events, trail.details(events), strict=True):
        event.names, event.details = names, said
    return events


@door(Capability.READ_AUDIT)
def audit(request: Request) -> HttpResponseBase:
    page = AUDIT.read(request, queries.audit(request.scope))
    if page.wants_export:
        shell = request.shell
        actions.record_export(
            by=shell.me.pk, appointment=shell.appointment.pk if shell.appointment else None, unit_path=shell.unit.path if shell.unit else "", name="administration.audit",
            rows=page.total, query=request.GET.urlencode(),
        )  # fmt: skip
        return _export(page)
    _with_names([row.data for row in page.rows])
    return _answer(request, page)


def _answer(request: Request, page: Any) -> HttpResponseBase:
    context = {"title": _("审计记录"), "table": page}
    if request.headers.get("HX-Target") == page.html_id:
        response = render(request, "web/table.html", {**context, "partial": True})
        response["Vary"] = "HX-Request, HX-Target"
        return response
    return render(request, "administration/audit.html", context)


def _export(page: Any) -> HttpResponseBase:
    columns = page.table.columns

    def rows() -> Any:
        chunk: list[Any] = []
        for event in page.found.iterator(chunk_size=1000):
            chunk.append(event)
            if len(chunk) == 1000:
                yield from _with_names(chunk)
                chunk = []
        yield from _with_names(chunk)

    return sheet.response(
        str(_("审计记录")),
        [str(c.label) for c in columns],
        ([c.export(e) if callable(c.export) else c.of(e) for c in columns] for e in rows()),
    )
