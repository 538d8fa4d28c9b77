"""Words for the codes of learning. `time_…` are the causes of refused seconds: what it is, and what to know about it."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web.reasons import Say

CODES = {
    "not_enrolled": Say("S2.1.2", _("不是这个班的学员"), _("报名在学校办理；已经退回或换人的，不再计时")),
    "learning_not_open": Say("S2.1.2", _("培训还没有开始"), _("开班当天00:00起可以学习")),
    "learning_over": Say("S2.1.2", _("当期培训 %(ends)s 已经结束"), _("内容还可以看，时间不再计入")),
    "elsewhere": Say("A1.4", _("正在另一台设备上学习"), _("同一时间只计一台设备；可以接到这里来")),
    "appeal_over": Say("A1.4", _("学习时间的申请 %(until)s 已经截止"), _("对成绩有异议的，在成绩页提出")),
    "appeal_open": Say("A1.4", _("这一项已经申请，正等总辅导员答复"), _("答复后会收到消息")),
    "appeal_decided": Say("A1.4", _("这个申请已经答复"), _("刷新后再看")),
    "nothing_refused": Say("A1.4", _("这一项没有未计入的时间"), _("不用申请")),
    "course_too_short": Say(
        "A2.1", _("课程材料%(seconds)s秒，少于要求的%(needed)s秒"), _("换一门课程，或补充材料后再开班")
    ),
    "course_without_quiz": Say("A2.2", _("课程没有测验"), _("补一个测验后再开班")),
    "course_without_work": Say("A2.2", _("课程没有主观作业"), _("补一个作业后再开班")),
    "time_too_fast": Say("A1.4", _("快于实际时间"), _("计入的时间不会多于实际经过的时间。")),
    "time_other_session": Say("A1.4", _("另一台设备也在播放"), _("同一时间只计一台设备，这段没有计。")),
    "time_hidden": Say("A1.4", _("页面不在前台"), _("切到了别的窗口，画面没有显示。")),
    "time_idle": Say("A1.4", _("页面没有动静"), _("停得比读完这一屏需要的时间还久。")),
    "time_presence": Say("A1.4", _("没有回答“您还在看吗”"), _("回答以后接着计，前面的不受影响。")),
    "time_outside_days": Say("S2.1.2", _("不在当期培训的日子里"), _("只计开班到结束之间的学习。")),
    "time_too_late": Say("A1.4", _("断线太久"), _("断线后30分钟内补上的才自动计入，更晚的可以申请复核。")),
    "time_daily_limit": Say("A1.4", _("超过了一天的上限"), _("换一天再看，就会计入。")),
    "time_not_material": Say("A1.4", _("不是这个班的内容"), ""),
    "time_not_enrolled": Say("S2.1.2", _("不是这个班的学员"), ""),
    "time_no_session": Say("A1.4", _("学习记录对不上"), _("重新打开这一项再看。")),
}


def register() -> None:
    from yanxiu.web import reasons

    reasons.register(CODES)
