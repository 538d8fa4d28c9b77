"""The sentences of programme's own reason codes."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web.reasons import Say

REASONS = {
    "no_seats_given": Say("T2.2", _("名额要在1以上"), _("改成1个以上")),
    "no_tutor": Say("T3.1", _("没有总辅导员"), _("先聘任本期的总辅导员，再开班")),
}
