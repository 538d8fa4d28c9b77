"""Forms of places. What they refuse is what was typed; whether an act is allowed the rules say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.places.rules import LEAST_REASON


def reason_field(label: object, *, hint: object = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        min_length=LEAST_REASON if required else None,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("请写明原因。"),
            "min_length": _("请写明原因，至少%(limit_value)d个字。"),
            "max_length": _("最多%(limit_value)d个字，现在有%(show_value)d个字。"),
        },
    )


class ComplaintForm(forms.Form):
    text = reason_field(_("您的理由"), hint=_("上级项目办会看到学校写的原因和您的理由。"))
