"""What every benchmark prints: one JSON object, figures as medians of the rounds."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable
from typing import Any

from bench._client import Took


def times(seconds: Iterable[float]) -> dict[str, float]:
    """p50_ms, p95_ms and p99_ms of the answers' seconds."""
    found = sorted(seconds)
    return {f"p{part}_ms": found[len(found) * part // 100] * 1000 for part in (50, 95, 99)}


def figures(
    seconds: Iterable[float],
    *,
    n: int,
    wall: float,
    cpu: float,
    client: float = 0.0,
    bound: Took | None = None,
    exact: bool,
) -> dict[str, Any]:
    """A round of `n` acts: `seconds` of each answer; of `wall`, `cpu` (servers and database) and `client` in all; what it is compared with in `bound`."""
    most = len(bound.seconds) / bound.wall if bound else 0.0
    return {
        "ops_s": n / wall,
        **times(seconds),
        "cpu_ms_per_op": cpu * 1000 / n,
        "client_cpu_ms_per_op": client * 1000 / n,
        "bound_ops_s": most,
        "bound_p99_ms": times(bound.seconds)["p99_ms"] if bound else None,
        "ratio": n / wall / most if most else None,
        "exact": exact,
        "n": n,
        "wall_s": wall,
    }


def measured(name: str, act: Callable[[], dict[str, Any]], rounds: int) -> dict[str, Any]:
    """The row of an act done `rounds` times; each round is told as it ends."""
    done: list[dict[str, Any]] = []
    for number in range(rounds):
        last = act()
        done.append(last)
        said = f"{last['ops_s']:.0f}/s p99 {last.get('p99_ms', 0):.0f} ms exact {last['exact']}"
        print(f"{name} {number + 1}: {said}", file=sys.stderr)
    return median(name, done)


def median(name: str, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name}
    for key in rounds[0]:
        values = [r[key] for r in rounds]
        row[key] = all(values) if key == "exact" else None if values[0] is None else round(statistics.median(values), 3)
    row["ops_s_min"], row["ops_s_max"] = (
        round(min(r["ops_s"] for r in rounds), 1),
        round(max(r["ops_s"] for r in rounds), 1),
    )
    return row


def told(bench: str, results: list[dict[str, Any]], **more: float) -> int:
    """Prints the object, `more` beside its rows; the exit code says whether every row was exact (rows without `exact` do not count)."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    sys.stdout.write(
        json.dumps({"bench": bench, "machine": machine, "results": results, **more}, ensure_ascii=False) + "\n"
    )
    return 0 if all(row.get("exact") is not False for row in results) else 1
