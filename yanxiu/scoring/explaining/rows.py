"""The page's panels: each part's lines with how it is counted, the own numbers, the points."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yanxiu.scoring import rules
from yanxiu.scoring.queries import Standing
from yanxiu.web import wording
from yanxiu.web.wording import mark

from .words import PART_NAMES, WHY_NOT, mark_plain, minutes


@dataclass(frozen=True)
class Row:
    """One line of the table. `tag`: kind of the state shown instead of plain words."""

    item: str
    how: str
    own: str
    points: str
    top: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Block:
    """A panel of the page: one part, or the three of the course's work together."""

    title: str
    note: str
    clause: str
    shown: Decimal
    weight: Fraction
    rows: list[Row]

    @property
    def top(self) -> str:
        return mark_plain(self.weight)


def blocks(standing: Standing) -> list[Block]:
    a, digits = standing.assessment, standing.policy.result.digits
    lines = {p.name: rules.lines_that_add_up(p, digits) for p in a.parts}
    time, talk = a.part("time"), a.part("interaction")
    work = [a.part(name) for name in ("objective", "subjective", "excellent")]
    weights = {
        "objective": mark_plain(work[0].weight),
        "subjective": mark_plain(work[1].weight),
        "excellent": mark_plain(work[2].weight),
    }
    return [
        Block(
            _("学习时间"),
            _time_note(standing),
            "A2.1",
            time.shown,
            time.weight,
            [*_time_rows(lines["time"]), _time_total(standing)],
        ),
        Block(
            _("课程作业"),
            _("客观题%(objective)s，主观题%(subjective)s，优秀作业%(excellent)s") % weights,
            "A2.2",
            sum((p.shown for p in work), Decimal(0)),
            sum((p.weight for p in work), Fraction(0)),
            [row for p in work for row in _work_rows(standing, lines[p.name])],
        ),
        Block(
            _("互动交流"),
            _("讨论、直播答疑、线下活动，每类有上限"),
            "A2.3",
            talk.shown,
            talk.weight,
            list(_talk_rows(standing, lines["interaction"])),
        ),
    ]


# ── learning time ───────────────────────────────────────────────────────────────────────────────────────────────────
def _time_note(standing: Standing) -> str:
    numbers = {"hours": mark_plain(standing.policy.time.required_hours)}
    match standing.policy.time.full_mark:
        case "stepped":
            return _("观看视频、阅读文本，自动统计，达到%(hours)s学时得满分，不足的按满1学时计") % numbers
        case "all-or-nothing":
            return _("观看视频、阅读文本，自动统计，达到%(hours)s学时得满分，不足的不得分") % numbers
    return _("观看视频、阅读文本，自动统计，达到%(hours)s学时得满分，不足的按比例") % numbers


def _time_rows(lines: list[tuple[rules.Line, Decimal]]) -> Iterator[Row]:
    names = {
        "time_video": (_("视频"), _("每一秒计一次")),
        "time_text": (_("文本"), _("按篇幅封顶")),
        "time_other": (_("其他"), _("文件和申诉认定的时间")),
    }
    for line, shown in lines:
        item, how = names[line.code]
        yield Row(item, how, minutes(line.numbers["seconds"]), mark(shown))


def _time_total(standing: Standing) -> Row:
    part, time = standing.assessment.part("time"), standing.policy.time
    weight, required = mark_plain(part.weight), minutes(time.required_seconds)
    own = min(standing.evidence.seconds, time.required_seconds)
    how = _("%(weight)s × 已计时间 ÷ %(required)s，最多%(weight)s") % {"weight": weight, "required": required}
    if time.full_mark != "proportional":
        how = _("1学时%(minutes)s分钟，满分%(required)s") % {"minutes": time.minutes_per_hour, "required": required}
    numbers = {
        "weight": weight,
        "own": minutes(own),
        "required": required,
        "more": minutes(standing.evidence.seconds - own),
    }
    text = _("%(weight)s × %(own)s ÷ %(required)s") % numbers
    if standing.evidence.seconds > own:
        text = _("已满%(required)s，多学%(more)s") % numbers
    return Row(_("合计"), how, text, mark(part.shown), mark_plain(part.weight))


# ── course work ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _work_rows(standing: Standing, lines: list[tuple[rules.Line, Decimal]]) -> Iterator[Row]:
    policy, batch, now = standing.policy, standing.enrolment.batch, standing.now
    for line, shown in lines:
        n, top, tag = line.numbers, mark(line.top), ""
        # 7/3 would read 2.33 three times and add up to 6.99; as "at most" that is near enough, the points are exact.
        each = top
        match line.code:
            case "quiz":
                how = _("得分比例 × %(each)s，取最好一次") % {"each": each}
                own = _("%(out_of)s分得%(points)s分，做了%(used)s次") % {**n}
            case "quiz_missing":
                how = _("得分比例 × %(each)s，取最好一次") % {"each": each}
                over = now >= batch.ends
                own = _("没有做") if over else _("还没有做，%(until)s截止") % {"until": wording.until(batch.ends)}
                tag = "todo"
            case "work" | "work_late":
                how = _("百分制 × %(each)s ÷ 100") % {"each": each}
                own = _("评%(points)s分") % {**n}
                if line.code == "work_late":
                    how = _("百分制 × %(each)s ÷ 100 × %(factor)s") % {"each": each, "factor": n["factor"]}
                    own = _("评%(points)s分，迟交") % {**n}
                    tag = "warn"
            case "work_returned":
                how = _("百分制 × %(each)s ÷ 100") % {"each": each}
                own, tag = _("退回修改，%(until)s前交回算及时") % {"until": wording.until(n["until"])}, "warn"
            case "work_waiting":
                how = _("百分制 × %(each)s ÷ 100") % {"each": each}
                own, tag = _("已交，待评"), "wait"
            case "work_missing":
                how = _("百分制 × %(each)s ÷ 100") % {"each": each}
                own, tag = _missing_work(policy, batch, now)
            case "excellent":
                how = _("总辅导员评选，评上得%(each)s，只计一次") % {"each": each}
                own, tag = "、".join(n["titles"]), "ok"
            case _:
                how = _("总辅导员评选，评上得%(each)s，只计一次") % {"each": each}
                own = _("没有评上") if now >= batch.marking_ends else _("还没有评选")
        yield Row(str(n.get("title") or PART_NAMES["excellent"]), how, own, mark(shown), top, tag)


def _missing_work(policy: Any, batch: Any, now: Any) -> tuple[str, str]:
    if now >= batch.ends:
        return _("没有交"), "todo"
    if now >= batch.work_due:
        return _("没有交，%(until)s前补交按%(factor)s计") % {
            "until": wording.until(batch.ends),
            "factor": policy.homework.late_factor,
        }, "warn"
    return _("还没有交，%(until)s截止") % {"until": wording.until(batch.work_due)}, "todo"


# ── interaction ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _talk_rows(standing: Standing, lines: list[tuple[rules.Line, Decimal]]) -> Iterator[Row]:
    talk = standing.policy.interaction
    for line, shown in lines:
        n = {
            key: mark_plain(value) if isinstance(value, Decimal | Fraction) else value
            for key, value in line.numbers.items()
        }
        match line.code:
            case "posts":
                row = (pgettext("figure", "发帖"), _("满%(least)s字，每帖%(each)s") % n, _("计%(count)s帖") % n)
            case "replies":
                row = (pgettext("figure", "回帖"), _("满%(least)s字，每帖%(each)s") % n, _("计%(count)s帖") % n)
            case "daily_cap":
                row = (_("每日上限"), _("发帖和回帖每天最多%(cap)s") % n, _("有%(days)s天超过") % n)
            case "featured":
                row = (_("精华帖"), _("每帖另加%(each)s，不受每日上限") % n, _("%(count)s帖") % n)
            case "forum_cap":
                row = (_("讨论上限"), _("讨论最多%(cap)s") % n, _("已到上限"))
            case _:
                n |= {"forum": mark_plain(talk.forum_cap)}
                row = (
                    _("直播和活动"),
                    _("直播答疑最多%(live_cap)s，线下活动最多%(activity_cap)s；讨论最多%(forum)s") % n,
                    _("没有参加记录"),
                )
        yield Row(*row, mark(shown))


def uncounted(standing: Standing) -> list[tuple[str, int]]:
    """Posts that do not count: why, how many."""
    return [(str(WHY_NOT.get(code, code)), n) for code, n in standing.evidence.uncounted]
