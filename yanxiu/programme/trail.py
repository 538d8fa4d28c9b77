"""What the programme records, in words; read by the audit trail."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.programme.models import TrainingClass


def _classes(numbers: set[int]) -> Mapping[int, str]:
    return dict(TrainingClass.objects.filter(pk__in=numbers).values_list("pk", "name"))


classes = trail.rows(_classes)
WORDS = trail.Words(
    kinds={
        "programme.created": _("建立项目"),
        "programme.policy_saved": _("保存实施方案"),
        "programme.class_opened": _("开设培训班"),
    },
    keys={
        "code": _("项目代码"),
        "number": _("第几版"),
        "difference": _("改动几处"),  # which ones stands on the policy's page
        "name": _("培训班"),
        "seats": _("名额"),
    },
    told={"difference": trail.each(lambda changes: str(len(changes)))},
)
