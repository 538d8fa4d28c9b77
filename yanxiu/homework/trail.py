"""What homework records, in words; read by the audit trail."""

from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.catalogue.trail import items

WORDS = trail.Words(
    kinds={
        "homework.quiz_submitted": _("交测验"),
        "homework.submitted": _("交作业"),
        "homework.marked": _("批改作业"),
        "homework.returned": _("退回修改"),
        "homework.raised": _("因异议改分"),
    },
    keys={
        "item": _("单元"),
        "number": _("第几次"),
        "version": _("第几稿"),
        "first": _("第一次交"),
        "points": _("得分"),
        "out_of": _("满分"),
        "before": _("原来得分"),
        "late": _("迟交"),
        "excellent": _("优秀作业"),
        "characters": _("字数"),
        "why": _("怎样评的"),
        "until": _("到"),
    },
    values={"marking": _("批改"), "correction": _("更正评分"), "province": _("评阅期后由省级项目办评")},
    told={"item": items, "until": trail.until},
)
