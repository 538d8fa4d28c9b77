"""Every benchmark but `faults` and the building of data, each on what it needs. `run.py bench all`: one JSON object, its rows named bench/row.

The pages are measured on the city (90,000): a province is built by `run.py bench pages` itself, and that is building data.
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
ORDERS = {
    "pages": ["--size", "city", "--rounds", "3"],
    "rush": ["--rounds", "3"],
    "pings": ["--rounds", "3"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (always)")
    parser.parse_args()
    results: list[dict[str, Any]] = []
    empty = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    for name, more in ORDERS.items():
        began = time.monotonic()
        order = [sys.executable, "-m", f"bench.{name}", *more, "--json"]
        with copy(empty, f"bench_{name}") as environment:
            done = subprocess.run(order, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        if not done.stdout:
            raise SystemExit(f"bench {name} failed")
        results += [row | {"name": f"{name}/{row['name']}"} for row in json.loads(done.stdout)["results"]]
        print(f"{name}: {(time.monotonic() - began) / 60:.1f} min", file=sys.stderr)
    return told("all", results)


if __name__ == "__main__":
    sys.exit(main())
