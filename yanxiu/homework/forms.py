"""Fields of the pages. What a work must be decides the act; forms keep what was typed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.homework.actions.marking import COMMENT_LIMIT
from yanxiu.homework.actions.reading import CHARACTER_LIMIT
from yanxiu.homework.rules import Criterion, Question


class WorkForm(forms.Form):
    text = forms.CharField(
        label=_("正文"),
        required=False,
        strip=False,
        max_length=CHARACTER_LIMIT,
        widget=forms.Textarea(attrs={"rows": 16, "data-count": ""}),
    )
    file = forms.FileField(
        label=_("或者上传文件"),
        required=False,
        allow_empty_file=True,
        help_text=_("docx、pdf或txt，最大10 MB。选了文件就交文件里的文字，上面的正文留作草稿。"),
        widget=forms.FileInput(attrs={"accept": ".docx,.pdf,.txt"}),
    )


class MarkForm(forms.Form):
    """One radio a criterion (c0, c1, …), a comment, excellent, and the lock version that the marker saw."""

    comment = forms.CharField(
        label=_("评语"), required=False, max_length=COMMENT_LIMIT, widget=forms.Textarea(attrs={"rows": 5})
    )
    excellent = forms.BooleanField(label=_("评为优秀作业"), required=False)
    lock_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, rubric: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.rubric = rubric
        for place, criterion in enumerate(rubric):
            levels = [(points, text) for points, text in criterion.levels] or [(criterion.points, ""), (0, "")]
            self.fields[f"c{place}"] = forms.TypedChoiceField(
                label=criterion.name,
                coerce=int,
                empty_value=None,
                required=False,
                choices=[(points, text) for points, text in levels],
                widget=forms.RadioSelect,
            )

    def points(self) -> list[int]:
        """Of the criteria that have one; fewer than the rubric has when something is missing, which the act refuses."""
        given = [self.cleaned_data.get(f"c{place}") for place in range(len(self.rubric))]
        return [points for points in given if points is not None]

    def chosen(self) -> list[str]:
        """What stands in the radios now, as text."""
        values = []
        for place in range(len(self.rubric)):
            value = self[f"c{place}"].value()
            values.append("" if value is None else str(value))
        return values


def answers_of(post: Any, asked: Sequence[Question]) -> dict[str, Any]:
    """The answers of a posted quiz (q0, q1, …), by the place of the question."""
    found: dict[str, Any] = {}
    for place, question in enumerate(asked):
        values = post.getlist(f"q{place}")
        if question.kind == "multiple":
            found[str(place)] = values
        elif values:
            found[str(place)] = values[0]
    return found
