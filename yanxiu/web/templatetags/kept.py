"""{% kept shell.sections … %}…{% endkept %}: a piece of the frame that is drawn once for the same values, not with each page.

The values named must be everything that the piece depends on (the language is added by itself): then what is kept can never be old.
No form token, nothing of one person inside. Values are hashable; the pieces of one process are bounded.
"""

import itertools
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
MOST = 2000
_numbers = itertools.count()
_pieces: dict[tuple[object, ...], SafeString] = {}


class Kept(template.Node):
    def __init__(self, values: list[FilterExpression], nodelist: NodeList) -> None:
        # Not id(): where templates are read anew, a later piece may stand where an earlier one stood in memory.
        self.values, self.nodelist, self.number = values, nodelist, next(_numbers)

    def render(self, context: template.Context) -> SafeString:
        key = (self.number, get_language(), *(value.resolve(context) for value in self.values))
        found = _pieces.get(key)
        if found is None:
            if len(_pieces) >= MOST:
                _pieces.clear()
            found = _pieces[key] = mark_safe(self.nodelist.render(context))
        return found


@register.tag("kept")
def kept(parser: Parser, token: Token) -> Any:
    values = [parser.compile_filter(part) for part in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(values, nodelist)
