"""`run.py check`: everything that can be said about the sources without running them. Two checks at a time."""

import argparse
import hashlib
import json
import os
import subprocess
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from launch import setup, trimming
from launch.console import Stop, say
from launch.paths import ROOT, venv_python


@dataclass(frozen=True)
class Outcome:
    name: str
    ok: bool
    seconds: float
    said: str


def _orders() -> dict[str, list[str]]:
    """Check → arguments for the project's Python."""
    return {
        "types": ["-m", "mypy"],
        "format": ["-m", "ruff", "format", "--check", "--quiet", "."],
        "lint": ["-m", "ruff", "check", "--quiet", "."],
        "layers": ["-m", "launch.inside.layers"],
        "migrations": ["manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
        "words": ["-m", "launch.inside.messages", "check"],
        # Lint only: reformatting moves white space, and between Chinese characters white space is seen.
        "templates": ["-m", "djlint", "yanxiu", "--lint", "--quiet"],
    }


def check(options: argparse.Namespace, rest: list[str]) -> int:
    names = [*_orders(), "vendored"]
    if options.list:
        print("\n".join(names))
        return 0
    if unknown := set(options.names) - set(names):
        raise Stop(f"There is no check {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
    setup.ensure()
    if options.fix_messages:
        return _python(["-m", "launch.inside.messages", "fix"]).returncode
    if options.fix:
        for order in (["-m", "ruff", "check", "--fix", "--quiet", "."], ["-m", "ruff", "format", "--quiet", "."]):
            _python(order)
        trimming.fix()
    chosen = options.names or names
    with ThreadPoolExecutor(2) as pool:
        outcomes = []
        for outcome in pool.map(_one, chosen):
            outcomes.append(outcome)
            say(f"{'✓' if outcome.ok else '✗'} {outcome.name} ({outcome.seconds:.1f} s)")
            if not outcome.ok:
                say("    " + outcome.said.replace("\n", "\n    "))
    ok = all(outcome.ok for outcome in outcomes)
    if options.json:
        rows = [
            {"name": o.name, "ok": o.ok, "seconds": round(o.seconds, 1), "said": "" if o.ok else o.said}
            for o in outcomes
        ]
        print(json.dumps({"ok": ok, "checks": rows}, ensure_ascii=False))
    say("All checks passed." if ok else "Not clean.")
    return 0 if ok else 1


def _one(name: str) -> Outcome:
    began = time.monotonic()
    if name == "vendored":
        wrong = changed_vendored() + trimming.wrong()
        return Outcome(name, not wrong, time.monotonic() - began, "\n".join(wrong))
    done = _python(_orders()[name])
    lines = [line for line in (done.stdout + done.stderr).strip().splitlines() if ": note:" not in line]
    said = "\n".join(lines[:80] + [f"… and {len(lines) - 80} more lines"] * (len(lines) > 80))
    return Outcome(name, done.returncode == 0, time.monotonic() - began, said)


def _python(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    # A check needs no database and must not find the one of a developer by chance.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    environment |= {"YANXIU_SECRET_KEY": "check-only-" + "s" * 40, "YANXIU_DEVELOPMENT": "1", "NO_COLOR": "1"}
    order = [str(venv_python()), *arguments]
    return subprocess.run(order, capture_output=True, text=True, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL)


def changed_vendored() -> list[str]:
    """Files that are not what vendor.toml says they are, and files in the vendor folder that it does not name."""
    listed = tomllib.loads((ROOT / "vendor.toml").read_text(encoding="utf-8"))["file"]
    wrong = []
    for row in listed:
        file = ROOT / row["file"]
        if not file.exists():
            wrong.append(f"{row['file']}: missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            wrong.append(f"{row['file']}: not what {row['name']} {row['version']} contains")
    names = {row["file"] for row in listed}
    for folder in ("yanxiu/web/static/vendor", "launch/wheels"):
        for file in sorted((ROOT / folder).glob("*.*")):
            if str(file.relative_to(ROOT)) not in names:
                wrong.append(f"{file.relative_to(ROOT)}: not in vendor.toml")
    return wrong
