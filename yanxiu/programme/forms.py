"""Opening a class."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue.models import CourseVersion
from yanxiu.organisation.models import Person
from yanxiu.programme import queries
from yanxiu.programme.models import Batch
from yanxiu.web.terms import term


class CourseField(forms.ModelChoiceField):
    """Title, subject, minutes of material."""

    def label_from_instance(self, obj: Any) -> str:
        return gettext("%(title)s　%(subject)s　%(minutes)s分钟") % {
            "title": obj.title,
            "subject": term(obj.course.subject),
            "minutes": obj.seconds // 60,
        }


class OpenClass(forms.Form):
    """Course, seats, tutors. The tutors offered are those appointed for the batch's subjects."""

    version = CourseField(label=_("课程"), queryset=CourseVersion.objects.none(), empty_label=_("请选择课程"))
    seats = forms.IntegerField(
        label=_("名额"), min_value=1, max_value=5000, help_text=_("开班后可以增加，不能少于已占的名额。")
    )
    tutors = forms.ModelMultipleChoiceField(
        label=_("总辅导员"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("列出已聘任到本期的总辅导员。"),
    )

    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = queries.newest_versions()  # type: ignore[attr-defined]
        self.fields["tutors"].queryset = queries.tutors_of(batch)  # type: ignore[attr-defined]
