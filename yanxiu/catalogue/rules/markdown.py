"""Markdown to HTML that is safe to show: raw HTML is text, and what is left goes through a list of allowed tags."""

import re
from functools import cache
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "s", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td", "a", "img",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
_HEADING = re.compile(r"\A\s*#\s+[^\n]*\n+")
_CELL_STYLE = re.compile(r' style="[^"]*"')


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def html(text: str) -> str:
    """The file's own first heading repeats the item's title, so it goes; other first-level headings become second-level."""
    made = _parser().render(_HEADING.sub("", text, count=1))
    made = _CELL_STYLE.sub("", made).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return nh3.clean(
        made, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer"
    )


def pictures(text: str) -> list[str]:
    """The addresses of the pictures, in order."""
    found: list[str] = []
    for token in _parser().parse(text):
        found += [str(child.attrs["src"]) for child in token.children or () if child.type == "image"]
    return found
