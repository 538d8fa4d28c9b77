from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from yanxiu.access import queries as access
from yanxiu.access.models import Account, Role
from yanxiu.access.rules import LEVEL_OF_ROLE, SLOTS, Capability, Scope
from yanxiu.lib import clock, identity, text
from yanxiu.organisation import rules as organisation
from yanxiu.organisation.models import Person, Unit
from yanxiu.web.shell import ROLE_NAMES

STAGES = [("", _("没有登记")), *((stage, _(stage)) for stage in organisation.STAGES)]


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("教师编号或手机号"), max_length=60, error_messages={"required": _("请写教师编号或手机号。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("密码"), max_length=200, strip=False, error_messages={"required": _("请写密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """A new password, twice. `old` is asked of who has one; not by a link, not after a slip."""

    old = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"), strip=False, max_length=200, error_messages={"required": _("请写新密码。")},
        help_text=_("至少10个字；不要用常见的密码，也不要与姓名、编号相近。"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("再写一次新密码"), strip=False, max_length=200, error_messages={"required": _("请再写一次新密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, account: Account, ask_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if not ask_old:
            del self.fields["old"]

    def clean_old(self) -> str:
        if not self.account.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError(_("现在的密码不正确。"))
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        password = self.cleaned_data["new"]
        try:
            password_validation.validate_password(password, self.account)
        except forms.ValidationError as error:
            said = {
                "password_too_short": _("密码至少10个字。"),
                "password_too_common": _("这个密码太常见，很容易被猜到。"),
            }
            raise forms.ValidationError([said.get(e.code or "", e.messages[0]) for e in error.error_list])
        near = [self.account.teacher_number, self.account.person.name]
        if any(word and len(word) > 2 and word.casefold() in password.casefold() for word in near):
            raise forms.ValidationError(_("密码里不要有姓名或教师编号。"))
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("两次写的不一样。"))
        return data


class _ProfileForm(forms.Form):
    """What a person and an office may change. The phone is not shown whole, so its field starts empty."""

    phone = forms.CharField(
        label=_("手机号"),
        max_length=20,
        required=False,
        help_text=_("不改的留空。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    stage = forms.ChoiceField(label=_("学段"), choices=STAGES, required=False)
    subject = forms.CharField(label=_("学科"), max_length=20, required=False)
    title = forms.CharField(label=_("职称"), max_length=20, required=False)

    def clean_phone(self) -> str:
        value = self.cleaned_data["phone"]
        if value.strip() and identity.check_phone(value):
            raise forms.ValidationError(_("手机号是11位数字，请核对。"))
        return value


class CorrectionForm(_ProfileForm):
    """What of the profile is wrong."""

    field_order = ("name",)

    name = forms.CharField(label=_("姓名"), max_length=organisation.NAME_LENGTH, required=False)
    note = forms.CharField(
        label=_("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("学校、身份证号或教师编号有误的，写在这里。"),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("答复"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class PersonForm(_ProfileForm):
    field_order = ("name",)

    name = forms.CharField(
        label=_("姓名"), max_length=organisation.NAME_LENGTH, error_messages={"required": _("请写姓名。")}
    )
    on_duty = forms.BooleanField(label=_("在岗"), required=False)


class RevealForm(forms.Form):
    field = forms.ChoiceField(choices=[("identity", _("身份证号")), ("phone", _("手机号"))])
    reason = forms.CharField(
        label=_("为什么要看"), max_length=500, error_messages={"required": _("请写明原因，至少5个字。")}
    )

    def clean_reason(self) -> str:
        if text.length(self.cleaned_data["reason"]) < 5:
            raise forms.ValidationError(_("请写明原因，至少5个字。"))
        return self.cleaned_data["reason"]


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("导入什么"), initial="roster", widget=forms.RadioSelect,
        choices=[("roster", _("教师名册")), ("past", _("往年参训人员"))],
    )  # fmt: skip
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx，或CSV（UTF-8、GBK、GB18030），最大256MB"),
        error_messages={"required": _("请选一个文件。")},
    )
    complete = forms.BooleanField(
        label=_("这是管理范围内的全部教师"),
        required=False,
        help_text=_("选上以后，文件里没有的人记为不在名册；只导入一部分时不要选。"),
    )
    series = forms.CharField(
        label=_("项目系列"), max_length=40, required=False, help_text=_("只在导入往年参训人员时写。")
    )
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "past":
            if not data.get("series"):
                self.add_error("series", _("请写项目系列。"))
            if not data.get("year"):
                self.add_error("year", _("请写年度。"))
        return data


class AppointmentForm(forms.Form):
    """Who, what, where, from when to when. Days are whole: from 00:00 of the first to 24:00 of the last."""

    role = forms.ChoiceField(label=_("职务"))
    unit = forms.CharField(
        label=_("单位代码"), max_length=20, required=False, help_text=_("在“单位”页可以查到；总辅导员和专家不写。")
    )
    training_path = forms.CharField(
        label=_("负责的培训"),
        max_length=80,
        required=False,
        help_text=_("只有总辅导员和专家写，例如 /S20230304/4/语文/。"),
    )
    person = forms.CharField(
        label=_("教师编号或身份证号"), max_length=40, error_messages={"required": _("请写教师编号或身份证号。")}
    )
    starts = forms.DateField(
        label=_("从哪一天起"),
        required=False,
        help_text=_("不写就是现在。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    ends = forms.DateField(
        label=_("到哪一天止"),
        required=False,
        help_text=_("不写就是没有期限。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, scope: Scope, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope, self.units = scope, units
        self.fields["role"].choices = offered_roles(scope)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = (data.get("unit") or "").strip().upper()
        data["unit"] = self.units.filter(code=code).first() if code else None
        if data.get("role") in LEVEL_OF_ROLE:
            data["training_path"] = ""
            if data["unit"] is None:
                self.add_error("unit", _("您的管理范围内没有这个单位代码。"))
        else:
            data["unit"] = None
            path = data.get("training_path") or ""
            if not (path.startswith("/") and path.endswith("/") and path.count("/") >= 2):
                self.add_error("training_path", _("培训的写法是 /项目代码/期次/学科/ 。"))
        data["starts"], data["ends"] = first_instant(data.get("starts")), after(data.get("ends"))
        return data


class HandOverForm(forms.Form):
    person = forms.CharField(
        label=_("交给谁（教师编号或身份证号）"),
        max_length=40,
        error_messages={"required": _("请写教师编号或身份证号。")},
    )
    at = forms.DateField(
        label=_("从哪一天起"),
        required=False,
        help_text=_("不写就是现在。这一天00:00起由新的人负责。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_at(self) -> datetime | None:
        return first_instant(self.cleaned_data.get("at"))


class UnitForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80, error_messages={"required": _("请写名称。")})
    stages = forms.MultipleChoiceField(
        label=_("学段"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(stage, _(stage)) for stage in organisation.STAGES],
    )


class MergeForm(forms.Form):
    successor = forms.CharField(
        label=_("并入哪所学校（学校代码）"), max_length=20, required=False, help_text=_("不写，就由区县接管。")
    )


def offered_roles(scope: Scope) -> list[tuple[str, Any]]:
    """Roles that somebody of this scope may give at all; where exactly, the rule says when asked."""
    depths = {
        access.rules.unit_level_of(prefix) or ("county" if _is_county(prefix) else "city")
        for prefix in scope.prefixes(Capability.APPOINT)
    }
    order = ["province", "city", "county", "school"]
    roles: list[str] = []
    for depth in depths:
        for role, level in LEVEL_OF_ROLE.items():
            below = order.index(level) > order.index(depth)
            own = (depth == "province" and level == "province") or role == f"{depth}_leader"
            if below or own:
                roles.append(role)
        if depth == "province":
            roles += ["tutor", "expert"]
    return [(role, ROLE_NAMES[Role(role)]) for role in sorted(set(roles), key=list(Role.values).index)]


def _is_county(path: str) -> bool:
    return Unit.objects.filter(path=path, level="county").exists()


def first_instant(day: Any) -> datetime | None:
    return clock.at(day, time.min) if day else None


def after(day: Any) -> datetime | None:
    """Until 24:00 of the day: closed-open."""
    from datetime import timedelta

    return clock.at(day + timedelta(days=1), time.min) if day else None


def slots_of(role: str) -> int:
    return SLOTS.get(role, 0)


def changes_of(form: forms.Form, person: Person) -> dict[str, Any]:
    """The fields that differ from what is stored; an empty phone means unchanged."""
    data = {name: value for name, value in form.cleaned_data.items() if name not in ("note", "answer")}
    if not data.get("phone", "").strip():
        data.pop("phone", None)
    return {name: value for name, value in data.items() if name == "phone" or value != getattr(person, name)}
