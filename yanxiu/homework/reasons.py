"""The sentences to the codes that homework decides with."""

from django.utils.translation import gettext_lazy as _

from yanxiu.web import reasons
from yanxiu.web.reasons import Say

CODES = {
    # the learner, the day
    "not_learning": Say("T2.2", _("不是这个班的在学学员"), _("已退回报名或换人的，学习记录保留，不能再交")),
    "batch_not_started": Say("T2.1", _("本期还没有开班"), _("开班后再来")),
    "quiz_unknown": Say("T2.2", _("这个班没有这个测验"), _("从课程目录进入")),
    "work_unknown": Say("T2.2", _("这个班没有这份作业"), _("从课程目录进入")),
    # quizzes
    "no_attempts_left": Say("A2.2", _("%(attempts)s次作答都已经用完"), _("成绩按规则取，不用再做")),
    "attempt_closed": Say("A2.2", _("第%(number)s次作答已经交过"), _("要再做的，从测验首页重新开始")),
    # handing in
    "work_empty": Say("A2.2", _("还没有写内容"), _("写好再交；草稿会自动保存")),
    "work_too_short": Say(
        "A2.2", _("现在%(length)s字，至少要写%(least)s字"), _("补充后再交；只数汉字、字母和数字，草稿已经保存")
    ),
    "work_too_long": Say("A2.2", _("最多%(limit)s个字符"), _("精简后再交")),
    "work_marked": Say("A2.2", _("这份作业已经评过，得%(points)s分"), _("对评分有异议的，结束后在成绩页提出")),
    "kept_in_time": Say(
        "A2.2", _("已经按时交了，%(due)s 截止后不再换稿"), _("现在再交会按迟交算，所以保留按时交的那一稿")
    ),
    # files
    "file_too_big": Say("A2.2", _("文件超过%(limit)s MB"), _("把图片压缩或删去后再传；也可以把正文粘贴到下面")),
    "file_empty": Say("A2.2", _("文件是空的"), _("核对后重新选择文件")),
    "file_kind": Say("A2.2", _("只能读docx、pdf和txt文件"), _("另存为docx后再传；也可以把正文粘贴到下面")),
    "file_old_word": Say("A2.2", _("这是旧版Word文件（doc），读不出正文"), _("用Word或WPS另存为docx后再传")),
    "file_not_docx": Say("A2.2", _("这不是Word文件（docx）"), _("另存为docx后再传；压缩包请先解开")),
    "file_damaged": Say("A2.2", _("文件打不开，可能已经损坏"), _("重新另存一份再传；也可以把正文粘贴到下面")),
    "file_locked": Say("A2.2", _("文件设有密码"), _("取消密码后再传")),
    "file_without_text": Say(
        "A2.2", _("文件里没有可以读的文字，可能是扫描件或图片"), _("请上传文字稿，或把正文粘贴到下面")
    ),
    "file_unpacks_too_big": Say("A2.2", _("文件解开后太大，不像一份作业"), _("另存一份再传；也可以把正文粘贴到下面")),
    "file_too_many_parts": Say("A2.2", _("文件里的部件太多，不像一份作业"), _("另存一份再传；也可以把正文粘贴到下面")),
    "file_too_many_pages": Say("A2.2", _("文件有%(pages)s页，最多%(limit)s页"), _("删去附录后再传")),
    "file_takes_too_long": Say(
        "A2.2", _("读这份文件用的时间太长，已经停止"), _("另存一份再传；也可以把正文粘贴到下面")
    ),
    "file_needs_too_much": Say(
        "A2.2", _("读这份文件需要的内存太多，已经停止"), _("把图片删去后再传；也可以把正文粘贴到下面")
    ),
    # marking
    "own_work": Say("S1.0", _("不能评自己的作业"), _("由另一位辅导员或省级项目办评")),
    "nothing_to_mark": Say("S2.4.2", _("这份作业还没有交"), _("交了会出现在待批里")),
    "claimed_by_other": Say(
        "S2.4.2", _("另一位辅导员正在评这份作业，到%(until)s"), _("先评下一份；到时他没有评完的，会回到待批里")
    ),
    "marking_over": Say("A2.4", _("评阅已于%(ended)s 截止"), _("没有评完的由省级项目办评")),
    "not_marker": Say("S2.4.2", _("评阅期内由本班总辅导员评"), _("评阅期过后仍没有评的，会出现在省级项目办的待评里")),
    "mark_stands": Say("A2.4", _("这份作业已经评过，分数不再改"), _("只有学员提出异议并经核实才能提高")),
    "being_revised": Say("S2.4.2", _("已退回学员修改，到%(until)s"), _("学员重交，或期限过后，会回到待批里")),
    "criteria_incomplete": Say("S2.4.2", _("%(criteria)s项都要评"), _("每一项选一个等级")),
    "comment_too_short": Say("S2.4.2", _("评语至少写%(least)s个字"), _("写明为什么，学员会看到")),
    "comment_too_long": Say("S2.4.2", _("评语最多%(limit)s个字符"), _("精简后再保存")),
    "no_time_to_revise": Say("A2.2", _("评阅%(ended)s 截止，学员来不及修改"), _("请直接评分")),
    "nothing_to_raise": Say("A2.4", _("这份作业还没有评分"), _("先评分，再处理异议")),
    "never_lower": Say("A2.4", _("原来得%(before)s分，异议处理后不能降到%(after)s分"), _("维持或提高")),
    "points_out_of_range": Say("A2.4", _("分数在0到%(top)s之间"), _("改后再保存")),
}


def register() -> None:
    reasons.register(CODES)
