"""The page of components: each shown once with invented content, for the eye and for the tests of the look. Not in production."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yanxiu.lib.decision import Decision, Reason
from yanxiu.web.shell import Request
from yanxiu.web.table import Column, Filter, Pick, Table

MOMENT = datetime(2023, 9, 13, 12, 14, 7, tzinfo=UTC)


class SampleForm(forms.Form):
    name = forms.CharField(label=_("教师姓名"), help_text=_("按名册填写，生僻字可以直接输入。"), max_length=40)
    why = forms.CharField(
        label=_("退回原因"),
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"min_length": _("请写明原因，至少5个字。")},
    )
    day = forms.DateField(
        label=_("开课日期"), help_text=_("例如2023-09-16"), widget=forms.DateInput(attrs={"type": "date"})
    )
    subject = forms.ChoiceField(label=_("学科"), choices=[("yw", _("小学语文")), ("sx", _("小学数学"))])
    note = forms.CharField(label=_("备注"), required=False)

    def clean_day(self) -> object:
        day = self.cleaned_data["day"]
        if day.day not in (1, 16):
            raise forms.ValidationError(_("只能是1日或16日。"))
        return day


class ChoiceForm(forms.Form):
    how = forms.ChoiceField(
        label=_("怎样处理这个名额"),
        widget=forms.RadioSelect,
        initial="replace",
        choices=[
            ("replace", _("换人\n原学员的记录保留，新学员从零开始。")),
            ("return", _("退回报名\n名额马上给候补的下一位。")),
        ],
    )
    file = forms.FileField(label=_("上传名册"), help_text=_("xlsx或csv，最大20 MB；身份证号请保持文本格式"))
    sms = forms.BooleanField(label=_("短信通知"), initial=True, required=False)


LEARNERS = Table(
    "learners",
    columns=[
        Column("name", _("教师"), head=True, cls="y-nb", order=True),
        Column("klass", _("培训班"), cls="y-keep"),
        Column("mark", _("成绩"), order=True, kind="mark"),
        Column("seconds", _("学时"), order=True, kind="hours"),
        Column("at", _("最近学习"), kind="time", order=True),
        Column("state", _("情况"), template="web/cells/sample_state.html"),
    ],
    search=("name", "klass"),
    search_label=_("姓名或培训班"),
    filters=[
        Filter(
            "state",
            _("情况"),
            [("", _("全部情况")), ("ok", _("已到合格线")), ("now", _("正常")), ("warn", _("没有学习"))],
        )
    ],
    order="-mark",
    size=5,
    pick=Pick(
        "learner",
        "urge",
        value="name",
        allowed=lambda row: row["state"] == "warn",
        checked=lambda row: row["state"] == "warn",
    ),
    file=_("学员"),
    caption=_("学员表"),
    empty=_("还没有学员"),
)
SAMPLES = [
    {
        "name": name,
        "klass": klass,
        "mark": Decimal(mark),
        "seconds": seconds,
        "at": MOMENT - timedelta(hours=hours),
        "state": state,
    }
    for name, klass, mark, seconds, hours, state in (
        ("刘芳", "小学数学·量感的培养（1班）", "91.20", 24000, 3, "ok"),
        ("沈玉芬", "小学语文·统编教材任务群教学（1班）", "63.55", 18480, 1, "now"),
        ("潘彧", "小学美术·欣赏评述（1班）", "18.40", 6150, 122, "warn"),
        ("李䶮", "小学科学·探究实践（1班）", "84.05", 23111, 26, "ok"),
        ("王海燕", "小学英语·单元整体教学（2班）", "47.90", 12800, 9, "now"),
        ("吴𬭊", "小学数学·量感的培养（2班）", "12.00", 2400, 170, "warn"),
        ("赵国庆", "小学体育·大单元教学（1班）", "76.15", 21000, 5, "now"),
    )
]
REFUSAL = Decision.no(
    Reason("stage_mismatch", "T2.2", {"wanted": "幼儿园", "stage": "小学"}),
    Reason("no_quota", "T3.2b", {"batch": 5, "quota": 8}),
)
SINGLE = Decision.no(Reason("consecutive_year", "T1.2", {"year": 2022}))


def answer(request: Request) -> HttpResponseBase:
    context = {
        "title": _("构件"),
        "form": SampleForm({"name": "吴𬭊", "why": "有事", "day": "2023-09-18", "subject": "yw"}),
        "choice": ChoiceForm(),
        "refusal": REFUSAL,
        "single": SINGLE,
        "moment": MOMENT,
        "start": datetime(2023, 8, 31, 16, tzinfo=UTC),
        "end": datetime(2023, 9, 20, 16, tzinfo=UTC),
        "soon": request.shell.now + timedelta(days=2, hours=3, minutes=46),
    }
    return LEARNERS.answer(request, SAMPLES, "web/components.html", context)
