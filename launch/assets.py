"""What is made from the sources before the pages can be served: compiled languages and collected static files."""

import gzip
import os
from pathlib import Path

from launch import children, files
from launch.console import Stop, step
from launch.database import Database
from launch.paths import DATA, ROOT, venv_python

_COMPRESSED = {".css", ".js", ".svg", ".json", ".txt", ".vtt", ".map"}


def languages() -> None:
    """Compiles what is newer than its result. Done by Babel: a bare machine has no msgfmt."""
    stale = [
        po
        for po in [*ROOT.glob("locale/*/*/*.po"), *ROOT.glob("yanxiu/*/locale/*/*/*.po")]
        if not _newer(po.with_suffix(".mo"), po)
    ]
    if stale:
        with step("Compiling the languages", quiet_under=2):
            order = [str(venv_python()), "-m", "launch.inside.messages", "compile", *map(str, stale)]
            if children.run(order, environment=_plain(), cwd=ROOT):
                raise Stop("The languages could not be compiled.")


def static(database: Database) -> None:
    """Collects and compresses, when a name, size or time has changed since the last time."""
    sources = sorted(path for path in ROOT.glob("yanxiu/*/static/**/*") if path.is_file())
    seen = "\n".join(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sources)
    wanted = files.digest([ROOT / "requirements.lock", ROOT / "config" / "settings.py"], also=seen)
    stamp = DATA / "static" / "collected"
    if files.read(stamp) == wanted:
        return
    with step("Collecting static files", quiet_under=2):
        database.manage(
            "collectstatic",
            "--no-input",
            "--clear",
            "--skip-checks",
            "--verbosity",
            "0",
            failure="Static files could not be collected",
        )
        compress(DATA / "static")
        files.write(stamp, wanted)


def compress(folder: Path) -> None:
    """Beside each file worth it, the one that the front sends."""
    for path in folder.rglob("*"):
        if path.suffix in _COMPRESSED and path.stat().st_size > 1000:
            Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def _newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _plain() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
