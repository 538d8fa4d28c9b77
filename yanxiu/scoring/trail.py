"""What scoring records, in words; read by the audit trail."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.scoring.explaining import PART_NAMES
from yanxiu.scoring.models import Result
from yanxiu.web import wording


def _mark(summary: Mapping[str, Any]) -> str:
    if summary["total"] is None:
        return gettext("待评")
    return f"{wording.mark(summary['total'])} {gettext('合格') if summary['passed'] else gettext('不合格')}"


WORDS = trail.Words(
    kinds={
        "scoring.evidence_frozen": _("定格学习记录"),
        "scoring.marked": _("公示成绩"),
        "scoring.pending": _("成绩待评"),
        "scoring.final": _("成绩确定"),
        "scoring.changed": _("更正成绩"),
        "scoring.recounted": _("公示前更正学习记录"),
        "scoring.objected": _("提出成绩异议"),
        "scoring.answered": _("答复成绩异议"),
        "scoring.escalated": _("请省级项目办复核"),
        "scoring.decided": _("决定成绩异议"),
    },
    keys={
        "enrolments": _("人数"),
        "total": _("总分"),
        "passed": _("合格"),
        "honours": _("达到优秀线"),
        "late": _("评阅期后才评"),
        "works": _("待评作业"),
        "before": _("原来"),
        "after": _("现在"),
        "reason": _("原因"),
        "state": _("情况"),
        "part": _("哪一部分"),
        "changed": _("分数有变"),
        "work": None,
    },
    values={
        "学习时间申诉": _("学习时间申诉"),
        **PART_NAMES,
        **{value: _(label) for value, label in Result.State.choices},
    },
    told={
        "before": trail.each(_mark),
        "after": trail.each(_mark),
        "works": trail.each(lambda works: str(len(works))),
    },
)
