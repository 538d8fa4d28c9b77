from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.access.models import Role
from yanxiu.notices import rules
from yanxiu.organisation.models import Unit
from yanxiu.web.shell import ROLE_NAMES

BELOW = {
    "province": (
        "city_admin",
        "city_leader",
        "county_admin",
        "county_leader",
        "school_admin",
        "school_leader",
        "group_head",
        "tutor",
        "expert",
        "general_admin",
    ),
    "city": ("county_admin", "county_leader", "school_admin", "school_leader", "group_head"),
    "county": ("school_admin", "school_leader", "group_head"),
    "school": ("school_leader", "group_head"),
}


class AnnouncementForm(forms.Form):
    """Whom it reaches: a unit (the own one or one directly below) and roles; no role chosen means everybody there."""

    title = forms.CharField(
        label=_("标题"), min_length=rules.LEAST_TITLE, max_length=120, error_messages={"required": _("请写标题。")}
    )
    body = forms.CharField(
        label=_("正文"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        error_messages={"required": _("请写正文。")},
    )
    unit = forms.ModelChoiceField(label=_("发给哪里"), queryset=Unit.objects.none(), empty_label=None)
    roles = forms.MultipleChoiceField(
        label=_("发给谁"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选，就是这里的所有人。"),
    )

    def __init__(self, *args: Any, own: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(pk=own.pk) | Unit.objects.filter(parent=own, closed_on=None)
        field = self.fields["unit"]
        field.queryset = units.order_by("level", "direct", "code")  # type: ignore[attr-defined]
        field.label_from_instance = lambda unit: unit.display  # type: ignore[attr-defined]
        field.initial = own.pk
        roles = [rules.ROLE_TEACHER, *BELOW[own.level]]
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (role, ROLE_NAMES[Role(role) if role in Role.values else role]) for role in roles
        ]
