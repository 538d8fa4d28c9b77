"""Words that stand in the data and still have an English: stages, subjects, titles. Names of people, units and classes stay as they are."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_

TERMS = frozenset(
    {
        N_("幼儿园"), N_("小学"), N_("初中"), N_("高中"),
        N_("语文"), N_("数学"), N_("英语"), N_("物理"), N_("化学"), N_("生物"), N_("生物学"), N_("政治"), N_("思想政治"), N_("道德与法治"), N_("历史"), N_("地理"),
        N_("科学"), N_("信息科技"), N_("信息技术"), N_("通用技术"), N_("体育"), N_("体育与健康"), N_("音乐"), N_("美术"), N_("艺术"), N_("劳动"), N_("综合实践"),
        N_("心理健康"), N_("特殊教育"), N_("学前教育"), N_("班主任"), N_("通识"),
        N_("正高级教师"), N_("特级教师"), N_("高级教师"), N_("一级教师"), N_("二级教师"), N_("三级教师"), N_("未评职称"),
    }
)  # fmt: skip


def term(word: str) -> str:
    """The word in the language of the page; an unknown one as it is."""
    return gettext(word) if word in TERMS else word
