"""What import-linter cannot see: foreign keys and templates that look upward, and what must not stand in a tracked file."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[2]


def ranks() -> dict[str, int]:
    """Package → height, from the one place where the order stands (.importlinter); siblings share one."""
    told = configparser.ConfigParser()
    told.read(ROOT / ".importlinter", encoding="utf-8")
    lines = told["importlinter:contract:packages"]["layers"].split("\n")
    return {name.strip(): -height for height, line in enumerate(filter(None, lines)) for name in line.split("|")}


RANKS = ranks()


def may_see(package: str, other: str) -> bool:
    return package == other or RANKS[other] < RANKS[package]


def test_every_package_has_a_place_in_the_order() -> None:
    folders = {path.parent.name for path in (ROOT / "yanxiu").glob("*/__init__.py")}
    assert folders == set(RANKS)


def test_foreign_keys_look_downward() -> None:
    upward = []
    for model in apps.get_models():
        if not model.__module__.startswith("yanxiu."):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField) and field.related_model.__module__.startswith("yanxiu."):
                here, there = model.__module__.split(".")[1], field.related_model.__module__.split(".")[1]
                if not may_see(here, there):
                    upward.append(f"{model.__name__}.{field.name} → {there}")
    assert not upward


REFERENCE = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"'/]+)/""")


def test_templates_extend_and_include_downward() -> None:
    upward = []
    for template in (ROOT / "yanxiu").glob("*/templates/**/*.html"):
        package = template.relative_to(ROOT / "yanxiu").parts[0]
        for other in REFERENCE.findall(template.read_text(encoding="utf-8")):
            if other in RANKS and not may_see(package, other):
                upward.append(f"{template.relative_to(ROOT)} → {other}")
    assert not upward


def test_templates_lie_under_their_packages_name() -> None:
    strays = [
        str(template.relative_to(ROOT))
        for template in (ROOT / "yanxiu").glob("*/templates/*/**/*.html")
        if template.relative_to(ROOT / "yanxiu").parts[2]
        not in (template.relative_to(ROOT / "yanxiu").parts[0], "admin")
    ]
    assert not strays


# Put together, so that this file does not name what it looks for.
REGISTRIES = r"https?://[^ /\"']*(py" + r"pi|pythonhosted|registry\.np" + r"mjs|deb\.deb" + r"ian)"
MACHINE = r"/(wor" + r"k|far" + r"m)/(main|steering|plan|shared|in|\.)|/tmp/bash" + r"_jobs|/root/\.py" + r"env"


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE], ids=["registry", "machine"])
def test_no_tracked_file_names_a_package_registry_or_this_machine(pattern: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    order = ["git", "-c", f"safe.directory={ROOT}", "grep", "-nIE", pattern, "--", ".", ":!*/vendor/*"]
    found = subprocess.run(order, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 1, found.stdout or found.stderr


def test_style_and_script_stand_in_files() -> None:
    """The content security policy allows none inline; a browser would drop them in silence."""
    inline = re.compile(
        r"<style|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\sstyle=\"|\son[a-z]+=\"", re.I
    )
    wrong = [
        f"{template.relative_to(ROOT)}: {hit.group(0).strip()}"
        for template in (ROOT / "yanxiu").glob("*/templates/**/*.html")
        for hit in inline.finditer(template.read_text(encoding="utf-8"))
    ]
    assert not wrong


def test_every_static_file_that_is_named_exists() -> None:
    """Served under hashed names a missing one is an error page, and only outside of tests."""
    from django.contrib.staticfiles import finders

    named = re.compile(r"""{%-?\s*static\s+["']([^"']+)["']|\bstatic\(["']([^"']+)["']\)""")
    sources = [*(ROOT / "yanxiu").glob("*/templates/**/*.html"), *(ROOT / "yanxiu").rglob("*.py")]
    missing = [
        f"{source.relative_to(ROOT)}: {first or second}"
        for source in sources
        for first, second in named.findall(source.read_text(encoding="utf-8"))
        if finders.find(first or second) is None
    ]
    assert not missing
