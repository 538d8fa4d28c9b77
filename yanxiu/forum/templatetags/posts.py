"""{% posts replies %}: the posts of a thread, put together here: fifty stand on a page, and a template asked each a dozen things."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.web.templatetags.figures import y_time
from yanxiu.web.templatetags.y import y_tag

register = template.Library()
Shown = dict[str, Any]  # as views/threads.py tells each post


@register.simple_tag(takes_context=True)
def posts(context: template.Context, shown: Iterable[Shown]) -> SafeString:
    """The <article> of each. What few posts have, and who keeps order, is drawn by templates."""
    return mark_safe("\n".join(_article(context, p) for p in shown))


def _article(context: template.Context, p: Shown) -> str:
    row = p["row"]
    who = escape(row.author.name)
    label = _("%(who)s的帖子") % {"who": who}
    own = f' <span class="y-small y-2">{_("（您）")}</span>' if p["own"] else ""
    school = f"{escape(row.author.school.name)}　" if row.author.school else ""
    more = (
        _drawn(context, "forum/post_more.html", p) if p["worth"] or p["against"] or context["member"].moderator else ""
    )
    return f"""<article class="y-panel" id="p{row.pk}" aria-label="{label}">
<div class="y-bar mb-2"><div><b>{who}</b>{own}　<span class="y-small y-2">{school}{y_time(row.at)}</span></div><div class="y-acts is-tight">{_tags(p)}</div></div>
{_drawn(context, "forum/removed.html", p) if row.removed_at else f'<div class="y-read y-stack is-tight">{linebreaks(row.body, autoescape=True)}</div>'}
{more}</article>"""


def _tags(p: Shown) -> str:
    row, tags = p["row"], []
    if p["staff"]:
        tags.append(y_tag("now", _("专家") if p["staff"] == "expert" else _("辅导员"), icon="user-check"))
    if row.featured_at and not row.removed_at:
        tags.append(y_tag("ok", _("精华"), icon="star", fill=True))
    return "".join(tags)


def _drawn(context: template.Context, name: str, p: Shown) -> str:
    assert context.template is not None
    with context.push(p=p, row=p["row"]):
        return str(context.template.engine.get_template(name).render(context))
