"""The sentences of programme's own reason codes."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web.reasons import Say

REASONS = {
    "batch_begun": Say(
        "T2.2", _("第%(batch)s期已经开班，选课和报名都结束了，新开的班没有人能选"), _("为还没有开班的一期开设")
    ),
    "no_seats_given": Say("T2.2", _("名额要在1以上"), _("改成1个以上")),
    "no_tutor": Say("T3.1", _("没有总辅导员"), _("先聘任本期的总辅导员，再开班")),
}
