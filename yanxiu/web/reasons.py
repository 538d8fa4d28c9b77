"""From a reason's code to what a person reads: the sentence with its numbers, the clause, and what can be done.

A package adds its codes in a `reasons.py` of its own, loaded by its AppConfig.ready:
    reasons.register({"no_seat": Say("T4.1a", _("培训班%(seats)s个名额已经占满"), _("加入候补，或选别的班"))})
Placeholders are the names in the reason's `numbers`; each is worded by its type (a datetime as the end of a period, an int with comma).
Sentences name nobody ("2022年参加过同一项目"): the page's own headline says whom it concerns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanxiu.lib.decision import Decision, Reason
from yanxiu.web import clauses, wording


@dataclass(frozen=True)
class Say:
    clause: str
    sentence: Any
    way: Any = ""


@dataclass(frozen=True)
class Line:
    """One reason, ready to be shown."""

    code: str
    clause: str
    sentence: str
    way: str

    @property
    def words(self) -> str:
        found = clauses.clause(self.clause)
        return found.words if found else ""


REASONS: dict[str, Say] = {
    # the day
    "window_not_open": Say("T3.3b", _("还没有开放，%(opens)s 开放"), _("到时再来；本页会一直显示还有多久")),
    "window_closed": Say("T3.3b", _("%(closed)s 已经截止"), _("选下一期；下一期的时间在期次表里")),
    "batch_ended": Say("T4.1b", _("当期培训 %(ended)s 已经结束"), _("结束后不能再办；对成绩有异议的，走申诉")),
    "batch_started": Say("T4.1b", _("当期培训已经开始"), _("开班后可以换人，不能再退回配额")),
    # the person
    "not_on_roster": Say("T1.1", _("不在教师名册上"), _("请本校管理员核对名册")),
    "off_duty": Say("T1.1", _("名册上登记为不在岗"), _("登记有误的，请本校管理员更正名册")),
    "stage_mismatch": Say(
        "T2.2",
        _("这个班面向%(wanted)s教师，名册上的学段是%(stage)s"),
        _("选本学段的班；学段登记有误的，请本校管理员更正名册"),
    ),
    "no_stage": Say(
        "T2.2", _("名册上没有登记学段，培训班按学段开设"), _("请本校管理员在名册上补登学段；补登后马上可以选")
    ),
    "barred": Say(
        "T4.2b", _("认定抄袭后本年度不能参加省级在线培训，至%(until)s"), _("对认定不服的，可以申诉；到期后自动恢复")
    ),
    "consecutive_year": Say(
        "T1.2", _("%(year)s年参加过同一项目"), _("改选别的项目；确有需要的，由学校向省级项目办申请")
    ),
    "same_year": Say(
        "T1.2", _("今年已经参加同一项目（第%(batch)s期）"), _("一年只能参加一次；先退回前一次报名的，可以再选")
    ),
    "duplicate_choice": Say("T4.1a", _("本期已经选了%(class)s"), _("想换班的，用“换班”：原来的位次会让出来")),
    "already_enrolled": Say("T3.2c", _("本期已经报名%(class)s"), _("要换班的，先由学校退回报名")),
    "self_decision": Say("S1.0", _("不能办理与自己有关的事"), _("请本单位另一位管理员或上一级项目办办理")),
    "not_own_school": Say("S1.0", _("不是本校教师"), _("请这位教师现在所在的学校办理")),
    "person_unknown": Say("", _("名册里没有这个人"), _("核对教师编号或身份证号；新教师请先导入名册")),
    # the class, the seat, the quota
    "class_unknown": Say("T2.2", _("没有这个培训班"), _("从本期培训班里选")),
    "class_not_open": Say("T2.2", _("这个培训班没有开放选课"), _("选本期其他培训班")),
    "no_seat": Say("T4.1a", _("培训班%(seats)s个名额已经占满"), _("可以候补，有人退出会自动往前；或选别的班")),
    "no_quota": Say("T3.2b", _("本校第%(batch)s期配额%(quota)s个，已经用完"), _("由学校向上级项目办申请追加")),
    "quota_short": Say("T3.2b", _("可用配额%(free)s个，不够%(wanted)s个"), _("减少数量，或先向上级申请")),
    "quota_used": Say("T3.2b", _("已经用去%(used)s个，不能少于这个数"), _("先由学校退回报名，再收回配额")),
    "line_first": Say("T4.1a", _("前面还有%(ahead)s人候补"), _("按先后办理，轮到时自动占位")),
    "nothing_to_return": Say("T4.1b", _("没有可以退回的报名"), _("刷新后再看；可能已经退回过")),
    "nothing_to_leave": Say("T4.1a", _("没有可以取消的选课"), _("刷新后再看；可能已经取消过")),
    "nothing_to_enrol": Say("T3.2c", _("没有等待报名的选课"), _("教师可能刚刚取消；刷新后再看")),
    "replacement_first_in_line": Say(
        "T4.1a", _("本校还有教师在这个班候补，只能换给排在最前的%(name)s"), _("换给%(name)s；或等开班后再换人")
    ),
    # the act
    "reason_too_short": Say("T4.1b", _("原因至少要写%(least)s个字"), _("写明原因再办")),
    "key_conflict": Say("", _("这次操作的内容与刚才提交的不同"), _("刷新页面后重做一次")),
    "out_of_scope": Say("S1.0", _("不在您的管理范围内"), _("请对应的项目办办理")),
    "changed_meanwhile": Say("", _("内容刚刚被别人改过"), _("刷新后按新的内容再办")),
}


def register(codes: Mapping[str, Say]) -> None:
    """A code says the same everywhere: a second, different sentence for it is a mistake."""
    for code, say in codes.items():
        if REASONS.setdefault(code, say) != say:
            raise ValueError(f"reason {code} is worded twice")


def override(codes: Mapping[str, Say]) -> None:
    """The package that decides with a code words it better than the list above."""
    REASONS.update(codes)


class _Worded(dict):
    def __missing__(self, key: str) -> str:
        return "…"  # a sentence with a gap is better than no page; a test over all codes finds the gap


def line(reason: Reason) -> Line:
    """A code nobody has worded is shown as itself; its clause still opens."""
    say = REASONS.get(reason.code)
    if say is None:
        return Line(reason.code, reason.clause, reason.code, "")
    # Years and numbers of batches are names, not amounts: no comma.
    numbers = _Worded(
        {
            k: str(v) if isinstance(v, int) and k in ("year", "batch") else wording.plain(v)
            for k, v in reason.numbers.items()
        }
    )
    return Line(
        reason.code, reason.clause or say.clause, str(say.sentence) % numbers, str(say.way) % numbers if say.way else ""
    )


def explain(decision: Decision | Iterable[Reason] | Mapping[str, Any] | None) -> list[Line]:
    """From a Decision, its reasons, or a stored decision's JSON."""
    if decision is None:
        return []
    if isinstance(decision, Mapping):
        decision = Decision.from_json(decision)
    return [line(reason) for reason in (decision.reasons if isinstance(decision, Decision) else decision)]


def sentence(decision: Decision | Iterable[Reason]) -> str:
    """All sentences in one line, for sheets, JSON and messages."""
    return ("; " if wording.english() else "；").join(row.sentence for row in explain(decision))
