"""The mark at a glance, with a note to each part and the shortest way to pass: what scoring/_parts.html draws."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from yanxiu.scoring import rules
from yanxiu.scoring.queries import Standing
from yanxiu.web import wording
from yanxiu.web.wording import mark

from .words import COLOURS, PART_NAMES, mark_plain, minutes


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
            return _("再学%(time)s课程（+%(gain)s）") % {**numbers, "time": minutes(n["seconds"])}
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
