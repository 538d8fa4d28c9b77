"""The components of the pages (docs/pages.md shows each). Built in: no {% load %} needed."""

import secrets
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yanxiu.web import clauses, fields, icons, navigation, reasons, said, wording

register = template.Library()


# ── icons, states, clauses ──────────────────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def y_icon(name: str, cls: str = "") -> SafeString:
    return icons.icon(name, cls)


TAG_ICONS = {
    "ok": "circle-check",
    "now": "player-play",
    "wait": "clock",
    "todo": "circle-dashed",
    "warn": "alert-triangle",
    "stop": "ban",
    "info": "info-circle",
}


@register.simple_tag
def y_tag(kind: str, text: Any, icon: str = "", fill: bool = False) -> SafeString:
    """A state: icon and word. Kinds: ok now wait todo warn stop info."""
    cls = f"y-tag is-{'wait' if kind in ('todo', 'info') else kind}{' is-fill' if fill else ''}"
    return mark_safe(
        f'<span class="{cls}">{icons.icon(icon or TAG_ICONS[kind])}<span>{conditional_escape(text)}</span></span>'
    )


_ID = "\0"  # where the chip's id will stand


def clause_chip(clause_id: str) -> SafeString:
    # Its own id each time: a copy in a hidden cell could not open.
    return mark_safe(_chip(clause_id, get_language()).replace(_ID, f"clause-{secrets.token_hex(4)}"))


@cache
def _chip(clause_id: str, language: str) -> str:
    """In the language of the page, which is this one."""
    found = clauses.clause(clause_id)
    if found is None:
        return format_html('<span class="y-clause">{}</span>', clause_id)
    # Spans, not divs: the chip stands inside paragraphs.
    return format_html(
        '<button type="button" class="y-clause" popovertarget="{0}" aria-label="{1}">{2}</button>'
        '<span class="y-pop" id="{0}" popover><b>{3}</b><span>{4}</span><small>{5}</small></span>',
        _ID,
        _("依据%(clause)s，看通知原文") % {"clause": clause_id},
        _("依据%(clause)s") % {"clause": clause_id},
        _("通知原文　%(clause)s") % {"clause": clause_id},
        _("“%(words)s”") % {"words": found.words},
        _("苏师干训〔2023〕25号"),
    )


@register.simple_tag
def y_clause(clause_id: str) -> SafeString:
    return clause_chip(clause_id)


@register.simple_tag
def y_clause_words(clause_id: str) -> str:
    found = clauses.clause(clause_id)
    return found.words if found else ""


@register.simple_block_tag(end_name="endy_say")
def y_say(content: str, kind: str, title: Any = "", icon: str = "", alert: bool = False) -> SafeString:
    """A refusal (stop), warning (warn), success (ok) or news (now); the block holds what follows the title."""
    marks = {"ok": "circle-check", "warn": "alert-triangle", "stop": "ban", "now": "info-circle", "": "info-circle"}
    return format_html(
        '<div class="y-say{}"{}>{}<div>{}{}</div></div>',
        f" is-{kind}" if kind else "",
        mark_safe(' role="alert"' if alert else ""),
        icons.icon(icon or marks[kind]),
        format_html("<b>{}</b>", title) if title else "",
        mark_safe(content),
    )


@register.inclusion_tag("web/reasons.html")
def y_reasons(decision: Any, heading: Any = "", kind: str = "stop", alert: bool = False) -> dict[str, Any]:
    """All reasons of a decision, each with the clause's own words and what can be done. `decision`: a Decision or its reasons."""
    lines = reasons.explain(decision)
    return {"lines": lines, "heading": heading, "kind": kind, "alert": alert, "many": len(lines) > 1}


@register.inclusion_tag("web/reasons_short.html")
def y_reasons_short(decision: Any) -> dict[str, Any]:
    """For a table cell: the sentences with their clauses, no quotes."""
    return {"lines": reasons.explain(decision)}


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def y_num(value: Any, unit: Any = "", size: str = "") -> SafeString:
    """A hero number. `unit`: one of wording.UNITS, or any text. `size`: xl lg "" sm."""
    return format_html(
        '<span class="y-num{}">{}{}</span>',
        f" is-{size}" if size else "",
        wording.plain(value),
        format_html("<small>{}</small>", wording.unit(unit, value)) if unit else "",
    )


@register.simple_tag
def y_stat(label: Any, value: Any, unit: Any = "", note: Any = "", size: str = "") -> SafeString:
    """One cell of <dl class="y-stats">: the name above, the meaning below."""
    return format_html(
        '<div class="y-stat"><dt>{}</dt><dd>{}{}</dd></div>',
        label,
        y_num(value, unit, size),
        format_html('<p class="y-note">{}</p>', note) if note else "",
    )


@register.simple_tag
def y_meter(value: Any, top: Any, label: Any, cls: str = "") -> SafeString:
    # Numbers for the machine: no thousands comma, whatever the language.
    return format_html(
        '<progress class="y-meter {}" max="{}" value="{}" aria-label="{}"></progress>',
        cls,
        str(float(top)),
        str(float(min(value, top))),
        label,
    )


@register.simple_tag
def y_empty(title: Any, text: Any = "", icon: str = "inbox", url: str = "", act: Any = "") -> SafeString:
    button = format_html('<div class="y-acts"><a class="btn" href="{}">{}</a></div>', url, act) if url else ""
    return format_html(
        '<div class="y-empty">{}<h2 class="y-h3">{}</h2><p>{}</p>{}</div>', icons.icon(icon), title, text, button
    )


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def y_errors(form: BaseForm) -> SafeString:
    return fields.summary(form)


@register.simple_tag
def y_field(field: BoundField, label: Any = "", hint: Any = "", cls: str = "") -> SafeString:
    return fields.field(field, label=label, hint=hint, cls=cls)


@register.simple_tag
def y_form(form: BaseForm) -> SafeString:
    """The summary of errors, then every field."""
    return fields.form(form)


@register.simple_tag
def y_key() -> SafeString:
    """The idempotency key of this press; yx.js renews it for each press, without script it is the page's."""
    return format_html('<input type="hidden" name="key" value="{}" data-yx-key>', secrets.token_hex(16))


# ── tables, shell ───────────────────────────────────────────────────────────────────────────────────────────────────
@register.inclusion_tag("web/table.html", takes_context=True)
def y_table(context: Context, table: Any) -> dict[str, Any]:
    return {"table": table, "request": context.get("request"), "shell": context.get("shell")}


@register.simple_tag(takes_context=True)
def y_said(context: Context) -> list[dict[str, str]]:
    request = context.get("request")
    return said.taken(request) if request is not None else []


@register.simple_tag(takes_context=True)
def y_sections(context: Context) -> tuple[navigation.Item, ...]:
    shell = context.get("shell")
    return navigation.sections(shell) if shell else ()


@register.simple_tag(takes_context=True)
def y_places(context: Context) -> SafeString:
    """The form that switches to another appointment; empty for somebody who has nothing else."""
    shell = context.get("shell")
    if not shell or not shell.several:
        return mark_safe("")
    here = icons.icon("check")
    buttons = format_html_join(
        "",
        '<button type="submit" name="appointment" value="{}"{}><span>{}<small>{}</small></span>{}</button>',
        (
            (pk, mark_safe(' aria-current="true"') if current else "", unit, role, here if current else "")
            for pk, unit, role, current in shell.places
        ),
    )
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>',
        navigation.url_or_none("web:appointment"),
        context["csrf_token"],
        buttons,
    )


@register.simple_tag
def y_row(sections: tuple[navigation.Item, ...]) -> navigation.Row:
    return navigation.row(sections)


@register.simple_tag
def y_url(names: str, *args: Any) -> str:
    """The first of the url names (separated by spaces) that exists, else nothing."""
    return next((url for name in names.split() if (url := navigation.url_or_none(name, *args))), "")


@register.simple_tag(takes_context=True)
def y_open_url(context: Context, name: str, *args: Any) -> str:
    """The address where its door opens to the reader, else nothing."""
    shell = context.get("shell")
    return navigation.open_url(shell, name, *args) if shell else ""


@register.simple_tag
def y_options(items: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    wanted = str(chosen)
    options = []
    for value, label in items:
        text = str(value)
        words = label if isinstance(label, SafeString) else escape(str(label))
        options.append(f'<option value="{escape(text)}"{" selected" if text == wanted else ""}>{words}</option>')
    return mark_safe("".join(options))
