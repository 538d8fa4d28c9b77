"""Which keys stand in which sentence. Every key of the schema exactly once (a test holds it).

Where the sentence depends on the first key's value, a dict gives one sentence a value; "" stands for any other. Minima, when there are any, get a
sentence each instead of the one in the table.
"""

from typing import Any

from .problems import _

Rows = tuple[tuple[tuple[str, ...], str | dict[Any, str]], ...]


def _keys(group: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{group}.{name}" for name in names)


SECTIONS: tuple[tuple[str, Rows], ...] = (
    (_("项目"), (
        (_keys("programme", "name", "code"), _("%(name)s，项目代号 %(code)s。")),
        (_keys("programme", "document"), _("依据文件：%(document)s。")),
        (_keys("programme", "host", "organisers"), _("由%(host)s主办，%(organisers)s具体承办。")),
        (_keys("programme", "contact", "phone"), _("联系人：%(contact)s，联系电话（传真）：%(phone)s。")),
        (_keys("programme", "year", "series"), _("%(year)s 年度；各年属于同一系列“%(series)s”的，视为同一项目。")),
    )),
    (_("批次"), (
        (_keys("batches", "count", "first_start"), _("共设 %(count)s 期，首期 %(first_start)s 开班。")),
        (_keys("batches", "start_days", "length_days"), _("每月 %(start_days)s 日开班，每期 %(length_days)s 天，含首尾两天；前后两期可以重叠。")),
    )),
    (_("配额计划与参训率"), (
        (_keys("plan", "deadline"), _("各设区市和直接发文的县（市）在 %(deadline)s 前（含当日）提交全年各期配额计划。")),
        (_keys("plan", "remind_days_before"), _("截止前 %(remind_days_before)s 天提醒尚未提交的单位。")),
        (_keys("coverage", "percent"), _("各市参训人数不低于教师总数的 %(percent)s%%。")),
        (_keys("coverage", "count_date"), _("教师总数按 %(count_date)s 在册在岗人数计，参训人数按在学的不同教师计，一人只计一次。")),
        (_keys("coverage", "direct_counties_in_city"), {
            False: _("昆山市、泰兴市、沭阳县单独统计，不计入所在设区市。"),
            True: _("昆山市、泰兴市、沭阳县同时计入所在设区市的统计。"),
        }),
    )),
    (_("谁可以参加"), (
        (_keys("repeat", "gap_years"), {
            0: _("可以连年参加同一项目。"),
            "": _("参加过同一项目的教师，须间隔 %(gap_years)s 年才能再次参加；以期末仍在学为参加过，不论成绩。"),
        }),
        (_keys("repeat", "exemption"), {
            True: _("确有需要的，省级项目办可以写明理由准予例外。"),
            False: _("没有例外。"),
        }),
        (_keys("repeat", "same_year"), {
            "no": _("同一年度只能参加一次，不合格也不再参加。"),
            "yes": _("同一年度可以多次参加，各期可以重叠。"),
        }),
        (_keys("bar", "scope", "until"), {
            "all": _("经认定抄袭的，在 %(until)s 24:00 前不得参加其他省级教师在线培训类项目。"),
            "series": _("经认定抄袭的，在 %(until)s 24:00 前不得参加同一系列的培训项目。"),
        }),
        (_keys("bar", "year"), {
            "batch": _("“本年度”指抄袭所在那一期的年度。"),
            "decision": _("“本年度”指作出认定的年度。"),
        }),
        (_keys("bar", "running"), {
            "finish": _("禁止参训时，尚未开班的取消，已经开班的可以学完。"),
            "stop": _("禁止参训时，尚未开班的和正在学习的一并取消。"),
        }),
    )),
    (_("选课与报名"), (
        (_keys("choice", "opens_days_before", "opens_at"), _("选课自开班前第 %(opens_days_before)s 天 %(opens_at)s 起，至开班日 00:00 止；先到先得，满额后按先后候补。")),
        (_keys("choice", "stage_must_match"), {
            True: _("只能选择本人学段或面向全学段的培训班，学科不限。"),
            False: _("可以选择任何学段的培训班。"),
        }),
        (_keys("choice", "warn_hours"), _("选课未被报名或仍在候补的，开班前 %(warn_hours)s 小时提醒教师和学校。")),
        (_keys("enrolment", "window_days"), _("学校在开班日前 %(window_days)s 天内完成报名：自该日 00:00 起，至开班日 00:00 止。")),
        (_keys("enrolment", "review"), {
            "none": _("学校报名即生效，不再审核。"),
            "county": _("学校报名后，由县（区）级项目办在报名期内审核。"),
        }),
        (_keys("enrolment", "replace_until"), {
            "end": _("当期培训结束前可以换人；接替者从零开始学习。"),
            "start": _("开班前可以换人；接替者从零开始学习。"),
        }),
        (_keys("enrolment", "return_until"), {
            "end": _("当期培训结束前可以退回报名；开班前退回的，名额和配额同时释放。"),
            "start": _("开班前可以退回报名，名额和配额同时释放。"),
        }),
    )),
    (_("学习时间"), (
        (_keys("time", "required_hours", "minutes_per_hour"), _("须学满 %(required_hours)s 学时，每学时 %(minutes_per_hour)s 分钟；同一段材料只计一次。")),
        (_keys("time", "full_mark"), {
            "proportional": _("学满得满分，未学满的按比例得分。"),
            "stepped": _("学满得满分，未学满的按整学时得分。"),
            "all-or-nothing": _("学满得满分，未学满的不得分。"),
        }),
        (_keys("time", "max_speed"), _("计时不快于真实时间的 %(max_speed)s 倍，按服务器时间计。")),
        (_keys("time", "text_chars_per_minute", "text_min_seconds"), _("文本按每分钟 %(text_chars_per_minute)s 字计，每篇至少 %(text_min_seconds)s 秒。")),
        (_keys("time", "text_idle_seconds"), _("阅读文本时，超过所见文字的阅读时间（至少 %(text_idle_seconds)s 秒）没有操作，即停止计时。")),
        (_keys("time", "daily_minutes"), {
            0: _("不设每日上限。"),
            "": _("每天最多计 %(daily_minutes)s 分钟。"),
        }),
        (_keys("presence", "every_minutes", "answer_seconds"), {
            0: _("学习时不作在线确认。"),
            "": _("每累计 %(every_minutes)s 分钟确认一次是否在屏幕前，%(answer_seconds)s 秒内未回应即停止计时，回应后继续，此前的不扣除。"),
        }),
        (_keys("time", "late_minutes"), _("断线后 %(late_minutes)s 分钟内补报的学习照常认定，不超过实际经过的时间。")),
        (_keys("time", "appeal_days"), _("对计时有异议的，可在当期结束后 %(appeal_days)s 天内申诉。")),
    )),
    (_("客观题与作业"), (
        (_keys("quiz", "counts", "attempts"), {
            "best": _("每份测验可做 %(attempts)s 次，取最好的一次；未做按零分计。"),
            "last": _("每份测验可做 %(attempts)s 次，取最后一次；未做按零分计。"),
            "first": _("每份测验可做 %(attempts)s 次，取第一次；未做按零分计。"),
        }),
        (_keys("homework", "due_day"), _("作业和成果在开班第 %(due_day)s 天 24:00 前提交为及时。")),
        (_keys("homework", "late_factor"), _("之后至当期结束前提交的，得分乘以 %(late_factor)s；当期结束后不再接收。")),
        (_keys("homework", "revision_days"), _("辅导员退回修改的，%(revision_days)s 天内交回仍为及时，但不晚于评阅截止。")),
    )),
    (_("互动交流"), (
        (_keys("interaction", "post", "reply", "daily_cap"), _("发帖每帖 %(post)s 分，回帖每帖 %(reply)s 分，两项每天最多 %(daily_cap)s 分。")),
        (_keys("interaction", "min_post", "min_reply"), _("发帖至少 %(min_post)s 字、回帖至少 %(min_reply)s 字才计分；凑字数和重复的不计，被删除的收回得分。")),
        (_keys("interaction", "featured", "forum_cap"), _("精华帖另加 %(featured)s 分，不受每日上限；论坛合计最多 %(forum_cap)s 分。")),
        (_keys("interaction", "live_minutes", "live_points", "live_session_cap", "live_cap"), _(
            "直播和在线答疑每在线满 %(live_minutes)s 分钟 %(live_points)s 分，每场最多 %(live_session_cap)s 分，合计最多 %(live_cap)s 分。"
        )),
        (_keys("interaction", "activity_points", "activity_cap"), _("经批准的活动每次 %(activity_points)s 分，合计最多 %(activity_cap)s 分。")),
        (_keys("activity", "counts_in"), {
            "interaction": _("经批准的活动计入互动交流，不计入学习时间。"),
            "time": _("经批准的活动计入学习时间，不计入互动交流。"),
            "none": _("活动不计分。"),
        }),
    )),
    (_("成绩"), (
        (_keys("result.weights", "time"), _("观看课程、学习时间：%(time)s 分。")),
        (_keys("result.weights", "objective", "subjective", "excellent"), _("课程作业：客观题 %(objective)s 分，主观题 %(subjective)s 分，优秀作业 %(excellent)s 分。")),
        (_keys("result.weights", "interaction"), _("互动交流、参与活动：%(interaction)s 分。")),
        (_keys("result", "pass"), _("总分 %(pass)s 分及以上为合格。")),
        (_keys("result", "excellent"), _("总分 %(excellent)s 分及以上可参评优秀学员。")),
        (_keys("result", "minima"), _("各部分不设最低分。")),
        (_keys("result", "rounding", "digits"), {
            "half-up": _("各部分按精确值相加，只在总分四舍五入一次，保留 %(digits)s 位小数。"),
            "half-even": _("各部分按精确值相加，只在总分按“四舍六入五成双”取一次，保留 %(digits)s 位小数。"),
            "down": _("各部分按精确值相加，总分截去尾数，保留 %(digits)s 位小数。"),
        }),
        (_keys("result", "marking_days"), _("当期结束后 %(marking_days)s 天内完成评阅；未评的为“待评”，不按零分计。")),
        (_keys("result", "objection_days"), _("评阅截止后 %(objection_days)s 天内可提异议；申诉不会降低得分。")),
    )),
    (_("原创性"), (
        (_keys("originality", "percent"), _("引用比例超过 %(percent)s%% 的，交由人工认定；认定为抄袭的，本次成绩不合格。")),
        (_keys("originality", "min_length"), _("不足 %(min_length)s 字的作业不作判断。")),
        (_keys("originality", "exclude"), {
            "both": _("题目和引用的课程原文不计入引用，也不计入全文。"),
            "numerator": _("题目和引用的课程原文不计入引用，但计入全文。"),
            "none": _("题目和引用的课程原文照常计入。"),
        }),
        (_keys("finding", "answer_days", "appeal_days"), _("教师可在 %(answer_days)s 天内陈述，此前不作认定；认定后 %(appeal_days)s 天内可申诉，申诉由另一人决定。")),
    )),
)  # fmt: skip

MINIMA = {
    "time": _("学习时间至少得 %(least)s 分方可合格。"),
    "objective": _("客观题至少得 %(least)s 分方可合格。"),
    "subjective": _("主观题至少得 %(least)s 分方可合格。"),
    "excellent": _("优秀作业至少得 %(least)s 分方可合格。"),
    "interaction": _("互动交流至少得 %(least)s 分方可合格。"),
}
ALL_WORKS = {
    "objective": _("须完成全部客观题方可合格。"),
    "subjective": _("须提交全部主观题作业方可合格。"),
}
