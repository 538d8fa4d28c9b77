"""Django forms as the look wants them: label above, hint under it, error above the control with an icon, a summary with links on top."""

from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yanxiu.web.icons import icon


def summary(form: BaseForm) -> SafeString:
    """Empty without errors. Names every field that is wrong and links to it; what concerns the whole form stands in full."""
    if not form.errors:
        return SafeString("")
    wrong = [f for f in form.visible_fields() if f.errors]
    whole = [*form.non_field_errors(), *(e for f in form.hidden_fields() for e in f.errors)]
    if wrong:
        head: Any = ngettext("有%(n)d处要改", "有%(n)d处要改", len(wrong)) % {"n": len(wrong)}
    else:
        head, whole = whole[0], whole[1:]
    links = format_html_join(_("，"), '<a href="#{}">{}</a>', ((_anchor(f), f.label) for f in wrong))
    return format_html(
        '<div class="y-say is-stop" role="alert" tabindex="-1" data-yx-errors>{}<div><b>{}</b>{}{}</div></div>',
        icon("alert-circle"),
        head,
        format_html_join("", '<p class="y-small">{}</p>', ((e,) for e in whole)),
        format_html('<p class="y-small">{}</p>', links) if wrong else "",
    )


def field(bound: BoundField, *, label: Any = "", hint: Any = "", cls: str = "") -> SafeString:
    if bound.is_hidden:
        return bound.as_widget()
    widget = bound.field.widget
    label, hint = label or bound.label, hint or bound.help_text
    described = " ".join(f"{bound.auto_id}-{part}" for part, on in (("hint", hint), ("error", bound.errors)) if on)
    attrs: dict[str, Any] = {"aria-describedby": described} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    hint_html = format_html('<p class="form-hint" id="{}-hint">{}</p>', bound.auto_id, hint) if hint else ""
    errors = _errors(bound)
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        body = format_html(
            '<fieldset class="y-choice"><legend>{}</legend>{}{}{}</fieldset>',
            label,
            hint_html,
            errors,
            _choices(bound, attrs),
        )
    elif isinstance(widget, forms.CheckboxInput):
        box = bound.as_widget(attrs={**attrs, "class": "form-check-input"})
        body = format_html(
            '{}<label class="form-check" for="{}">{}<span>{}</span></label>{}',
            errors,
            bound.auto_id,
            box,
            label,
            hint_html,
        )
    elif isinstance(widget, forms.FileInput):
        body = format_html(
            '<label class="form-label" for="{0}">{1}</label>{2}<label class="y-drop" for="{0}" data-yx-drop>{3}<span>{4}</span><span class="y-small">{5}</span></label>{6}',
            bound.auto_id,
            label,
            errors,
            icon("upload"),
            format_html(_("{}，或拖到这里"), format_html('<b class="y-link">{}</b>', _("选择文件"))),
            format_html('<span id="{}-hint">{}</span>', bound.auto_id, hint) if hint else "",
            bound.as_widget(attrs={**attrs, "class": "y-vh"}),
        )
    else:
        base = "form-select" if isinstance(widget, forms.Select) else "form-control"
        classes = " ".join(p for p in (base, "is-invalid" if bound.errors else "", widget.attrs.get("class", "")) if p)
        body = format_html(
            '<label class="form-label" for="{}">{}{}</label>{}{}{}',
            bound.id_for_label,
            label,
            ""
            if bound.field.required
            else format_html(' <span class="y-2 fw-normal y-small">{}</span>', _("（可以不填）")),
            hint_html,
            errors,
            bound.as_widget(attrs={**attrs, "class": classes}),
        )
    return format_html(
        '<div class="y-field{}{}">{}</div>', " is-bad" if bound.errors else "", f" {cls}" if cls else "", body
    )


def form(whole: BaseForm) -> SafeString:
    parts = [
        summary(whole),
        *(f.as_widget() for f in whole.hidden_fields()),
        *(field(f) for f in whole.visible_fields()),
    ]
    return mark_safe("".join(parts))


def _errors(bound: BoundField) -> SafeString:
    if not bound.errors:
        return SafeString("")
    lines = format_html_join(mark_safe("<br>"), "{}", ((e,) for e in bound.errors))
    return format_html(
        '<p class="y-error" id="{}-error">{}<span>{}</span></p>', bound.auto_id, icon("alert-circle"), lines
    )


def _choices(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """A choice's label may have a second line: the explanation."""
    rows = []
    for option in bound.subwidgets:
        data = option.data
        name, _newline, more = str(data["label"]).partition("\n")
        rows.append(
            format_html(
                '<label for="{}"><input class="form-check-input" type="{}" name="{}" value="{}" id="{}"{}{}><b>{}</b>{}</label>',
                option.id_for_label,
                data["type"],
                data["name"],
                "" if data["value"] is None else data["value"],
                option.id_for_label,
                mark_safe(" checked") if data["selected"] else "",
                format_html(' aria-describedby="{}"', attrs["aria-describedby"]) if "aria-describedby" in attrs else "",
                name,
                format_html("<small>{}</small>", more) if more else "",
            )
        )
    return mark_safe("".join(rows))


def _anchor(bound: BoundField) -> str:
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id
