"""What breaks under a rush and learning reports, on the platform as run.py serves it. `run.py bench faults --json [--rounds 25] [--only …]`.

Rows kill-database, kill-stream, kill-web, kill-worker (`kill -9` of the whole part), restart (of the database), then connections, half-bodies,
big-bodies, idle and disk-full. Each: `n` faults, `back_s` from the fault to the part's first answer (p50, max), `longest_s` somebody waited for an
answer, `again` requests that were sent more than once; `exact`: what was acknowledged is stored, places and seconds are those of the oracles, who sends again
hears the same, no answer was unclear. The visitors go through the public port and send again as a browser does. Disk-full needs root and a loop device.
"""

import argparse
import asyncio
import signal
import statistics
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench._platform import Platform
from bench._report import told
from bench._volume import volume

KILLED = ("database", "stream", "web", "worker")


def row(name: str, faults: list[dict[str, Any]]) -> dict[str, Any]:
    back = [fault["back_s"] for fault in faults]
    for wrong in [line for fault in faults for line in fault["wrong"]][:8]:
        print(f"  wrong: {name}: {wrong}", file=sys.stderr)
    return {
        "name": name,
        "n": len(faults),
        "back_s_p50": round(statistics.median(back), 2),
        "back_s_max": round(max(back), 2),
        "longest_s": round(max(fault["longest_s"] for fault in faults), 2),
        "asked": sum(fault["asked"] for fault in faults),
        "again": sum(fault["again"] for fault in faults),
        "exact": not any(fault["wrong"] for fault in faults),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (always)")
    parser.add_argument("--rounds", type=int, default=25, help="kills of each part")
    parser.add_argument("--only", help="rows, separated by commas")
    parser.add_argument("--choosers", type=int, default=1000, help="during each fault")
    parser.add_argument("--learners", type=int, default=100, help="who play meanwhile")
    parser.add_argument("--seed", type=int, default=20230304)
    options = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # The platform is stopped and the volume taken away then too.
    names = [*(f"kill-{part}" for part in KILLED), "restart", "connections", "half-bodies", "big-bodies", "idle", "disk-full"]  # fmt: skip
    names = [name for name in names if not options.only or name in options.only.split(",")]
    with (
        tempfile.TemporaryDirectory(prefix="yanxiu-faults-") as top,
        volume(Path(top), wanted="disk-full" in names) as (folder, small),
    ):
        platform = Platform(folder)
        try:
            platform.wait()
            platform.settle()
            return told("faults", measure(platform, options, names, small=small))
        finally:
            platform.stop()
            if options.json is False:
                print(platform.said()[-3000:], file=sys.stderr)


def measure(platform: Platform, options: argparse.Namespace, names: list[str], *, small: bool) -> list[dict[str, Any]]:
    from bench._faults import Faults

    at = Faults(platform, options)
    faults: dict[str, list[dict[str, Any]]] = {name: [] for name in names}

    def once(name: str, act: Callable[[], dict[str, Any]]) -> None:
        began = time.monotonic()
        try:
            faults[name].append(act())
        except Exception as error:  # The rows that there are must not be lost with one that could not be measured.
            traceback.print_exc()
            faults[name].append({"back_s": 0.0, "longest_s": 0.0, "asked": 0, "again": 0, "wrong": [repr(error)]})
        last = faults[name][-1]
        print(f"{name} {len(faults[name])}: back after {last['back_s']:.1f} s, {last['again']} again, {time.monotonic() - began:.0f} s, wrong {last['wrong'][:3]}", file=sys.stderr)  # fmt: skip

    # In turn: a part that dies again within seconds of its start is started later and later, and rightly.
    for _ in range(options.rounds):
        for part in KILLED:
            if f"kill-{part}" in names:
                once(f"kill-{part}", lambda part=part: asyncio.run(at.kill(part)))
    for name in names:
        if name == "restart":
            for _ in range(min(options.rounds, 5)):
                once(name, lambda: asyncio.run(at.kill("database", signal.SIGINT)))
        elif name == "disk-full" and not small:
            print("  disk-full was NOT RUN: it needs root and a loop device", file=sys.stderr)
        elif not name.startswith("kill-"):
            once(name, lambda name=name: asyncio.run(getattr(at, name.replace("-", "_"))()))
    return [row(name, found) for name, found in faults.items() if found]


if __name__ == "__main__":
    sys.exit(main())
