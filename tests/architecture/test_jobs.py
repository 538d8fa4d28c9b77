"""The worker knows every job that an action may defer."""

import re
from pathlib import Path

from procrastinate.contrib.django import app

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(
    r"""@app\.task\((?:[^)]*?)name=["']([^"']+)["']|(?:configure_task|_TASK)\b(?:\(| = )["']([^"']+)["']"""
)


def test_every_named_job_is_known_to_the_worker() -> None:
    named = {
        first or second
        for source in (ROOT / "yanxiu").rglob("*.py")
        for first, second in NAMED.findall(source.read_text(encoding="utf-8"))
    }
    assert named
    app.perform_import_paths()
    assert named <= set(app.tasks), named - set(app.tasks)
