"""From an assessment to what a person reads: each part's lines with how it is counted, the own numbers, the points."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from yanxiu.scoring import rules
from yanxiu.scoring.queries import Standing
from yanxiu.web import wording
from yanxiu.web.wording import mark

PART_NAMES = {
    "time": N_("学习时间"),
    "objective": N_("客观题"),
    "subjective": N_("主观题"),
    "excellent": N_("优秀作业"),
    "interaction": N_("互动交流"),
}
WHY_NOT = {
    "too_short": N_("字数不够"),
    "filler": N_("没有内容"),
    "copy": N_("与别的帖子相同"),
    "removed": N_("已被移除"),
    "after_end": N_("本期结束后才发"),
    "before_start": N_("开班前发"),
    "not_learner": N_("不是以学员身份发"),
}
COLOURS = {"time": "c1", "objective": "c3", "subjective": "c5", "excellent": "c4", "interaction": "c2"}


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


@dataclass(frozen=True)
class PartRow:
    """A part as the panel of the desk shows it."""

    name: str
    label: str
    shown: Decimal
    weight: Fraction
    note: str

    @property
    def top(self) -> str:
        return mark_plain(self.weight)

    @property
    def reading(self) -> str:
        """For who does not see the bar."""
        return _("%(part)s%(shown)s分，满分%(top)s分") % {
            "part": self.label,
            "shown": mark(self.shown),
            "top": self.top,
        }


@dataclass(frozen=True)
class Panel:
    """Everything that scoring/_parts.html draws."""

    enrolment: int
    total: Decimal
    missing: Decimal
    passed: bool
    honours: bool
    pass_: Decimal
    excellent: Decimal
    parts: list[PartRow]
    bar: list[dict[str, str]]
    steps: list[str] = field(default_factory=list)
    reachable: bool = True
    most: Decimal = Decimal(0)
    stage: str = ""
    finding: bool = False

    # Where things stand on a bar of 100 points, as text: a template would write decimals in the reader's language.
    @property
    def percent(self) -> str:
        return f"{self.total}%"

    @property
    def pass_at(self) -> str:
        return f"{self.pass_}%"

    @property
    def pass_text_at(self) -> str:
        return f"{self.pass_ + Decimal('1.5')}%"

    @property
    def excellent_at(self) -> str:
        return f"{self.excellent}%"

    @property
    def pass_text_plain(self) -> str:
        return mark_plain(self.pass_)

    @property
    def pass_text(self) -> str:
        return _("%(points)s合格") % {"points": mark_plain(self.pass_)}

    @property
    def excellent_text(self) -> str:
        return _("%(points)s优秀") % {"points": mark_plain(self.excellent)}

    @property
    def total_text(self) -> str:
        """Left out where it would run into the word at the threshold."""
        return "" if abs(self.total - self.pass_) < 14 else mark(self.total)

    @property
    def total_anchor(self) -> str:
        return "start" if self.total < 8 else "end"


def panel(standing: Standing) -> Panel:
    a, way = standing.assessment, standing.way
    return Panel(
        enrolment=standing.enrolment.pk,
        total=a.total,
        missing=way.missing,
        passed=a.passed,
        honours=a.honours,
        pass_=standing.policy.result.pass_,
        excellent=standing.policy.result.excellent,
        parts=[PartRow(p.name, str(PART_NAMES[p.name]), p.shown, p.weight, _note(standing, p.name)) for p in a.parts],
        bar=bar(a),
        steps=[step_text(standing, step) for step in way.steps],
        reachable=way.reachable,
        most=rules.rounded(way.most, standing.policy),
        stage=standing.stage,
        finding=standing.evidence.finding,
    )


def bar(assessment: rules.Assessment) -> list[dict[str, str]]:
    """Pieces of the stacked bar: x and width in per cent of 100 points, with a hair's gap."""
    pieces, x = [], Decimal(0)
    for part in assessment.parts:
        if part.shown > 0:
            width = max(Decimal("0.1"), part.shown - Decimal("0.2"))
            pieces.append(
                {
                    "x": f"{x}%",
                    "width": f"{width}%",
                    "colour": COLOURS[part.name],
                    "label": str(PART_NAMES[part.name]),
                    "shown": mark(part.shown),
                }
            )
        x += part.shown
    return pieces


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


def mark_plain(value: Fraction | Decimal) -> str:
    """50, 2.5: a weight without needless zeros."""
    number = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    return f"{number.normalize():f}"


def _minutes(seconds: int) -> str:
    return wording.seconds_words(seconds)


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
        yield Row(item, how, _minutes(line.numbers["seconds"]), mark(shown))


def _time_total(standing: Standing) -> Row:
    part, time = standing.assessment.part("time"), standing.policy.time
    weight, required = mark_plain(part.weight), _minutes(time.required_seconds)
    own = min(standing.evidence.seconds, time.required_seconds)
    how = _("%(weight)s × 已计时间 ÷ %(required)s，最多%(weight)s") % {"weight": weight, "required": required}
    if time.full_mark != "proportional":
        how = _("1学时%(minutes)s分钟，满分%(required)s") % {"minutes": time.minutes_per_hour, "required": required}
    numbers = {
        "weight": weight,
        "own": _minutes(own),
        "required": required,
        "more": _minutes(standing.evidence.seconds - own),
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
                row = (_("发帖"), _("满%(least)s字，每帖%(each)s") % n, _("计%(count)s帖") % n)
            case "replies":
                row = (_("回帖"), _("满%(least)s字，每帖%(each)s") % n, _("计%(count)s帖") % n)
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


# ── the panel's notes, the way ──────────────────────────────────────────────────────────────────────────────────────
def _note(standing: Standing, part: str) -> str:
    policy, evidence, more = (
        standing.policy,
        standing.evidence,
        rules.rounded(standing.remaining.of(part), standing.policy),
    )
    gain = {"gain": mark(more)}
    match part:
        case "time":
            numbers = {
                "own": wording.hours(evidence.seconds, policy.time.minutes_per_hour),
                "required": mark_plain(policy.time.required_hours),
                **gain,
            }
            text = _("已计%(own)s学时，满分%(required)s学时。") % numbers
            return text + (_("学完余下课程最多再得%(gain)s分。") % gain if more else "")
        case "objective":
            done = sum(bool(q.attempts) for q in evidence.quizzes)
            text = _("%(all)s次测验做了%(done)s次。") % {"all": len(evidence.quizzes), "done": done}
            return text + (_("最多再得%(gain)s分。") % gain if more else "")
        case "subjective":
            return _work_note(evidence) + (_("最多再得%(gain)s分。") % gain if more else "")
        case "excellent":
            return _("由总辅导员评选，没有评上不影响合格。")
    posts, replies = sum(d.posts for d in evidence.days), sum(d.replies for d in evidence.days)
    text = _("计分的发帖%(posts)s、回帖%(replies)s。") % {"posts": posts, "replies": replies}
    return text + (_("讨论最多再得%(gain)s分。") % gain if more else "")


def _work_note(evidence: rules.Evidence) -> str:
    said = []
    for work in evidence.works:
        numbers = {"title": work.title, "points": work.points}
        if work.points is not None:
            said.append(_("%(title)s得%(points)s分") % numbers)
        elif work.revise_until is not None:
            said.append(_("%(title)s退回修改") % numbers)
        else:
            said.append((_("%(title)s待评") if work.handed_in else _("%(title)s未交")) % numbers)
    return _("；").join(said) + _("。") if said else ""


def step_text(standing: Standing, step: rules.Step) -> str:
    n, numbers = (
        step.numbers,
        {"gain": mark(rules.rounded(step.gain, standing.policy)), "title": step.numbers.get("title", "")},
    )
    match step.code:
        case "time":
            return _("再学%(time)s课程（+%(gain)s）") % {**numbers, "time": _minutes(n["seconds"])}
        case "forum":
            return _("再发%(posts)s个计分的帖子（+%(gain)s），每天最多%(cap)s分") % {
                **numbers,
                "posts": n["posts"],
                "cap": mark_plain(n["cap"]),
            }
        case "quiz":
            return _("做%(title)s，得分到%(percent)s%%（+%(gain)s）") % {**numbers, "percent": n["percent"]}
        case "work":
            until = wording.until(n["due"])
            if n["late"]:
                return _("%(until)s前补交%(title)s，评%(mark)s分即可（+%(gain)s，已按迟交折算）") % {
                    **numbers,
                    "until": until,
                    "mark": n["mark"],
                }
            return _("%(until)s前交%(title)s，评%(mark)s分即可（+%(gain)s）") % {
                **numbers,
                "until": until,
                "mark": n["mark"],
            }
        case "wait":
            return _("等%(title)s评阅，评%(mark)s分即可（+%(gain)s）") % {**numbers, "mark": n["mark"]}
    return _("评上优秀作业（+%(gain)s）") % numbers
