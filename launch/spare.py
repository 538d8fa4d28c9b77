"""A process with everything loaded stands by for whichever part of ours dies first; a new one is made when that is over.

Loading takes seconds of the processor, more when the machine is busy, and a rush does not wait. It costs the memory of one process.
"""

import json
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from launch import children

SETTLED = 3.0  # seconds that whoever took the spare's place has the processor for itself


class Spare:
    def __init__(self, order: Sequence[str], *, environment: Mapping[str, str], log: Path, cwd: Path) -> None:
        self.order, self.environment, self.log, self.cwd = order, environment, log, cwd
        self.process: subprocess.Popen[bytes] | None = None
        self.due = time.monotonic() + SETTLED

    def tend(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            self.process, self.due = (
                None,
                time.monotonic() + 10 * SETTLED,
            )  # It should not die; if it must, then rarely.
        if self.process is None and time.monotonic() >= self.due:
            self.process = children.start(
                self.order, environment=self.environment, log=self.log, cwd=self.cwd, stdin=subprocess.PIPE
            )

    def become(self, order: Sequence[str], *, log: Path, orphaned: signal.Signals) -> subprocess.Popen[bytes] | None:
        """The spare as that part from now on; None where there is none. One that still loads does it when it has."""
        process, self.process, self.due = self.process, None, time.monotonic() + SETTLED
        if process is None or process.stdin is None or process.poll() is not None:
            return None
        try:
            told = {"order": list(order), "log": str(log), "orphaned": int(orphaned)}
            process.stdin.write(json.dumps(told).encode() + b"\n")
            process.stdin.close()
        except OSError:
            return None
        return process

    def end(self) -> None:
        if self.process is not None:
            children.signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
        self.due = float("inf")
