"""The tables of the watch pages."""

from html import escape
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yanxiu.monitoring.queries import Row
from yanxiu.monitoring.rules import Ratio
from yanxiu.web import wording
from yanxiu.web.navigation import pattern
from yanxiu.web.table import Column, Filter, Table
from yanxiu.web.templatetags.y import y_tag


def _percent(ratio: Ratio) -> float | None:
    return ratio.number(100)


def _plain(ratio: Ratio, digits: int) -> float | None:
    number = ratio.number()
    return None if number is None else round(number, digits)


def _unit_name(row: Row) -> str:
    closed = row.unit.closed_on is not None
    return gettext("%(unit)s（已撤销）") % {"unit": row.unit.name} if closed else row.unit.name


def _unit_url(row: Row) -> str:
    return pattern("monitoring:unit") % row.unit.pk


def _bar(row: Row, request: HttpRequest) -> SafeString:
    words = gettext("已参训%(heads)s人，达到标准要%(needed)s人")
    label = escape(words) % {"heads": row.coverage.heads, "needed": row.coverage.needed}
    return mark_safe(
        f'<svg class="y-svg" height="26" width="120" role="img" aria-label="{label}"><rect class="f-rail" width="100%" y="7" height="12"/>'
        f'<rect class="f-accent" width="{row.bar}%" y="7" height="12"/><line class="k-mark" x1="50%" x2="50%" y1="0" y2="26"/></svg>'
    )


def _short(row: Row, request: HttpRequest) -> SafeString:
    if not row.coverage.base:
        return mark_safe(wording.NOTHING)
    return y_tag("ok", gettext("达到")) if row.coverage.met else y_tag("warn", row.coverage.short)


UNITS = Table(
    "units",
    columns=[
        Column("name", _("单位"), value=_unit_name, order="unit.sort_key", head=True, cls="y-nb", url=_unit_url),
        Column(
            "teachers",
            pgettext_lazy("figure", "教师"),
            value="coverage.base",
            kind="count",
            order=True,
            cls="y-only-wide",
        ),
        Column("heads", _("已参训"), value="coverage.heads", kind="count", order=True),
        Column(
            "participation",
            _("参训率"),
            value=lambda r: _percent(r.indicators.participation),
            kind="percent",
            order=True,
        ),
        Column("bar", _("与10%线"), draw=_bar, export=False),
        Column(
            "short",
            _("还差（人）"),
            value="coverage.short",
            draw=_short,
            order=True,
            cls="y-r",
        ),
        Column("quota", _("本期配额"), value="quota", kind="count", order=True, cls="y-only-wide"),
        Column("used", _("已用"), value="used", kind="count", order=True),
        Column(
            "hours",
            _("人均学时"),
            value=lambda r: _plain(r.indicators.hours, 2),
            kind="mark",
            order=True,
            cls="y-only-wide",
        ),
        Column("works", _("作业完成"), value=lambda r: _percent(r.indicators.works), kind="percent", order=True),
        Column(
            "discussion", _("参与讨论"), value=lambda r: _percent(r.indicators.discussion), kind="percent", order=True
        ),
        Column(
            "quality",
            _("作业质量"),
            value=lambda r: _plain(r.indicators.quality, 2),
            kind="mark",
            order=True,
            cls="y-only-wide",
        ),
        Column(
            "passing",
            _("考核通过"),
            value=lambda r: _percent(r.indicators.passing),
            kind="percent",
            order=True,
            cls="y-only-wide",
        ),
    ],
    order="-participation",
    size=100,
    file=_("学情"),
    heading=_("下级单位"),
    caption=_("各单位的指标"),
    empty=_("下面没有单位"),
)


CLASSES = Table(
    "classes",
    columns=[
        Column("name", _("培训班"), value="name", order="name", head=True, url=lambda r: r["url"]),
        Column("subject", _("学科"), order="subject"),
        Column("learners", _("学员"), kind="count", order=True),
        Column("hours", _("人均学时"), kind="mark", order=True),
        Column("works", _("作业完成"), kind="percent", order=True),
        Column("discussion", _("参与讨论"), kind="percent", order=True),
        Column("quality", _("作业质量"), kind="mark", order=True),
        Column("passing", _("考核通过"), kind="percent", order=True),
    ],
    order="name",
    size=100,
    file=_("培训班学情"),
    heading=_("按培训班"),
    caption=_("各培训班的指标"),
    empty=_("本期还没有学员"),
)


def _lagging(rows: Any, value: str) -> Any:
    if value == "not_begun":
        return rows.filter(seconds=0)
    if value == "works_missing":
        return rows.filter(works_done=0)
    if value == "silent":
        return rows.filter(posts=0)
    return rows


LEARNERS = Table(
    "learners",
    columns=[
        Column(
            "name",
            _("教师"),
            value="enrolment.person.name",
            order="enrolment__person__name_key",
            head=True,
            cls="y-nb",
            template="monitoring/cells/learner.html",
        ),
        Column("school", _("学校"), value="school.name", order="school__sort_key"),
        Column("class", _("培训班"), value="training_class.name", order="training_class__name", cls="y-only-wide"),
        Column("seconds", _("学时"), value="seconds", kind="hours", order="seconds"),
        Column(
            "works",
            _("作业"),
            value="works_done",
            template="monitoring/cells/works.html",
            order="works_done",
            cls="y-r",
        ),
        Column("posts", _("计入的发言"), value="posts", kind="count", order="posts"),
        Column("total", _("成绩"), value="total", kind="mark", order="total"),
    ],
    search=("enrolment__person__name", "enrolment__person__teacher_number"),
    search_label=_("姓名或教师编号"),
    filters=[
        Filter(
            "lag",
            _("情况"),
            [
                ("", _("全部学员")),
                ("not_begun", _("还没有开始学习")),
                ("works_missing", _("没有交作业")),
                ("silent", _("没有发言")),
            ],
            apply=_lagging,
        )
    ],
    order="seconds",
    size=50,
    file=_("学员学情"),
    caption=_("学员"),
    empty=_("没有这样的学员"),
)
