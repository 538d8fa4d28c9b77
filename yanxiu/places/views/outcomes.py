"""What became of a list of enrolments: each row its outcome, kept in the session until the next list, shown and downloadable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from yanxiu.access.rules import Capability
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person, Unit
from yanxiu.places import actions
from yanxiu.places.views.batches import looked_at
from yanxiu.places.wanted import Wanted
from yanxiu.programme.models import Batch
from yanxiu.web import wording
from yanxiu.web.door import door
from yanxiu.web.reasons import explain, sentence
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Table

KEY = "yx_enrolled"


def enrol(request: Request, batch: Batch, school: Unit, wanted: Sequence[Wanted], key: UUID) -> None:
    by = request.shell.person
    assert by is not None
    asked = [w for w in wanted if w.person is not None and not w.against]
    answers = actions.enrol(
        batch=batch.pk,
        school=school.pk,
        rows=[actions.EnrolRow(w.person or 0, w.training_class) for w in asked],
        by=by.pk,
        key=key,
    )
    decided = {id(w): answer for w, answer in zip(asked, answers, strict=True)}
    # A stranger's name is not told: the number that was typed is all that the school has.
    names = dict(
        Person.objects.filter(pk__in=[w.person for w in asked], school_path__startswith=school.path).values_list(
            "pk", "name"
        )
    )
    rows = []
    for w in wanted:
        answer = decided.get(id(w))
        decision = answer.decision if answer else Decision.no(*(w.against or (Reason("person_unknown"),)))
        rows.append(
            {
                "line": w.line,
                "typed": w.typed,
                "name": names.get(w.person or 0, ""),
                "ok": decision.ok,
                "outcome": answer.outcome if answer else "no",
                "decision": decision.to_json(),
            }
        )
    request.session[KEY] = {"batch": batch.pk, "at": clock.now().isoformat(), "by": by.name, "rows": rows}


@dataclass(frozen=True)
class Last:
    at: Any
    by: str
    rows: list[dict[str, Any]]

    @property
    def done(self) -> int:
        return sum(row["ok"] for row in self.rows)

    @property
    def failed(self) -> int:
        return len(self.rows) - self.done

    @property
    def head(self) -> list[dict[str, Any]]:
        """What was refused stands first where not all can be shown."""
        return sorted(self.rows, key=lambda row: row["ok"])[:8] if len(self.rows) > 8 else self.rows


def last(request: Request, batch: int) -> Last | None:
    kept = request.session.get(KEY)
    if not kept or kept["batch"] != batch or not kept["rows"]:
        return None
    return Last(datetime.fromisoformat(kept["at"]), kept["by"], kept["rows"])


RESULT = Table(
    "result",
    columns=[
        Column("line", N_("行"), value=lambda row: row["line"] or None, order=True),
        Column("typed", N_("号码"), value=lambda row: row["typed"] or None, kind="code", cls="y-nb"),
        Column("name", N_("教师"), value=lambda row: row["name"] or None, head=True, cls="y-nb"),
        Column("ok", N_("结果"), value=lambda row: outcome_words(row), template="places/cells/outcome.html", export=lambda row: outcome_words(row)),
        Column("why", N_("原因"), value=lambda row: "" if row["ok"] else sentence(Decision.from_json(row["decision"])), template="places/cells/why.html"),
        Column("way", N_("怎样办"), value=lambda row: "" if row["ok"] else _("；").join(str(line.way) for line in explain(Decision.from_json(row["decision"])) if line.way)),
    ],
    filters=[Filter("ok", N_("结果"), [("", N_("全部")), ("no", N_("没成功")), ("yes", N_("成功"))], apply=lambda rows, value: [r for r in rows if r["ok"] == (value == "yes")])],
    size=200,
    file=N_("报名结果"),
    caption=N_("报名结果"),
    empty=N_("还没有报名结果"),
    empty_text=N_("按名单或勾选报名以后，每个人的结果列在这里。"),
)  # fmt: skip


def outcome_words(row: dict[str, Any]) -> str:
    if not row["ok"]:
        return _("没成功")
    return _("成功") if row["outcome"] == "enrolled" else _("已报，等县级审核")


@door(Capability.ENROL)
def result(request: Request) -> HttpResponseBase:
    batch = looked_at(request)
    found = last(request, batch.pk)
    request.shell.here = "places:enrolments"
    context = {"title": _("报名结果"), "batch": batch, "last": found}
    return RESULT.answer(request, found.rows if found else [], "places/result.html", context)


def state_words(row: Any) -> str:
    """A row of the school's table in words, for the sheet."""
    shown, choice = row.shown, row.choice
    if shown == "holding":
        if choice.proposed_at:
            return _("已报，等县级审核")
        return _("可以报名") if row.ready else sentence(row.decision) if row.decision is not None else _("已占位")
    if shown == "waiting":
        return _("候补第%(n)s位") % {"n": wording.count(choice.line_place)}
    return STATE_WORDS[shown]()


STATE_WORDS = {
    "enrolled": lambda: _("已报名"),
    "withdrawn": lambda: _("已退选"),
    "refused": lambda: _("学校没有报名"),
    "lapsed": lambda: _("开班时没有报名，已失效"),
    "returned": lambda: _("已退回报名"),
    "replaced": lambda: _("已换人"),
    "cancelled": lambda: _("已取消"),
}
