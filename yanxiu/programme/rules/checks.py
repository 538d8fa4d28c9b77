"""What single keys cannot see: rules between keys. Each problem names the key that is to be changed first."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from .problems import PolicyProblem, _
from .schema import PARTS, Policy


def contradictions(policy: Policy, file: str = "") -> list[PolicyProblem]:
    return [PolicyProblem(file, key, value, msgid, params) for key, value, msgid, params in _contradictions(policy)]


def _contradictions(policy: Policy) -> Iterator[tuple[str, Any, str, dict[str, Any]]]:
    batches, result, talk = policy.batches, policy.result, policy.interaction
    whole = sum((getattr(result.weights, part) for part in PARTS), Decimal(0))
    if whole != 100:
        yield "result.weights", str(whole), _("各部分分值之和须为 100"), {}
    if result.excellent < result.pass_:
        yield (
            "result.excellent",
            str(result.excellent),
            _("优秀线不得低于合格线 result.pass = %(pass)s"),
            {"pass": str(result.pass_)},
        )
    for part, least in result.minima.items():
        weight = getattr(result.weights, part)
        if least == "all-works" and part not in {"objective", "subjective"}:
            yield f"result.minima.{part}", least, _('"all-works" 只能用于 objective 和 subjective'), {}
        elif isinstance(least, Decimal) and not 0 <= least <= weight:
            yield (
                f"result.minima.{part}",
                str(least),
                _("最低分须在 0 和该部分分值 %(weight)s 之间"),
                {"weight": str(weight)},
            )

    if batches.first_start.day not in batches.start_days:
        yield (
            "batches.first_start",
            batches.first_start,
            _("首批开班日须是每月开班日之一：%(days)s"),
            {"days": "、".join(map(str, batches.start_days))},
        )
    if batches.first_start.year != policy.programme.year:
        yield (
            "batches.first_start",
            batches.first_start,
            _("首批开班日须在项目年度 %(year)s 年内"),
            {"year": policy.programme.year},
        )
    elif date.fromisoformat(f"{policy.programme.year}-{policy.plan.deadline}") >= batches.first_start:
        yield (
            "plan.deadline",
            policy.plan.deadline,
            _("配额计划截止日须早于首批开班日 %(first)s"),
            {"first": batches.first_start},
        )
    if policy.enrolment.window_days > policy.choice.opens_days_before:
        yield (
            "enrolment.window_days",
            policy.enrolment.window_days,
            _("报名不得早于选课开放：choice.opens_days_before = %(days)s"),
            {"days": policy.choice.opens_days_before},
        )
    if policy.homework.due_day > batches.length_days:
        yield (
            "homework.due_day",
            policy.homework.due_day,
            _("作业截止日须在本期 %(days)s 天之内"),
            {"days": batches.length_days},
        )

    for key, small, big_key, big in (
        ("interaction.post", talk.post, "interaction.daily_cap", talk.daily_cap),
        ("interaction.reply", talk.reply, "interaction.daily_cap", talk.daily_cap),
        ("interaction.daily_cap", talk.daily_cap, "interaction.forum_cap", talk.forum_cap),
        ("interaction.featured", talk.featured, "interaction.forum_cap", talk.forum_cap),
        ("interaction.forum_cap", talk.forum_cap, "result.weights.interaction", result.weights.interaction),
        ("interaction.live_points", talk.live_points, "interaction.live_session_cap", talk.live_session_cap),
        ("interaction.live_session_cap", talk.live_session_cap, "interaction.live_cap", talk.live_cap),
        ("interaction.live_cap", talk.live_cap, "result.weights.interaction", result.weights.interaction),
        ("interaction.activity_points", talk.activity_points, "interaction.activity_cap", talk.activity_cap),
        ("interaction.activity_cap", talk.activity_cap, "result.weights.interaction", result.weights.interaction),
    ):  # fmt: skip
        if small > big:
            yield key, str(small), _("不得大于 %(key)s = %(limit)s"), {"key": big_key, "limit": str(big)}
