"""{% kept shell.sections … name=shell.person.name … %}…{% endkept %}: a piece of a page that is drawn once for the same values, not with each page.

The values named must be everything that the piece depends on (the language is added by itself): then what is kept can never be old.
What differs from page to page or belongs to one person (a form's token, a name) is a hole, `name=…`: the piece says {{ name }} where it stands, and
nothing else with it (no `if`, no filter); it is filled in anew each time. Values are hashable; the pieces of one process are bounded.
"""

import itertools
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, render_value_in_context, token_kwargs
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
MOST = 2000
_numbers = itertools.count()
_pieces: dict[tuple[object, ...], str] = {}


class Kept(template.Node):
    def __init__(self, values: list[FilterExpression], holes: dict[str, FilterExpression], nodelist: NodeList) -> None:
        # Not id(): where templates are read anew, a later piece may stand where an earlier one stood in memory.
        self.values, self.holes, self.nodelist, self.number = values, holes, nodelist, next(_numbers)

    def render(self, context: template.Context) -> SafeString:
        key = (self.number, get_language(), *[value.resolve(context) for value in self.values])
        found = _pieces.get(key)
        if found is None:
            if len(_pieces) >= MOST:
                _pieces.clear()
            found = _pieces[key] = self._drawn(context)
        if not self.holes:
            return mark_safe(found)
        return mark_safe(
            found % {name: render_value_in_context(hole.resolve(context), context) for name, hole in self.holes.items()}
        )

    def _drawn(self, context: template.Context) -> str:
        """With holes: text for the operator %."""
        signs = {name: mark_safe(f"\0{name}\0") for name in self.holes}
        with context.push(
            **signs
        ):  # What a tag inside sets would be there for the page that draws the piece, and for no other.
            text: str = self.nodelist.render(context)
        if not self.holes:
            return text
        text = text.replace("%", "%%")
        for name, sign in signs.items():
            text = text.replace(sign, f"%({name})s")
        return text


@register.tag("kept")
def kept(parser: Parser, token: Token) -> Any:
    values, holes = [], {}
    for part in token.split_contents()[1:]:
        named = token_kwargs([part], parser)
        holes.update(named)
        if not named:
            values.append(parser.compile_filter(part))
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(values, holes, nodelist)
