"""The list of things to do, put together here: each task asked by a template cost as much as the rest of the desk."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yanxiu.desks.task import Task
from yanxiu.lib import clock
from yanxiu.web import wording
from yanxiu.web.templatetags.figures import y_until
from yanxiu.web.templatetags.y import y_tag


def items(tasks: Iterable[Task]) -> SafeString:
    """The <li> of each, the first with the page's one blue button."""
    now = clock.now()

    @cache
    def due(end: datetime, kind: str) -> str:
        """Many are due at the same time."""
        text = _("%(due)s 截止，%(left)s") % {"due": y_until(end), "left": escape(wording.left(end, now))}
        return f"<p>{y_tag(kind, mark_safe(text))}</p>"

    return mark_safe(
        "".join(
            f'<li class="is-wrap"><div>{due(t.due, t.kind) if t.due else ""}<b class="y-h3">{escape(t.what)}</b><p>{escape(t.about)}</p></div>'
            f'<a class="btn{"" if n else " btn-primary"}" href="{escape(t.url)}">{escape(t.act)}</a></li>'
            for n, t in enumerate(tasks)
        )
    )
