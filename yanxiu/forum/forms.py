from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.forum.rules import BODY_LIMIT, TITLE_LIMIT


class ThreadForm(forms.Form):
    title = forms.CharField(
        label=_("标题"),
        max_length=TITLE_LIMIT,
        help_text=_("用一句话说明想讨论什么。"),
        error_messages={"required": _("请写标题。")},
    )
    body = forms.CharField(
        label=_("内容"),
        max_length=BODY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("请写内容。")},
    )


class AnswerForm(ThreadForm):
    """Answers the course's discussion: its title does when none is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False


class ReplyForm(forms.Form):
    body = forms.CharField(
        label=_("回复"),
        max_length=BODY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("请写内容。")},
    )
