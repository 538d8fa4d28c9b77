"""pytest plugin: writes which marked tests passed, by clause and door. A mark is `clause("T3.2b", "T1.1", door="http")`."""

import json
from collections import Counter
from pathlib import Path

import pytest

DOORS = {"http", "browser"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clauses", metavar="FILE", help="write the passing tests of each clause to FILE as JSON")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", 'clause(*ids, door="http"|"browser"): proves clauses of the notice through a door'
    )
    # A worker of xdist only runs tests; the reports come together in the process that started it.
    if config.getoption("--clauses") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Writer(Path(config.getoption("--clauses"))), "clauses-writer")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("clause"):
            door = mark.kwargs.get("door")
            if not mark.args or (door is not None and door not in DOORS):
                raise pytest.UsageError(f"{item.nodeid}: a clause mark names ids and a door of {sorted(DOORS)}")
            for clause in mark.args:
                item.user_properties.append(("clause", [clause, door]))


class _Writer:
    def __init__(self, file: Path) -> None:
        self.file, self.proofs = file, set[tuple[str, str, str]]()
        self.counts: Counter[str] = Counter()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        if report.when == "call" or (report.when == "setup" and not report.passed):
            self.counts[report.outcome] += 1
        if report.when == "call" and report.passed:
            for name, value in report.user_properties:
                clause, door = value if name == "clause" and isinstance(value, list) else (None, None)
                if clause and door in DOORS:
                    self.proofs.add((clause, report.nodeid, door))

    def pytest_sessionfinish(self) -> None:
        rows = [{"id": c, "name": n, "door": d} for c, n, d in sorted(self.proofs) if n not in self.failed]
        self.file.write_text(json.dumps({"proofs": rows, "counts": dict(self.counts)}))
