"""A vendored file is what was published, or the check says which is not."""

from pathlib import Path

import pytest

from launch import checks

LIST = """
[[file]]
name = "htmx.org"
version = "2.0.0"
file = "yanxiu/web/static/vendor/htmx.min.js"
sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
[[file]]
name = "gone"
version = "1"
file = "yanxiu/web/static/vendor/gone.js"
sha256 = "00"
"""


def test_the_files_here_are_as_published() -> None:
    assert checks.changed_vendored() == []


def test_changed_missing_and_unlisted_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    vendor = tmp_path / "yanxiu/web/static/vendor"
    vendor.mkdir(parents=True)
    (tmp_path / "vendor.toml").write_text(LIST)
    (vendor / "htmx.min.js").write_text("abc")
    (vendor / "smuggled.js").write_text("")
    assert checks.changed_vendored() == [
        "yanxiu/web/static/vendor/gone.js: missing",
        "yanxiu/web/static/vendor/smuggled.js: not in vendor.toml",
    ]
    (vendor / "htmx.min.js").write_text("abd")
    assert "yanxiu/web/static/vendor/htmx.min.js: not what htmx.org 2.0.0 contains" in checks.changed_vendored()
