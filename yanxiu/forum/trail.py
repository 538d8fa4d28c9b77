"""What the discussion records, in words; read by the audit trail."""

from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.catalogue.trail import items

WORDS = trail.Words(
    kinds={
        "forum.posted": _("发表帖子"),
        "forum.featured": _("设为精华"),
        "forum.unfeatured": _("取消精华"),
        "forum.removed": _("移除帖子"),
        "forum.restored": _("恢复帖子"),
    },
    keys={
        "reply": _("回复别人"),
        "item": _("单元"),
        "verdict": _("为什么不计分"),
        "length": _("字数"),
        "reason": _("原因"),
        "thread": None,
    },
    values={
        "not_learner": _("不是学员"),
        "before_start": _("发在开班前"),
        "after_end": _("发在本期结束后"),
        "too_short": _("太短"),
        "filler": _("只有客套话"),
        "copy": _("与别帖重复"),
    },
    told={"item": items},
)
