"""Roster imports: handed in, shown, applied; the progress can be left and refused rows come back as a sheet."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.rules import Capability
from yanxiu.administration import queries, wording
from yanxiu.administration.forms import ImportForm
from yanxiu.organisation import queries as organisation
from yanxiu.organisation import rules as organisation_rules
from yanxiu.organisation.actions import roster
from yanxiu.organisation.models import RosterImport
from yanxiu.web import sheet
from yanxiu.web.door import door
from yanxiu.web.said import say
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Table

IMPORTS = Table(
    "imports",
    columns=[
        Column("at", _("交来时间"), order="at", kind="time", head=True, template="administration/cells/import_link.html"),
        Column("file_name", _("文件"), cls="y-keep"),
        Column("kind", _("种类"), template="administration/cells/import_kind.html", export=False),
        Column("unit", _("单位"), value="unit.display", order="unit_path"),
        Column("by", _("交来的人"), value="by.name"),
        Column("state", _("情况"), template="administration/cells/import_state.html", export=False),
    ],
    order="-at",
    size=20,
    caption=_("交来过的文件"),
    empty=_("还没有交过文件"),
    empty_text=_("交来的文件先给您看清楚会有什么变化，再由您决定生效。"),
)  # fmt: skip


@door(Capability.IMPORT_ROSTER)
def imports(request: Request) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and request.shell.unit:
        data = form.cleaned_data
        row = roster.receive(
            data["file"].chunks(), name=data["file"].name, kind=data["kind"], unit=request.shell.unit, complete=data["complete"],
            series=data["series"], year=data["year"], by=request.shell.me.pk,
        )  # fmt: skip
        return redirect("administration:import", row.pk)
    request.shell.here = "administration:people"
    status = 422 if form.is_bound else 200
    page = IMPORTS.read(request, queries.imports(request.scope))
    context = {"title": _("导入名册"), "form": form, "table": page, "unit": request.shell.unit}
    return render(request, "administration/imports.html", context, status=status)


def _import(request: Request, pk: int) -> RosterImport:
    return get_object_or_404(queries.imports(request.scope), pk=pk)


@door(Capability.IMPORT_ROSTER)
@require_GET
def one(request: Request, pk: int) -> HttpResponse:
    """The whole page, or (htmx) the part that changes by itself while the file is read or applied."""
    row = _import(request, pk)
    same = (
        RosterImport.objects.filter(file_sha256=row.file_sha256, unit=row.unit, state="applied", pk__lt=row.pk)
        .order_by("-pk")
        .first()
    )
    outcomes = (
        []
        if row.state in ("reading", "applying", "failed")
        else [_part(row, outcome) for outcome in ("refused", "gone", "moved", "changed", "new")]
    )
    context = {
        "title": wording.OUTCOMES and (_("教师名册") if row.kind == "roster" else _("往年参训人员")), "row": row, "outcomes": outcomes, "before": same,
        "problem": wording.file_problem(row.problem) if row.state == "failed" else "", "busy": row.state in ("reading", "applying"),
        "changes": sum(row.counts.get(k, 0) for k in ("new", "changed", "moved", "gone")),
    }  # fmt: skip
    request.shell.here = "administration:people"
    template = (
        "administration/import_part.html"
        if request.headers.get("HX-Target") == "import"
        else "administration/import.html"
    )
    response = render(request, template, context)
    response["Vary"] = "HX-Target"
    return response


def _part(row: RosterImport, outcome: str) -> dict[str, object]:
    count = row.counts.get(outcome, 0)
    shown = organisation.rows_of(row, outcome)[: organisation_rules.LISTED] if count else []
    lines = [
        {
            "number": r.number, "name": r.name, "identity": r.identity_mask, "school": school.display if (school := r.school or (r.person and r.person.school)) else "",
            "from": r.person.school.display if outcome == "moved" and r.person and r.person.school and row.state == "preview" else "",
            "fields": [str(wording.COLUMNS.get(f, f)) for f in r.fields],
            "problems": [wording.problem(p) for p in r.problems] if outcome == "refused" else [],
        }
        for r in shown
    ]  # fmt: skip
    return {
        "outcome": outcome,
        "label": wording.OUTCOMES[outcome],
        "count": count,
        "lines": lines,
        "more": count - len(lines),
    }


@door(Capability.IMPORT_ROSTER)
@require_POST
def apply(request: Request, pk: int) -> HttpResponse:
    row = _import(request, pk)
    if not roster.apply(row.pk, by=request.shell.me.pk):
        say(request, "warn", str(_("这份文件刚刚已经有人处理")))
    return redirect("administration:import", pk)


@door(Capability.IMPORT_ROSTER)
@require_POST
def discard(request: Request, pk: int) -> HttpResponse:
    row = _import(request, pk)
    if roster.discard(row.pk, by=request.shell.me.pk):
        say(request, "ok", str(_("文件没有生效，已经放弃")))
        return redirect("administration:imports")
    return redirect("administration:import", pk)


@door(Capability.IMPORT_ROSTER)
@require_GET
def refused(request: Request, pk: int) -> FileResponse:
    """The refused rows as they came, each with what is wrong and what helps: to mend and hand in again."""
    row = _import(request, pk)
    heads = [name for _key, name in row.head]
    rows = (
        [
            number,
            *cells,
            "；".join(f"{column}：{said}" for column, said, _way in told),
            "；".join(dict.fromkeys(way for _c, _s, way in told if way)),
        ]
        for number, cells, told in (
            (number, cells, [wording.problem(p) for p in problems])
            for number, cells, problems in organisation.chunks_of_refused(row)
        )
    )
    return sheet.response(
        str(_("没有收下的行")),
        [str(head) for head in (_("行号"), *heads, _("原因"), _("怎么办"))],
        ([*r] for r in rows),
    )


@door(Capability.IMPORT_ROSTER)
@require_GET
def template(request: Request) -> FileResponse:
    """An empty sheet with the right head and text columns."""
    return sheet.response(str(_("教师名册")), [names[0] for names in organisation_rules.HEADS.values()], [])
