"""Throw-away clusters: for tests, rehearsals and benchmarks."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch import children
from launch.cluster import Cluster
from launch.console import step
from launch.paths import LOGS

# What is measured has run for a day, so that it has its log files: 640 MB of them.
_LOG_FILES = "SELECT pg_logical_emit_message(false, '', ''); SELECT pg_switch_wal();\n" * 40 + "CHECKPOINT;"


@contextmanager
def scratch(*, durable: bool = False) -> Iterator[Cluster]:
    """A throw-away cluster, ended and removed whatever happens. `durable` keeps fsync, for measurements."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"yanxiu-{os.getpid()}-"))
    folder.chmod(0o755)
    options = {} if durable else {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    cluster = Cluster(folder, password=secrets.token_urlsafe(18), log=LOGS / "scratch-database.log", options=options)
    try:
        with step("Starting a throw-away database"):
            cluster.start()
            if durable:
                cluster.psql(_LOG_FILES)
        yield cluster
    finally:
        cluster.stop()
        for used in (cluster.home, folder):
            shutil.rmtree(used, ignore_errors=True)


def sweep() -> None:
    """Removes throw-away clusters whose command was killed: the folder's name says whose it was."""
    for folder in Path(tempfile.gettempdir()).glob("yanxiu-[0-9]*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not children.alive(int(owner)) and os.access(folder, os.W_OK):
            shutil.rmtree(folder, ignore_errors=True)
