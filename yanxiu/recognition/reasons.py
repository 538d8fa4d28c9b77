"""The sentences to the codes that recognition decides with."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web import reasons
from yanxiu.web.reasons import Say

CODES = {
    "certificate_revoked_already": Say("S1.2.9", _("这张证书已经撤销"), _("刷新后再看；可能刚刚有人办过")),
    "certificate_not_revoked": Say("S1.2.9", _("这张证书没有撤销，不用恢复"), _("刷新后再看；可能刚刚有人办过")),
    "result_not_passed": Say("A2.4", _("现在的成绩是不合格，不能恢复证书"), _("成绩更正为合格后会自动恢复")),
}


def register() -> None:
    reasons.register(CODES)
