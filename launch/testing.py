"""`run.py test` and `run.py clauses`: the suite against a throw-away cluster."""

import argparse
import json
import os
import sys
import tempfile
import tomllib
from pathlib import Path

from launch import assets, browser, children, setup
from launch.cluster import Cluster
from launch.console import Stop, say, step
from launch.paths import ROOT, venv_python
from launch.scratch import scratch

# The journeys wait for the browser more than they work; two processes keep two cores busy.
PARALLEL = ["-n", "2", "--dist", "loadgroup"]


def test(options: argparse.Namespace, rest: list[str]) -> int:
    setup.ensure()
    chromium = browser.find(install=True)
    if not chromium and options.require_browser:
        raise Stop("The browser journeys were demanded (--require-browser), and there is no browser.")
    arguments = list(rest)
    if not any(
        part in ("-n", "--numprocesses", "--pdb", "--collect-only", "--co") or part.startswith("-n") for part in rest
    ):
        arguments = [*PARALLEL, *rest]
    with tempfile.TemporaryDirectory(prefix="yanxiu-results-") as folder:
        results = Path(folder) / "clauses.json"
        code = _pytest([*arguments, f"--clauses={results}"], chromium, json_only=options.json)
        if options.json:
            counts = json.loads(results.read_text())["counts"] if results.exists() else {}
            print(json.dumps({"ok": code == 0, "exit": code, "browser": bool(chromium), "counts": counts}))
    if not chromium:
        say("! NO BROWSER: the browser journeys were NOT RUN.")
    return code


def clauses(options: argparse.Namespace, rest: list[str]) -> int:
    """The register with the passing tests of each clause; a test counts only when it goes through a door."""
    setup.ensure()
    chromium = browser.find(install=True)
    register = tomllib.loads((ROOT / "docs" / "clauses.toml").read_text(encoding="utf-8"))["clause"]
    with tempfile.TemporaryDirectory(prefix="yanxiu-results-") as folder:
        results = Path(folder) / "clauses.json"
        _pytest([*PARALLEL, "-m", "clause", *rest, f"--clauses={results}"], chromium, json_only=options.json)
        if not results.exists():
            raise Stop("The tests could not be run, so nothing is known about the clauses.")
        proofs = json.loads(results.read_text())["proofs"]
    unknown = sorted({proof["id"] for proof in proofs} - {clause["id"] for clause in register})
    rows = [
        {
            "id": clause["id"],
            "need": clause["need"],
            "tests": [{"name": p["name"], "door": p["door"]} for p in proofs if p["id"] == clause["id"]],
        }
        for clause in register
    ]
    if options.json:
        print(json.dumps({"clauses": rows}, ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row['id']:8} {len(row['tests']):3} {'' if row['tests'] else '—'} {row['need'][:96]}")
    met = sum(1 for row in rows if row["tests"])
    say(f"{met} of {len(rows)} clauses have a passing test through a door.")
    if unknown:
        raise Stop(f"Tests name clauses that are not in the register: {', '.join(unknown)}")
    return 0


def _pytest(arguments: list[str], chromium: str, *, json_only: bool) -> int:
    """The database ends with this function, whatever pytest does. pytest prints to stdout unless that is for JSON."""
    assets.languages()
    with scratch() as cluster, tempfile.TemporaryDirectory(prefix="yanxiu-files-") as data:
        environment = scratch_environment(cluster, data)
        _template(environment)
        if chromium:
            environment["YANXIU_CHROMIUM"] = chromium
        order = [str(venv_python()), "-m", "pytest", *arguments]
        return children.run(order, environment=environment, cwd=ROOT, out=None if json_only else sys.stdout.fileno())


def scratch_environment(cluster: Cluster, data: str) -> dict[str, str]:
    """Nothing of the installation's own keys or database reaches a test."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("YANXIU_", "DATABASE_URL", "DJANGO_"))
    }
    return {
        **clean,
        "DATABASE_URL": cluster.url("yanxiu_base"),
        "YANXIU_TEST_TEMPLATE": "yanxiu_base",
        "YANXIU_DATA_DIR": data,
        "YANXIU_SECRET_KEY": "tests-only-" + "s" * 40,
        "YANXIU_FIELD_KEYS": "tests:" + "1f" * 32,
        "YANXIU_FIELD_HASH_KEY": "tests:" + "2e" * 32,
        "YANXIU_CLAIM_KEY": "tests:" + "3d" * 32,
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        "PYTHONPATH": str(ROOT),
        # Where /tmp is closed to this user Python looks further; the browser's driver does not.
        "TMPDIR": tempfile.gettempdir(),
        "PYTHONUNBUFFERED": "1",
        "PGPASSWORD": cluster.password,
    }


def _template(environment: dict[str, str]) -> None:
    """Migrates once; each test process then copies the tables instead of making them again."""
    with step("Making the tables once for all test processes"):
        code = children.run([str(venv_python()), "-m", "launch.inside.template"], environment=environment, cwd=ROOT)
    if code:
        raise Stop("The tables could not be made; the migrations fail.")
