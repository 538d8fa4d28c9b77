"""The sentences to the codes that scoring and recognition's rules decide with, and to what stands against a pass."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web import reasons
from yanxiu.web.reasons import Say

CODES = {
    # against a pass
    "below_pass": Say(
        "A2.4", _("总分%(total)s，合格线%(pass)s，还差%(missing)s"), _("对分数有疑问的，公示期间可以提出异议")
    ),
    "below_minimum": Say("A2.4", _("这一部分得%(points)s，最低要%(least)s"), _("先补上这一部分")),
    "works_missing": Say("A2.2", _("还有%(missing)s项没有完成，本项目要求全部完成"), _("先完成这几项")),
    "finding_confirmed": Say("T4.2b", _("作业认定为抄袭，本次培训成绩为不合格"), _("对认定不服的，可以申诉")),
    # objections
    "objection_too_early": Say("A2.4", _("成绩还没有公示"), _("评阅结束后再提；公示时会告诉您")),
    "objection_closed": Say("A2.4", _("提出异议的时间已经过了"), _("成绩已定；只有决定更正的才会再变")),
    "objection_open_already": Say("A2.4", _("这一项已经提过，正在处理"), _("等答复；答复后还可以请省级项目办复核")),
    "objection_decided_already": Say("A2.4", _("这一项已经处理完毕"), _("省级项目办的决定是最后的决定")),
    "objection_not_waiting": Say("A2.4", _("这条异议现在不等这一步"), _("刷新后再看；可能刚刚有人处理过")),
    "objection_waits_for_tutor": Say(
        "A2.4", _("总辅导员 %(until)s 前答复"), _("到时没有答复，您可以直接请省级项目办处理")
    ),
    "mark_never_lowered": Say(
        "A2.4", _("现在%(now)s分，复核不能改成更低或相同的%(points)s分"), _("要维持原分的，不填新分数，写明理由即可")
    ),
    "mark_out_of_range": Say("A2.2", _("分数须在0到100之间，填的是%(points)s"), _("改好再办")),
    "text_too_long": Say("", _("最多%(most)s个字"), _("写得短一些")),
    "result_not_frozen": Say("A2.4", _("成绩还没有定格"), _("本期结束后再办")),
}


def register() -> None:
    reasons.register(CODES)
