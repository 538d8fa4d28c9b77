from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.recognition.rules import REASON_LEAST, REASON_LIMIT


class VerifyForm(forms.Form):
    q = forms.CharField(
        label=_("证书编号或查验码"),
        help_text=_("编号印在证书标题下面，如 S20230304-04-000123。"),
        max_length=64,
        error_messages={"required": _("请填写证书编号。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("证书上的姓名"), help_text=_("填了就告诉您是否一致。"), max_length=60, required=False
    )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        help_text=_("至少5个字，记入审计记录；公开的查验页只写日期，不写原因。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=REASON_LEAST,
        max_length=REASON_LIMIT,
        error_messages={
            "min_length": _("请写明原因，至少%(limit_value)d个字。"),
            "required": _("请写明原因，至少5个字。"),
        },
    )
