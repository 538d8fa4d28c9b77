from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.scoring.rules import MAX_TEXT, MIN_TEXT


class ObjectionForm(forms.Form):
    """`about`: a part, or a part and a work ("subjective-12")."""

    about = forms.ChoiceField(label=_("对哪一项"))
    text = forms.CharField(
        label=_("哪里不对，您的理由"),
        help_text=_("至少10个字。写清楚是哪一段、哪一题，处理的人才看得明白。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        min_length=MIN_TEXT,
        max_length=MAX_TEXT,
        error_messages={
            "min_length": _("请写明理由，至少%(limit_value)d个字。"),
            "required": _("请写明理由，至少10个字。"),
        },
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["about"]).choices = choices

    @property
    def part(self) -> str:
        return str(self.cleaned_data["about"]).partition("-")[0]

    @property
    def work(self) -> int | None:
        work = str(self.cleaned_data["about"]).partition("-")[2]
        return int(work) if work.isdecimal() else None


class DecisionForm(forms.Form):
    """The answer of a tutor, the decision of the province. Without a new mark or a recount the old mark stands."""

    points = forms.IntegerField(
        label=_("新的分数（0到100）"),
        help_text=_("只能比原来高；维持原分的不填。"),
        required=False,
        min_value=0,
        max_value=100,
    )
    excellent = forms.BooleanField(label=_("评为优秀作业"), required=False)
    recount = forms.BooleanField(
        label=_("按现在的记录重新计算这一部分"), help_text=_("重算后更低的不会采用。"), required=False
    )
    text = forms.CharField(
        label=_("理由"),
        help_text=_("至少10个字，学员看得到。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        min_length=MIN_TEXT,
        max_length=MAX_TEXT,
        error_messages={
            "min_length": _("请写明理由，至少%(limit_value)d个字。"),
            "required": _("请写明理由，至少10个字。"),
        },
    )

    def __init__(self, *args: Any, with_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("recount",) if with_work else ("points", "excellent"):
            del self.fields[name]
