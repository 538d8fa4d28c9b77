from django import forms
from django.utils.translation import gettext_lazy as _


class Appeal(forms.Form):
    """Why the refused time should count."""

    text = forms.CharField(
        label=_("当时的情况"),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写清在哪台设备、什么时候、怎样看的，至少5个字。"),
    )


class Decision(forms.Form):
    """The tutor's answer."""

    reason = forms.CharField(
        label=_("答复"),
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("学员会看到，至少5个字。"),
    )
    grant = forms.BooleanField(required=False, widget=forms.HiddenInput)
