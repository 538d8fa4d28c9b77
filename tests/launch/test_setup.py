"""What stops a set-up stops it with one clear sentence, and the next start goes on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As cloned, nothing installed; only what the set-up needs."""
    top = tmp_path / "检 出"
    top.mkdir()
    for name in ("run.py", "requirements.lock"):
        shutil.copy(ROOT / name, top)
    shutil.copytree(ROOT / "launch", top / "launch")
    return top


def run(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("YANXIU_", "PIP_", "UV_", "DATABASE_URL"))}
    # A Python without pip, so that the carried wheel works; an index that nobody answers for.
    nowhere = checkout / "nowhere"
    nowhere.mkdir()
    (nowhere / "pip.py").write_text("raise SystemExit(1)")
    clean |= {
        "PYTHONPATH": str(nowhere),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "0",
        "PIP_INDEX_URL": "http://127.0.0.1:1/simple",
    }
    order = [sys.executable, str(checkout / "run.py"), "db", "stop"]
    return subprocess.run(
        order, env=clean | environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
    )


def test_without_a_network_it_says_so_and_leaves_nothing_half_made(checkout: Path) -> None:
    done = run(checkout)
    assert done.returncode == 1
    assert "the package index cannot be reached" in done.stderr
    assert "goes on from here" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()
    assert done.stdout == ""


def test_an_old_python_is_named(checkout: Path) -> None:
    script = f"import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path({str(checkout / 'run.py')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is 3.9" in done.stderr


def test_an_unknown_command_or_argument_explains_the_use(checkout: Path) -> None:
    for arguments in (["nonsense"], ["db", "explode"], ["--colour"]):
        done = subprocess.run([sys.executable, str(checkout / "run.py"), *arguments], capture_output=True, text=True)
        assert done.returncode == 2
        assert "usage: run.py" in done.stderr


@pytest.mark.parametrize("command", ["", "serve", "test", "check", "rehearse", "bench", "clauses", "demo", "db"])
def test_every_command_explains_itself_before_anything_is_installed(checkout: Path, command: str) -> None:
    order = [sys.executable, str(checkout / "run.py"), *filter(None, [command]), "--help"]
    done = subprocess.run(order, capture_output=True, text=True)
    assert done.returncode == 0
    assert "usage: run.py" in done.stdout
    assert not (checkout / ".tools").exists()
