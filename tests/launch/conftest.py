import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AWKWARD = "路 径 with spaces"


@pytest.fixture
def awkward() -> Iterator[Path]:
    """A folder whose path is long, has spaces and Chinese in it.

    Not below pytest's own, which every run closes to all but its user: the one that runs PostgreSQL must get in.
    """
    top = Path(tempfile.mkdtemp(prefix="yanxiu-launch-"))
    top.chmod(0o755)
    folder = top / AWKWARD / ("long-" * 16)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(top, ignore_errors=True)


def soon(happens: Callable[[], object], *, seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if happens():
            return True
        time.sleep(0.05)
    return False


class Run:
    """run.py in a process of its own, its words gathered in a file."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data, self.words = data, data / "words"
        data.mkdir(parents=True, exist_ok=True)
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("YANXIU_", "DATABASE_URL", "DJANGO_"))
        }
        with self.words.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "run.py"), *arguments],
                env={**clean, "YANXIU_DATA_DIR": str(data)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=data,
            )

    def said(self) -> str:
        return self.words.read_text(encoding="utf-8", errors="replace")

    def ready(self, *, seconds: float = 240) -> bool:
        soon(lambda: "Look at" in self.said() or self.process.poll() is not None, seconds=seconds)
        return "Look at" in self.said()

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=45)


@pytest.fixture
def run_py() -> Iterator[Callable[..., Run]]:
    started: list[Run] = []

    def start(data: Path, *arguments: str) -> Run:
        started.append(Run(data, *arguments))
        return started[-1]

    yield start
    for run in started:
        run.end()
