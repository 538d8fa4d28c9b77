"""What recognition records, in words; read by the audit trail."""

from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail

WORDS = trail.Words(
    kinds={
        "recognition.issued": _("颁发证书"),
        "recognition.run_finished": _("本期证书颁发完"),
        "recognition.revoked": _("撤销证书"),
        "recognition.reinstated": _("恢复证书"),
    },
    keys={
        "number": _("证书编号"),
        "reason": _("原因"),
        "issued": _("颁发数"),
        "stopped": _("没有颁发数"),
        "run": None,
    },
    values={"学习时间申诉": _("学习时间申诉")},
)
