"""What learning records, in words; read by the audit trail."""

from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.catalogue.trail import items

WORDS = trail.Words(
    kinds={
        "learning.started": _("开始学习"),
        "learning.reached": _("学满规定的时间"),
        "learning.appealed": _("申请复核学习时间"),
        "learning.appeal_decided": _("答复学习时间的申请"),
    },
    keys={
        "item": _("单元"),
        "seconds": _("学习时间"),
        "granted": _("补记"),
        "reason": _("原因"),
        "enrolment": None,
    },
    told={"item": items, "seconds": trail.seconds, "granted": trail.seconds},
)
