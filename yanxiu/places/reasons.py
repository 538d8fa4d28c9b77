"""The sentences of places' own reason codes; the common ones stand in yanxiu.web.reasons."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web.reasons import Say

REASONS = {
    "batch_unknown": Say("", _("没有这一期"), _("从期次表里选")),
    "enrolled_cannot_leave": Say("T4.1b", _("学校已经为您报名，不能自己取消"), _("请本校管理员退回报名或换人")),
    "chose_other_class": Say("T3.2c", _("教师自己选的是%(class)s"), _("按教师的选择报名；要换班的，由教师自己换")),
    "nothing_to_confirm": Say("T3.3b", _("没有等待审核的报名"), _("刷新后再看；可能已经审核过")),
    "seats_taken": Say("T2.2", _("已经占去%(used)s个名额，不能改成%(seats)s个"), _("先由学校退回报名，再减少名额")),
    "amount_not_positive": Say("T3.2b", _("数量要大于0"), _("改成1个以上")),
    "not_next_level": Say("T3.2b", _("配额只能在相邻两级之间、同级之间由上级办理"), _("请对应的项目办办理")),
    "plan_not_yours": Say("T3.3a", _("配额计划由13个设区市和3个直接发文的县（市）提交"), _("请所属的市级项目办提交")),
    "plan_locked": Say("T3.3a", _("提交截止于%(closed)s，计划已经锁定"), _("请省级项目办说明原因后重新开放")),
    "plan_not_open": Say("T3.3a", _("计划已经提交，正在等待或已经核准"), _("请省级项目办退回或重新开放后再改")),
    "plan_number": Say("T3.3a", _("每一期的数量要在0到%(most)s之间，期次要属于本项目"), _("改正标出的格子")),
    "plan_incomplete": Say("T3.3a", _("还有%(missing)s期没有填"), _("没有需要的期次请填0")),
    "plan_empty": Say("T3.3a", _("所有期次都是0"), _("至少一期要有数量；确实不参加的，请联系省级项目办")),
    "plan_not_submitted": Say("T3.3a", _("计划没有等待核准"), _("刷新后再看；可能已经核准或退回")),
    "plan_waits_for_decision": Say("T3.3a", _("计划已经提交，等待核准"), _("直接核准或退回")),
    "plan_until_past": Say("T3.3a", _("%(until)s 已经过去"), _("选今天以后的时间")),
    "plan_is_the_way": Say("T3.3a", _("本级的配额只来自核准的计划"), _("请省级项目办重新开放计划")),
    "no_exemptions": Say("T1.2", _("本项目的实施方案不设例外"), ""),
    "already_exempt": Say("T1.2", _("已经准许例外"), _("刷新后再看")),
    "nothing_to_complain": Say("T3.2c", _("没有被学校退回的选课"), _("刷新后再看")),
    "already_complained": Say("T3.2c", _("已经申诉过，等待答复"), _("答复后会通知您")),
    "already_answered": Say("", _("已经答复过"), _("刷新后再看")),
    "already_requested": Say("T3.2b", _("已有一份申请等待答复"), _("等上级答复后再申请")),
    "row_twice": Say("", _("表里已经有这位教师"), _("同一位教师只留一行")),
    "number_lost_digits": Say("", _("号码被表格软件改成了数字，末几位已经丢失"), _("把这一列设为文本，重新填写号码")),
    "quota_number": Say("T3.2b", _("要填0以上的整数"), _("改正这一格再保存")),
}
