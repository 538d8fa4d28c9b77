"""What is recorded can be read: every kind of event, and every key of its data, has words in Chinese and English, or is marked as of no use."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from yanxiu.administration import trail

ROOT = Path(__file__).resolve().parents[2] / "yanxiu"
PACKAGES = sorted(p.name for p in ROOT.iterdir() if (p / "apps.py").exists() and p.name != "season")
KIND = re.compile(rf"({'|'.join(PACKAGES)})\.[a-z_]+")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Kinds made by composition, by the text before the brace.
COMPOSED = {
    "places.": {"withdrawn", "refused", "returned", "cancelled"},  # Seats.leave
    "organisation.": {"moved", "gone", "changed"},  # roster_sql.record_people
}


class Recorded(ast.NodeVisitor):
    """Kinds and keys that one package's acts and rules record: calls that name a kind, and dicts that are or become `data`."""

    def __init__(self, package: str) -> None:
        self.package, self.kinds, self.keys, self.spread = package, set[str](), set[str](), set[str]()
        self.functions: dict[str, list[ast.FunctionDef]] = defaultdict(list)

    def read(self) -> None:
        trees = [ast.parse(path.read_text(encoding="utf-8")) for path in self._files()]
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    self.functions[node.name].append(node)
        for tree in trees:
            self.visit(tree)
        for function in [f for name in self.spread & set(self.functions) for f in self.functions[name]]:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value:
                    self._dicts(node.value)

    def _files(self) -> Iterator[Path]:
        for path in (ROOT / self.package).rglob("*.py"):
            if {"actions", "rules"} & {path.stem, *path.relative_to(ROOT / self.package).parts[:-1]}:
                yield path

    def visit_Call(self, node: ast.Call) -> None:
        named = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "kind")]
        kinds = {kind for one in named for kind in self._named(one)}
        if kinds and getattr(node.func, "attr", "") != "configure_task":
            self.kinds |= kinds
            self.keys |= self._beyond_parameters(node)
            for argument in [*node.args[1:], *(k.value for k in node.keywords)]:
                self._dicts(argument)
            for keyword in node.keywords:
                if keyword.arg is None:  # **…
                    self._dicts(keyword.value)
                    self.spread |= {
                        getattr(c.func, "id", "") for c in ast.walk(keyword.value) if isinstance(c, ast.Call)
                    }
        for keyword in node.keywords:
            if keyword.arg == "data":
                self._dicts(keyword.value)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """In a function that hands on `data`, what is assigned to that name."""
        inside = list(ast.walk(node))
        if any(isinstance(n, ast.keyword) and n.arg == "data" for n in inside):
            for one in inside:
                if isinstance(one, ast.Assign) and any(getattr(t, "id", "") == "data" for t in one.targets):
                    self._dicts(one.value)
        self.generic_visit(node)

    def _named(self, node: ast.expr) -> Iterator[str]:
        match node:
            case ast.IfExp():
                yield from self._named(node.body)
                yield from self._named(node.orelse)
            case ast.Constant(value=str(text)) if KIND.fullmatch(text) and text.startswith(f"{self.package}."):
                yield text
            case ast.JoinedStr(values=[ast.Constant(value=str(before)), *_]) if before in COMPOSED:
                yield from (before + after for after in COMPOSED[before])

    def _beyond_parameters(self, node: ast.Call) -> set[str]:
        """Keywords that a helper with `**data` takes as data."""
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        helpers = [f for f in self.functions.get(name, []) if f.args.kwarg]
        parameters = {a.arg for f in helpers for a in [*f.args.args, *f.args.kwonlyargs]}
        return {k.arg for k in node.keywords if k.arg} - parameters if helpers else set()

    def _dicts(self, node: ast.expr) -> None:
        """Keys of the outermost dicts; what stands inside one is its value."""
        match node:
            case ast.Dict():
                self.keys |= {k.value for k in node.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)}
            case ast.IfExp():
                self._dicts(node.body)
                self._dicts(node.orelse)
            case ast.List() | ast.Tuple():
                for one in node.elts:
                    self._dicts(one)
            case ast.ListComp():
                self._dicts(node.elt)


def _recorded(package: str) -> Recorded:
    found = Recorded(package)
    found.read()
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_kind_and_key_recorded_is_worded(package: str) -> None:
    found = _recorded(package)
    words = trail.WORDS.get(package, trail.Words({}))
    assert sorted(found.kinds - set(words.kinds)) == [], "kinds without words"
    assert sorted(set(words.kinds) - found.kinds) == [], "words for kinds that nobody records"
    if found.kinds:
        assert sorted(found.keys - set(words.keys)) == [], "keys without words"
        assert sorted(set(words.keys) - found.keys) == [], "words for keys that nobody records"


@pytest.mark.parametrize("package", sorted(trail.WORDS))
def test_the_words_are_there_in_both_languages(package: str) -> None:
    words = trail.WORDS[package]
    said = [*words.kinds.values(), *(w for w in words.keys.values() if w is not None), *words.values.values()]
    with translation.override("zh-hans"):
        assert [str(one) for one in said if not CHINESE.search(str(one))] == []
    with translation.override("en"):
        assert [str(one) for one in said if CHINESE.search(str(one))] == []


def test_the_walk_finds_what_is_recorded() -> None:
    """The walk itself: kinds named outright, by a helper, by composition; keys from a dict, a keyword and a function's answer."""
    assert {"places.held", "places.refused", "places.quota_moved", "places.barred"} <= _recorded("places").kinds
    assert {"number", "class", "movement", "until"} <= _recorded("places").keys
    assert {"verdict", "reply", "reason"} <= _recorded("forum").keys
    assert {"total", "works", "part"} <= _recorded("scoring").keys
