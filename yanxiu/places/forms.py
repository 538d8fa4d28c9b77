"""Forms of places. What they refuse is what was typed; whether an act is allowed the rules say."""

from difflib import get_close_matches
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from yanxiu.administration.wording import file_problem
from yanxiu.lib import identity, spreadsheets
from yanxiu.lib.decision import Reason
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Unit
from yanxiu.places.rules import LEAST_REASON
from yanxiu.places.wanted import Wanted
from yanxiu.programme.models import Batch, TrainingClass


def reason_field(label: Any, *, hint: Any = "", required: bool = True) -> forms.CharField:
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


class QuotaRequestForm(forms.Form):
    amount = forms.IntegerField(label=_("数量"), min_value=1, max_value=100_000)
    reason = forms.CharField(label=_("说明"), required=False, max_length=500)


class ReasonForm(forms.Form):
    reason = reason_field(_("原因"))


class ReplaceForm(forms.Form):
    successor = forms.IntegerField(
        label=_("换成谁"), widget=forms.HiddenInput, error_messages={"required": _("请选一位教师。")}
    )
    reason = reason_field(_("原因"))


class UploadForm(forms.Form):
    """Identity or teacher numbers, with the class's name for those who chose nothing (or one class for all of them)."""

    file = forms.FileField(
        label=_("名单"),
        help_text=_("xlsx或CSV，一列身份证号或教师编号；没有选课的教师再加一列培训班。最多2,000行。"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )

    def __init__(self, batch: Batch, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        self.wanted: list[Wanted] = []

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            sheet = spreadsheets.read(file, COLUMNS, spreadsheets.Limits(size=10 << 20, rows=2_000))
            if not sheet.found.keys() & {"identity", "teacher_number"}:
                raise spreadsheets.SheetRefused("header_missing", str(_("身份证号、教师编号")))
            rows = list(sheet.rows)
        except spreadsheets.SheetRefused as refused:
            raise forms.ValidationError(said(refused)) from None
        if not rows:
            raise forms.ValidationError(_("表里没有教师。"))
        self.wanted = self._wanted(rows)
        return file

    def _wanted(self, rows: list[spreadsheets.Row]) -> list[Wanted]:
        typed = [(row, row.values.get("identity") or row.values.get("teacher_number") or "") for row in rows]
        people = organisation.by_numbers(number for _row, number in typed)
        names = TrainingClass.objects.filter(batch=self.batch).values_list("name", "pk")
        classes = {spreadsheets.plain_name(name): pk for name, pk in names}
        found, seen = [], set()
        for row, number in typed:
            person = people.get(number)
            wish = row.values.get("class", "")
            against = []
            if any(problem.code == "number_lost_digits" for problem in row.problems):
                against.append(Reason("number_lost_digits"))
            elif person is None:
                against.append(Reason("person_unknown"))
            elif person.pk in seen:
                against.append(Reason("row_twice"))
            if wish and spreadsheets.plain_name(wish) not in classes:
                against.append(Reason("class_unknown", "T2.2"))
            if person:
                seen.add(person.pk)
            training_class = classes.get(spreadsheets.plain_name(wish)) if wish else None
            found.append(
                Wanted(person.pk if person else None, training_class, _masked(number), row.number, tuple(against))
            )
        return found


COLUMNS = (
    spreadsheets.Column("identity", ("身份证号", "身份证件号", "证件号码", "identity number")),
    spreadsheets.Column("teacher_number", ("教师编号", "编号", "工号", "teacher number")),
    spreadsheets.Column("class", ("培训班", "班级", "class")),
)


def said(refused: spreadsheets.SheetRefused) -> str:
    problem = refused.problem
    return file_problem({"code": problem.code, "value": problem.value, "row": problem.row}) + str(_("。"))


def _masked(number: str) -> str:
    """An identity number is not kept as typed."""
    return identity.mask(identity.normalise(number)) if identity.check(number) is None else number[:20]


class AnswerForm(forms.Form):
    answer = reason_field(_("答复"), hint=_("教师和学校都看得到。"))


class GiveBackForm(forms.Form):
    """`batches`: (batch, what is free of it or None); without anything free there is nothing to give back."""

    batch = forms.ChoiceField(label=_("期"))
    amount = forms.IntegerField(label=_("数量"), min_value=1, max_value=1_000_000)
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def __init__(self, batches: list[tuple[Batch, int | None]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].choices = [  # type: ignore[attr-defined]
            (
                b.pk,
                now_("第%(n)s期，还剩%(free)s个") % {"n": b.number, "free": free}
                if free is not None
                else now_("第%(n)s期") % {"n": b.number},
            )
            for b, free in batches
            if free != 0
        ]

    @property
    def possible(self) -> bool:
        return bool(self.fields["batch"].choices)  # type: ignore[attr-defined]


class SheetForm(forms.Form):
    """A filled-in quota sheet: units by code (or by a name that is the only one), a column for each batch."""

    file = forms.FileField(
        label=_("配额表"),
        help_text=_("先导出，改好数再导入。导入后填进表里，看过再保存。"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )

    def __init__(self, unit: Unit, batches: list[Batch], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.batches = unit, batches
        self.typed: dict[tuple[int, int], str] = {}
        self.problems: list[dict[str, Any]] = []
        self.rows = 0

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        columns = [
            spreadsheets.Column("code", ("单位代码", "代码", "code", "unit code")),
            spreadsheets.Column("name", ("单位", "单位名称", "学校", "unit", "name")),
            *(spreadsheets.Column(str(b.pk), (f"第{b.number}期", f"batch {b.number}")) for b in self.batches),
        ]
        try:
            sheet = spreadsheets.read(file, columns, spreadsheets.Limits(size=10 << 20, rows=5_000))
            if not sheet.found.keys() & {"code", "name"}:
                raise spreadsheets.SheetRefused("header_missing", str(_("单位代码")))
            self._take(list(sheet.rows))
        except spreadsheets.SheetRefused as refused:
            raise forms.ValidationError(said(refused)) from None
        return file

    def _take(self, rows: list[spreadsheets.Row]) -> None:
        children = list(Unit.objects.filter(parent=self.unit, closed_on=None))
        by_code = {u.code: u for u in children}
        by_name: dict[str, list[Unit]] = {}
        for u in children:
            for name in {u.name, u.full_name} - {""}:
                by_name.setdefault(spreadsheets.plain_name(name), []).append(u)
        for row in rows:
            self.rows += 1
            code, name = row.values.get("code", ""), row.values.get("name", "")
            same = by_name.get(spreadsheets.plain_name(name), [])
            unit = by_code.get(code) or (same[0] if len(same) == 1 and not code else None)
            if unit is None:
                near = get_close_matches(name, [u.name for u in children], 1, 0.5) if name else []
                self.problems.append({"row": row.number, "name": name or code, "code": "unit", "near": near[0] if near else ""})  # fmt: skip
                continue
            for b in self.batches:
                value = row.values.get(str(b.pk), "")
                if not value:
                    continue
                if value.isascii() and value.isdigit() and len(value) <= 7:
                    self.typed[unit.pk, b.pk] = value
                else:
                    self.problems.append({"row": row.number, "name": unit.name, "code": "number", "batch": b.number, "value": value[:20]})  # fmt: skip


class ReopenForm(forms.Form):
    until = forms.DateTimeField(
        label=_("开放到"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"required": _("请选择日期和时间。"), "invalid": _("请选择日期和时间。")},
    )
    reason = reason_field(_("原因"), hint=_("对方看得到。"))


class ExemptForm(forms.Form):
    number = forms.CharField(
        label=_("教师编号或身份证号"), max_length=30, error_messages={"required": _("请填写号码。")}
    )
    reason = reason_field(_("原因"), hint=_("“原则上”的例外要有依据，记入审计记录。"))
