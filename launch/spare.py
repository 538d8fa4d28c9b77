"""A process with everything loaded stands by; our parts are forked from it, at the start and whenever one has died.

Loading takes seconds of the processor, many more when the machine is busy, and a rush does not wait. It costs the memory of one process,
of which each part shares what it does not change. Linux only: what the fork leaves is adopted by us, so that we hear of its end.
"""

import ctypes
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch import children

POSSIBLE = sys.platform == "linux"
AGAIN = 30.0  # seconds until one that has died is made anew: it should not, so this is rare
PATIENCE = 10.0  # seconds for a fork, on a machine that does a lot else
_PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Adopted:
    """As a Popen, of a process that somebody else has started."""

    pid: int
    code: int | None = None

    def poll(self) -> int | None:
        if self.code is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.code = -signal.SIGKILL
            else:
                self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code


class Spare:
    """`order` is launch.inside.loaded, whose side of this is told there."""

    def __init__(self, order: Sequence[str], *, environment: Mapping[str, str], log: Path, cwd: Path) -> None:
        self.order, self.environment, self.log, self.cwd = order, environment, log, cwd
        self.process: subprocess.Popen[bytes] | None = None
        self.line: socket.socket | None = None
        self.loaded = False
        self.due = 0.0

    def tend(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            self._lost()
        if POSSIBLE and self.process is None and time.monotonic() >= self.due:
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
            self.line, theirs = socket.socketpair()
            with theirs:
                self.process = children.start(
                    self.order, environment=self.environment, log=self.log, cwd=self.cwd, stdin=theirs.fileno()
                )

    def ready(self) -> bool:
        """Whether it has loaded everything."""
        if not self.loaded and self.line is not None and select.select([self.line], [], [], 0)[0]:
            self.loaded = self._heard() == b"loaded"
        return self.loaded

    def become(self, order: Sequence[str], *, log: Path, orphaned: signal.Signals) -> Adopted | None:
        """A fork of it is that part; None where there is nothing to fork yet."""
        if self.line is None or not self.ready():
            return None
        told = {"order": list(order), "log": str(log), "orphaned": int(orphaned), "parent": os.getpid()}
        try:
            self.line.sendall(json.dumps(told).encode() + b"\n")
            return Adopted(int(self._heard()))
        except (OSError, ValueError):
            self._lost()  # Closed first: a fork that comes late cannot tell us its number and ends.
            return None

    def _heard(self) -> bytes:
        """Its next line; empty when it has gone."""
        assert self.line is not None
        self.line.settimeout(PATIENCE)
        return self.line.makefile("rb", buffering=0).readline().strip()

    def _lost(self) -> None:
        if self.line is not None:
            self.line.close()
        if self.process is not None:
            children.signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process, self.line, self.loaded, self.due = None, None, False, time.monotonic() + AGAIN

    def end(self) -> None:
        self._lost()
        self.due = float("inf")
