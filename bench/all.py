"""Every benchmark of the goals but `faults`, each on a database of its own. `run.py bench all`: one JSON object, its rows named bench/row.

`minutes`: how long all took without building the provinces that pages and growth are measured on (`building_minutes`). Rows are medians of three rounds.
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

ROOT = Path(__file__).resolve().parents[1]
ORDERS: dict[str, list[str]] = {"pages": [], "rush": [], "pings": [], "growth": []}
QUICK = {
    "pages": ["--size", "city", "--rounds", "1", "--number", "24"],
    "rush": ["--rounds", "1", "--teachers", "3000"],
    "pings": ["--rounds", "1", "--learners", "3000"],
    "growth": ["--sizes", "1000,3000"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (always)")
    parser.add_argument("--only", help="benchmarks, separated by commas")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that all of it runs")
    options = parser.parse_args()
    orders = QUICK if options.quick else ORDERS
    results: list[dict[str, Any]] = []
    empty = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    spent = built = 0.0
    for name in options.only.split(",") if options.only else orders:
        began = time.monotonic()
        order = [sys.executable, "-m", f"bench.{name}", *orders[name], "--json"]
        with copy(empty, f"bench_{name}") as environment:
            done = subprocess.run(order, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        if not done.stdout:
            raise SystemExit(f"bench {name} failed")
        found = json.loads(done.stdout)
        results += [row | {"name": f"{name}/{row['name']}"} for row in found["results"]]
        building = found.get("building_s", 0.0)
        took = time.monotonic() - began - building
        spent, built = spent + took, built + building
        print(f"{name}: {took / 60:.1f} min, and {building / 60:.1f} of building data", file=sys.stderr)
    return told("all", results, minutes=round(spent / 60, 1), building_minutes=round(built / 60, 1))


if __name__ == "__main__":
    sys.exit(main())
