"""How cost grows with the province. `run.py bench growth [--sizes 1000,10000,100000,850000]`.

For each size a province of its own (built here, dropped afterwards); on it, by the benchmarks themselves: a page of one thing (the teacher's desk),
a page of many (a school's choices), a choice (`rush`) and a learning report (`pings`). Rows `act@size`: the CPU of server and database an act;
`growth` in the row of the largest size: how many times the smallest's. Goal: 1.5.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench._copies import copy
from bench._report import told

SIZES = [1_000, 10_000, 100_000, 850_000]
ROOT = Path(__file__).resolve().parents[1]
ACTS = {"one-desk": "page-one", "many-choices": "page-many", "choose-spread": "choice", "pings": "report"}
ORDERS = (
    ["-m", "bench.pages", "--only", "one-desk,many-choices", "--no-browser", "--rounds", "3", "--number", "160"],
    ["-m", "bench.rush", "--only", "choose-spread", "--rounds", "3", "--teachers", "4000"],
    ["-m", "bench.pings", "--only", "pings", "--rounds", "3", "--learners", "4000"],
)


def measured(teachers: int) -> tuple[list[dict[str, Any]], float]:
    """Rows, and the seconds of building. The province is built once; each benchmark gets a copy: they bring people and a programme of their own."""
    own = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    name = f"growth_{teachers}"
    with copy(own, name) as environment:
        began = time.monotonic()
        _run(["manage.py", "demo_build", "--teachers", str(teachers)], environment)
        building = time.monotonic() - began
        print(f"{teachers} teachers after {building:.0f} s", file=sys.stderr)
        found = []
        for order in ORDERS:
            with copy(name, f"{name}_copy") as there:
                found += json.loads(_run([*order, "--json"], there))["results"]
    return [row | {"name": f"{ACTS[row['name']]}@{teachers}"} for row in found], building


def _run(order: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *order], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode and not done.stdout:
        raise SystemExit(f"{' '.join(order)} failed")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (always)")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options = parser.parse_args()
    sizes = sorted(map(int, options.sizes.split(",")))
    done = [measured(size) for size in sizes]
    results = [row for rows, _ in done for row in rows]
    cpu = {row["name"]: row["cpu_ms_per_op"] for row in results}
    for row in results:
        act, _, size = row["name"].partition("@")
        least = cpu.get(f"{act}@{sizes[0]}")
        if int(size) == sizes[-1] and least:
            row["growth"] = round(row["cpu_ms_per_op"] / least, 2)
            print(f"{act}: {least:.2f} → {row['cpu_ms_per_op']:.2f} ms, × {row['growth']}", file=sys.stderr)
    return told("growth", results, building_s=round(sum(seconds for _, seconds in done), 1))


if __name__ == "__main__":
    sys.exit(main())
