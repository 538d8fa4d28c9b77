"""The sentences to the codes that the discussion decides with, and why a post does not count."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web import reasons
from yanxiu.web.reasons import Say

CODES = {
    # writing
    "not_in_class": Say("A2.3", _("不是这个班的学员或辅导员"), _("进入自己所在的班再发")),
    "forum_closed": Say("A2.3", _("这个班的讨论%(ended)s 已经关闭"), _("帖子仍可以看")),
    "thread_unknown": Say("A2.3", _("这个班没有这个话题"), _("回到讨论首页再选")),
    "thread_removed": Say("A2.3", _("这个话题已被移除"), _("换一个话题回复")),
    "title_missing": Say("", _("还没有写标题"), _("用一句话说明想讨论什么")),
    "title_too_long": Say("", _("标题最多%(limit)s个字符"), _("精简后再发")),
    "post_empty": Say("", _("还没有写内容"), _("写好再发")),
    "post_too_long": Say("", _("一帖最多%(limit)s个字符"), _("精简，或分成两帖")),
    # why a post does not count
    "post_not_learner": Say("A2.3", _("不计分：辅导员和专家的帖子不计分")),
    "post_before_start": Say("A2.3", _("不计分：发在开班之前"), _("开班后发的才计分")),
    "post_after_end": Say("A2.3", _("不计分：发在本期结束之后")),
    "post_too_short": Say(
        "A1.4", _("不计分：%(length)s字，至少要%(least)s字"), _("多写几句自己的做法或理由，另发一帖")
    ),
    "post_filler": Say("A1.4", _("不计分：只有客套话，没有内容"), _("写出自己的做法、例子或问题，另发一帖")),
    "post_copy": Say("A1.4", _("不计分：本班已有相同的内容"), _("用自己的话写，另发一帖")),
    "post_removed": Say("A2.3", _("不计分：已被辅导员移除")),
    "capped_day": Say("A2.3", _("当天互动已满%(cap)s分，这一帖计%(earned)s分"), _("改天再发，仍可得分")),
    "capped_forum": Say("A2.3", _("论坛互动已满%(cap)s分，这一帖计%(earned)s分")),
    # keeping order
    "not_moderator": Say("S2.4.2", _("由本班总辅导员办理")),
    "own_post": Say("S1.0", _("不能把自己的帖子设为精华"), _("由另一位辅导员设")),
    "not_counting": Say("A2.3", _("不计分的帖子不能设为精华"), _("学员帖子旁写着为什么不计分")),
    "not_featured": Say("A2.3", _("这一帖不是精华"), _("刷新后再看")),
    "already_removed": Say("", _("这一帖已经移除"), _("刷新后再看")),
    "not_removed": Say("", _("这一帖没有移除"), _("刷新后再看")),
}


def register() -> None:
    reasons.register(CODES)
