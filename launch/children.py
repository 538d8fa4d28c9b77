"""Child processes that never outlive us for long: each leads a group of its own, dies with its parent, and is written down.

Three nets, since each has holes: an orderly stop signals the groups; Linux signals the leaders when we die (PR_SET_PDEATHSIG);
the next start ends what the list of the last one still names, after making sure that those are the same processes.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from launch import files
from launch.paths import DATA

LIST = DATA / "processes.json"
_PR_SET_PDEATHSIG = 1
# Looked up before the fork: dlopen between fork and exec may deadlock.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def dies_with_parent(stop: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if _prctl is not None:
            # After the change of user, which would clear it: subprocess calls this last.
            _prctl(_PR_SET_PDEATHSIG, int(stop))
            if os.getppid() != parent:
                os.kill(os.getpid(), stop)

    return prepare


def start(
    order: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path | None,
    stop: signal.Signals = signal.SIGTERM,
    user: tuple[int, int] | None = None,
    descriptors: Sequence[int] = (),
    cwd: Path | None = None,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """`user` is (uid, gid) to drop to. Output goes to the end of `log`, or nowhere but our stderr."""
    out = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            list(order),
            env=dict(environment),
            stdin=stdin,
            stdout=out or sys.stderr,
            stderr=out or sys.stderr,
            start_new_session=True,
            preexec_fn=dies_with_parent(stop),
            pass_fds=tuple(descriptors),
            cwd=cwd,
            **dropped(user),
        )
    finally:
        if out:
            out.close()


def dropped(user: tuple[int, int] | None) -> dict[str, Any]:
    """The arguments that make a subprocess run as that user, with none of our groups."""
    return {"user": user[0], "group": user[1], "extra_groups": []} if user else {}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def born(pid: int) -> str:
    """When a process began, in the words of the system; with the pid it names a process for good. Empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    if sys.platform == "linux":
        return ""
    asked = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return asked.stdout.strip()


def bury(known: Collection[int]) -> None:
    """Reaps dead children of ours besides the known ones: what the parts leave behind comes to us (see Spare)."""
    for tasks in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, tasks.read_text().split()):
            if pid not in known:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


def signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def group_alive(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_down(running: Mapping[str, int]) -> None:
    """The list for the next start: name, pid and birth of each leader."""
    files.write(LIST, json.dumps([[name, pid, born(pid)] for name, pid in running.items()]))


def end_leftovers(*, patience: float = 15.0) -> list[str]:
    """Ends what a killed run left behind; the names of those found. A pid that now belongs to another is left alone."""
    try:
        rows = json.loads(files.read(LIST) or "[]")
    except ValueError:
        rows = []
    ours = [(name, pid) for name, pid, birth in rows if birth and born(pid) == birth and alive(pid)]
    # The leader may be gone and its group not: a group's number is not given again while it has members.
    lost = [(name, pid) for name, pid, birth in rows if birth and not born(pid) and group_alive(pid)]
    for name, pid in ours:
        os.kill(pid, signal.SIGINT if name == "database" else signal.SIGTERM)
    until = time.monotonic() + patience
    while any(alive(pid) for _, pid in ours) and time.monotonic() < until:
        time.sleep(0.1)
    for _, pid in ours + lost:
        signal_group(pid, signal.SIGKILL)
    LIST.unlink(missing_ok=True)
    return [name for name, _ in ours + lost]


def run(
    order: Sequence[str], *, environment: Mapping[str, str], cwd: Path, out: int | None = None, terminal: bool = False
) -> int:
    """Runs to the end in the foreground, dying with us; stdout becomes our stderr unless `out` is given.

    An interrupt from the terminal reaches the child too (it shares our group). With `terminal` the interrupt is the
    child's own business, as in a shell; otherwise the child gets time to end in order.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if terminal else None
    own = dies_with_parent(signal.SIGTERM)

    def prepare() -> None:
        if terminal:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        own()

    try:
        process = subprocess.Popen(
            list(order),
            env=dict(environment),
            stdin=None if terminal else subprocess.DEVNULL,
            stdout=sys.stderr if out is None else out,
            preexec_fn=prepare,
            cwd=cwd,
        )
        try:
            return process.wait()
        except BaseException as reason:
            if not isinstance(reason, KeyboardInterrupt):
                process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            raise
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
