"""What the pages of an item need beside the rows: the bar, its causes in words, and what the player is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.catalogue import media as stored
from yanxiu.catalogue.models import Item
from yanxiu.classroom.queries import Room, Row, Time
from yanxiu.lib import clock
from yanxiu.lib.decision import Reason
from yanxiu.web import reasons, wording

# What the player says in the moment, beside the causes of refused seconds.
CODES = (
    "too_fast",
    "other_session",
    "hidden",
    "idle",
    "presence",
    "outside_days",
    "too_late",
    "daily_limit",
    "not_material",
    "not_enrolled",
    "no_session",
)


@dataclass(frozen=True)
class Segment:
    kind: str  # credited, refused
    x: str
    width: str


@dataclass(frozen=True)
class Cause:
    start: int
    end: int
    title: str
    text: str
    at: datetime

    @property
    def seconds(self) -> int:
        return self.end - self.start


def segments(time: Time, kind: str) -> list[Segment]:
    """A text has no places in it: only how much of its worth is credited."""
    whole = max(1, time.worth)

    def segment(kind: str, start: int, end: int) -> Segment:
        return Segment(
            kind, f"{start * 100 / whole:.3f}%", f"{min(end, whole) * 100 / whole - start * 100 / whole:.3f}%"
        )

    refused = (
        [segment("refused", a, b) for a, b, _code, _at in time.refused if a < whole] if kind == Item.Kind.VIDEO else []
    )
    return [segment("credited", a, b) for a, b in time.credited] + refused


def described(time: Time) -> str:
    """The bar for who does not see it."""
    spans = _("、").join(f"{wording.seconds(a)}—{wording.seconds(b)}" for a, b in time.credited if b > a) or _("没有")
    refused = _("、").join(f"{wording.seconds(a)}—{wording.seconds(b)}" for a, b, _code, _at in time.refused) or _(
        "没有"
    )
    return _("全长%(whole)s。已计入：%(credited)s。没有计入：%(refused)s。") % {
        "whole": wording.seconds(time.worth),
        "credited": spans,
        "refused": refused,
    }


def cause_words(code: str) -> tuple[str, str]:
    line = reasons.line(Reason(f"time_{code}"))
    return line.sentence, line.way


def causes(time: Time) -> list[Cause]:
    return [Cause(a, b, *cause_words(code), at) for a, b, code, at in time.refused]


def player(room: Room, row: Row, time: Time, *, person: int) -> dict[str, Any]:
    """For player.js, as data."""
    policy, enrolment = room.policy, room.enrolment
    assert enrolment is not None
    return {
        "now": int(clock.now().timestamp()),
        "person": person,
        "enrolment": enrolment.pk,
        "item": row.item.pk,
        "kind": row.item.kind,
        "worth": row.worth,
        "characters": row.item.characters,
        "seconds": time.seconds,
        "position": time.position if time.position < row.worth - 2 else 0,
        "credited": time.credited,
        "refused": [[a, b, code, int(at.timestamp())] for a, b, code, at in time.refused],
        "total": room.seconds,
        "required": room.required,
        "hour": room.minutes_per_hour * 60,
        "speed": str(policy.time.max_speed),
        "late": policy.time.late_minutes * 60,
        "idle": policy.time.text_idle_seconds,
        "perMinute": policy.time.text_chars_per_minute,
        "every": policy.presence.every_minutes * 60,
        "answer": policy.presence.answer_seconds,
        "ping": reverse("classroom:ping"),
        "words": {code: list(cause_words(code)) for code in CODES} | words(),
    }


def words() -> dict[str, str]:
    return {
        "saved": _("学习记录已保存，{at}"),
        "waiting": _("已断开，看过的{n}秒保存在本机，连上后自动补记"),
        "sending": _("正在保存…"),
        "session": _("登录已过期，没有送出的保存在本机，登录后自动补记"),
        "over": _("当期培训已经结束，内容还可以看，时间不再计入"),
        "not_open": _("培训还没有开始，时间不计入"),
        "left": _("还有{n}秒"),
        "play": _("播放"),
        "pause": _("暂停"),
        "span": _("{a}—{b}"),
        "noted": _("已计{n}"),
        "whole": _("全部计入"),
        "late": _("断开太久，视频先停下来：连上以后再看才能计入"),
        "broken": _("视频没有打开，检查网络后刷新页面"),
        "reading": _("正在计时"),
        "resting": _("停下来了：翻动一下，接着计"),
        "full": _("这篇已经全部计入"),
        "minutes": _("{m}分{s}秒"),
        "seconds": _("{s}秒"),
        "again": _("重看这段"),
    }


def file_answer(item: Item, what: str) -> HttpResponse | None:
    """`what`: film, captions, file."""
    if what == "film" and item.kind == Item.Kind.VIDEO and item.file:
        return stored.answer(item.file)
    if what == "captions" and item.captions:
        return stored.answer(item.captions)
    if what == "file" and item.kind == Item.Kind.FILE and item.file:
        return stored.answer(item.file, download=item.file.name)
    return None
