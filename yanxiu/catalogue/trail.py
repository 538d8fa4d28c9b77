"""What the catalogue records, in words; read by the audit trail."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.catalogue.models import Item


def _items(numbers: set[int]) -> Mapping[int, str]:
    return dict(Item.objects.filter(pk__in=numbers).values_list("pk", "title"))


items = trail.rows(_items)
WORDS = trail.Words(
    kinds={"catalogue.course_loaded": _("载入课程")},
    keys={"slug": _("课程代码"), "number": _("第几版"), "seconds": _("材料时长")},
    told={"seconds": trail.seconds},
)
