"""Languages: compile the catalogues, and compare them with what the sources say. Runs under the project's Python.

compile FILE.po …   writes FILE.mo beside
check               names what has no English, what nothing uses any more, and Chinese in templates outside of translation
fix                 adds what is missing to the English catalogue of its package (one without a folder locale has the root's), empty, and removes what
                    nothing uses
"""

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
ENGLISH = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = ("yanxiu", "config")
POLICIES = "policies"
# Call → how many of its first arguments are message texts, and whether a context stands before them.
CALLS = {
    name + lazy: shape
    for name, shape in {
        "gettext": (1, False),
        "ngettext": (2, False),
        "pgettext": (1, True),
        "npgettext": (2, True),
    }.items()
    for lazy in ("", "_lazy", "_noop")
} | {"_": (1, False), "N_": (1, False), "_n": (2, False)}
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Found(NamedTuple):
    context: str | None
    texts: tuple[str, ...]
    where: str


def main(arguments: list[str]) -> int:
    match arguments:
        case ["compile", *names]:
            for name in names:
                _compile(Path(name))
            return 0
        case ["check"]:
            return _check()
        case ["fix"]:
            return _fix()
    print(__doc__, file=sys.stderr)
    return 2


def _compile(source: Path) -> None:
    catalog = _read(source)
    target = source.with_suffix(".mo")
    half = target.with_suffix(f".{os.getpid()}")
    with half.open("wb") as file:
        write_mo(file, catalog)
    half.replace(target)


def _read(source: Path) -> Catalog:
    if not source.exists():
        return Catalog(locale="en")
    with source.open("rb") as file:
        return pofile.read_po(file, locale=source.parent.parent.name)


def _check() -> int:
    english, wanted = _english(), list(extract())
    known = {(m.context, _first(m)): m for catalog in english.values() for m in catalog if m.id}
    wrong = []
    for found in wanted:
        message = known.get((found.context, found.texts[0]))
        if message is None or not _complete(message):
            wrong.append(f"{found.where}: no English for {found.texts[0]!r}")
        elif lost := _placeholders(found.texts[-1]) ^ _placeholders(_strings(message)[-1]):
            wrong.append(f"{found.where}: {found.texts[0]!r} and its English differ in {', '.join(sorted(lost))}")
    wrong += _at_odds(english)
    used = {(found.context, found.texts[0]) for found in wanted}
    for file, catalog in english.items():
        for message in catalog:
            if message.id and (message.context, _first(message)) not in used:
                wrong.append(f"{_name(file)}: nothing uses {_first(message)!r} any more (--fix-messages removes it)")
    for template in _templates():
        wrong += _bare(template)
    print("\n".join(dict.fromkeys(wrong)))
    return 1 if wrong else 0


def _at_odds(english: dict[Path, Catalog]) -> Iterator[str]:
    """All catalogues are one when the pages are served: a second English for a message would never be seen, or hide the first."""
    said: dict[tuple[str | None, Any], tuple[Path, list[str]]] = {}
    for file, catalog in english.items():
        for message in catalog:
            if message.id:
                first, strings = said.setdefault((message.context, message.id), (file, _strings(message)))
                if strings != _strings(message):
                    yield f"{_name(file)}: {_first(message)!r} has another English in {_name(first)} (align them, or give a context)"


def _fix() -> int:
    """What is missing goes to the catalogue of its package; comments and order of what is there stay."""
    english, wanted = _english(), list(extract())
    used = {(found.context, found.texts[0]) for found in wanted}
    known = {(m.context, _first(m)) for catalog in english.values() for m in catalog if m.id}
    changed: dict[Path, list[int]] = {}
    for found in wanted:
        if (found.context, found.texts[0]) not in known:
            known.add((found.context, found.texts[0]))
            file = _home(found)
            english.setdefault(file, Catalog(locale="en", project="Yanxiu", charset="utf-8"))
            english[file].add(found.texts[0] if len(found.texts) == 1 else found.texts, context=found.context)
            changed.setdefault(file, [0, 0])[0] += 1
    for file, catalog in english.items():
        for message in [m for m in catalog if m.id and (m.context, _first(m)) not in used]:
            catalog.delete(message.id, message.context)
            changed.setdefault(file, [0, 0])[1] += 1
    for file, (added, removed) in changed.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            pofile.write_po(out, english[file], width=0)
        print(f"{_name(file)}: {added} added, {removed} removed")
    return 0


def _english() -> dict[Path, Catalog]:
    return {file: _read(file) for file in sorted([ENGLISH, *ROOT.glob("yanxiu/*/locale/en/LC_MESSAGES/django.po")])}


def _home(found: Found) -> Path:
    """The catalogue of its package; web and what is below it share the one of the root."""
    folder, package, *_ = Path(found.where).parts
    if folder == POLICIES:
        folder, package = "yanxiu", "programme"  # its page shows them
    own = ROOT / folder / package / "locale"
    return own / "en/LC_MESSAGES/django.po" if folder == "yanxiu" and own.exists() else ENGLISH


def extract() -> Iterator[Found]:
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                tree = ast.parse(file.read_text(encoding="utf-8"))
                yield from _of_python(tree, _name(file))
                yield from _of_choices(tree, _name(file))
    for template in _templates():
        yield from _of_template(template)
    for policy in sorted((ROOT / POLICIES).glob("*.toml")):
        yield from _of_policy(tomllib.loads(policy.read_text(encoding="utf-8")), _name(policy))


def _of_policy(keys: dict[str, Any], where: str) -> Iterator[Found]:
    """Why a value was assumed: the page of the policy says it."""
    for key, value in keys.items():
        if key == "assumed":
            yield Found(None, (value,), where)
        elif isinstance(value, dict):
            yield from _of_policy(value, where)


def _of_python(tree: ast.AST, where: str, line: int = 0) -> Iterator[Found]:
    renamed = {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        name = renamed.get(name, name)
        if name not in CALLS:
            continue
        count, has_context = CALLS[name]
        texts = [
            a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None
            for a in node.args[: count + has_context]
        ]
        if len(texts) == count + has_context and texts and all(texts):
            context = texts.pop(0) if has_context else None
            yield Found(context, tuple(t for t in texts if t), f"{where}:{line or node.lineno}")


def _of_choices(tree: ast.AST, where: str) -> Iterator[Found]:
    """The labels of a model's choices: what get_…_display says."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(getattr(b, "attr", "").endswith("Choices") for b in node.bases):
            for line in node.body:
                match line:
                    case ast.Assign(value=ast.Tuple(elts=[_, ast.Constant(value=str(label))])) if CHINESE.search(label):
                        yield Found(None, (label,), f"{where}:{line.lineno}")


def _of_template(template: Path) -> Iterator[Found]:
    """Django turns a template into gettext calls between filler; each call is read as Python."""
    source = templatize(template.read_text(encoding="utf-8"))
    for start in re.finditer(r"\b(?:_|n?p?gettext)\(", source):
        for end in re.finditer(r"\)", source[start.end() :]):
            try:
                tree = ast.parse(source[start.start() : start.end() + end.end()].replace("\n", "\\n"))
            except SyntaxError:
                continue
            yield from _of_python(tree, _name(template), source.count("\n", 0, start.start()) + 1)
            break


def _templates() -> list[Path]:
    return sorted(p for p in (ROOT / "yanxiu").glob("*/templates/**/*") if p.suffix in (".html", ".txt"))


def _bare(template: Path) -> list[str]:
    """Chinese that a reader of English would meet: text outside of every tag and comment."""
    wrong, within = [], False
    for token in Lexer(re.sub(r"<!--.*?-->", "", template.read_text(encoding="utf-8"), flags=re.S)).tokenize():
        if token.token_type is TokenType.BLOCK:
            word = token.contents.split()[0]
            if word in ("blocktranslate", "blocktrans", "comment", "endblocktranslate", "endblocktrans", "endcomment"):
                within = not word.startswith("end")
        elif token.token_type is TokenType.TEXT and not within and CHINESE.search(token.contents):
            wrong.append(f"{_name(template)}: outside of translation: {token.contents.strip()[:60]!r}")
    return wrong


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|\{\w*\}", text))


def _first(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _complete(message: Message) -> bool:
    return all(_strings(message))


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
