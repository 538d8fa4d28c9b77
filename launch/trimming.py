"""The style sheet that browsers get of Tabler: the published one (yanxiu/web/data) without what no page of ours can use.

A rule stays when every class it names is a word somewhere in our templates, Python or scripts; a variable or an animation when something that
stays, or our own style sheets, refer to it. 79 KB compressed become 10. `run.py check` says when the sheet is not what comes out of
this; `run.py check --fix` makes it anew (a template uses a class for the first time).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from launch.paths import ROOT

PUBLISHED = ROOT / "yanxiu/web/data/tabler.min.css"
SERVED = ROOT / "yanxiu/web/static/web/tabler.css"
_GROUPS = ("@media", "@supports", "@layer", "@container")
_CLASS = re.compile(r"\.((?:[A-Za-z_-]|\\.)(?:[\w-]|\\.)*)")


@dataclass(frozen=True)
class Rule:
    """`body`: the declarations; of a group its rules; None for a statement like @charset."""

    head: str
    body: "str | list[Rule] | None"

    def __str__(self) -> str:
        if self.body is None:
            return f"{self.head};"
        return f"{self.head}{{{self.body if isinstance(self.body, str) else ''.join(map(str, self.body))}}}"


def wrong() -> list[str]:
    if SERVED.exists() and SERVED.read_text(encoding="utf-8") == trimmed():
        return []
    return [
        f"{SERVED.relative_to(ROOT)}: not what the pages use of the published one; run.py check --fix makes it anew"
    ]


def fix() -> None:
    SERVED.write_text(trimmed(), encoding="utf-8")


def trimmed() -> str:
    sources = [path for path in ROOT.glob("yanxiu/**/*") if path.suffix in (".html", ".py", ".js")]
    words = {
        word for path in sources if _ours(path) for word in re.findall(r"[\w-]+", path.read_text(encoding="utf-8"))
    }
    styles = "".join(p.read_text(encoding="utf-8") for p in sorted(ROOT.glob("yanxiu/**/static/**/*.css")) if _ours(p))
    return trim(PUBLISHED.read_text(encoding="utf-8"), words, styles)


def _ours(path: Path) -> bool:
    return path != SERVED and not {"vendor", "migrations"} & set(path.parts)


def trim(sheet: str, words: set[str], styles: str = "") -> str:
    """`styles`: other sheets that may refer to this one's variables and animations."""
    rules = _with_classes(_parsed(sheet), words)
    while True:
        text = "".join(map(str, rules))
        known = text + styles
        variables = set(re.findall(r"var\((--[\w-]+)", known))
        animated = set(re.findall(r"[\w-]+", " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", known))))
        less = _without_idle(rules, variables, animated)
        if "".join(map(str, less)) == text:
            return text
        rules = less  # a variable that goes may have been the last to refer to another


def _with_classes(rules: list[Rule], words: set[str]) -> list[Rule]:
    kept = []
    for rule in rules:
        if isinstance(rule.body, list):
            if inner := _with_classes(rule.body, words):
                kept.append(Rule(rule.head, inner))
        elif rule.body is None or rule.head.startswith("@"):
            kept.append(rule)
        elif selectors := [s for s in _split(rule.head, ",") if _possible(s, words)]:
            kept.append(Rule(",".join(selectors), rule.body))
    return kept


def _possible(selector: str, words: set[str]) -> bool:
    # What must not be there need not exist.
    needed = re.sub(r":not\([^()]*\)", "", selector)
    return all(name.replace("\\", "") in words for name in _CLASS.findall(needed))


def _without_idle(rules: list[Rule], variables: set[str], animated: set[str]) -> list[Rule]:
    kept = []
    for rule in rules:
        if isinstance(rule.body, list):
            if inner := _without_idle(rule.body, variables, animated):
                kept.append(Rule(rule.head, inner))
        elif rule.body is None or rule.head.startswith("@keyframes"):
            if rule.body is None or rule.head.split()[1] in animated:
                kept.append(rule)
        else:
            parts = [p for p in _split(rule.body, ";") if p.strip()]
            parts = [p for p in parts if not p.startswith("--") or p.partition(":")[0].strip() in variables]
            if parts:
                kept.append(Rule(rule.head, ";".join(parts)))
    return kept


def _parsed(sheet: str) -> list[Rule]:
    rules, at = [], 0
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    while at < len(sheet):
        end = _next(sheet, at, ";{")
        head = sheet[at:end].strip()
        if end < len(sheet) and sheet[end] == "{":
            close = _next(sheet, end + 1, "}")
            body = sheet[end + 1 : close]
            rules.append(Rule(head, _parsed(body) if head.startswith(_GROUPS) else body))
            end = close
        elif head:
            rules.append(Rule(head, None))
        at = end + 1
    return rules


def _split(text: str, mark: str) -> list[str]:
    parts, at = [], 0
    while at <= len(text):
        end = _next(text, at, mark)
        parts.append(text[at:end])
        at = end + 1
    return parts


def _next(text: str, at: int, marks: str) -> int:
    """Where one of the marks stands outside of strings, parentheses and blocks; else the end."""
    depth = 0
    while at < len(text):
        sign = text[at]
        if depth == 0 and sign in marks:
            return at
        if sign == "\\":
            at += 1
        elif sign in "\"'":
            at = text.index(sign, at + 1)  # Tabler's strings hold no escaped quotes
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        at += 1
    return at
