"""What dies is started again, what is told to stop stops; shown on small processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch import children
from launch.console import Stop
from launch.paths import ROOT
from launch.spare import POSSIBLE, Spare
from launch.supervisor import Part, Supervisor, process
from tests.launch.conftest import soon

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
# Ignores a polite request, and has a child of its own.
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "own = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print(own.pid, flush=True); time.sleep(600)",
]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Supervisor:
    monkeypatch.setattr(children, "LIST", tmp_path / "processes.json")
    return Supervisor()


def part(name: str, order: list[str], folder: Path) -> Part:
    return process(name, order, environment=dict(os.environ), log=folder / f"{name}.log", cwd=folder)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def seen(watch: Supervisor, one: Part, was: int) -> bool:
    watch.watch()
    return not one.down and one.pid != was


def test_a_killed_child_is_started_again_at_once_and_then_ever_later(
    watch: Supervisor, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    one = part("one", FOREVER, tmp_path)
    watch.add(one)
    try:
        for wait in (0.0, 0.5):
            was = one.pid
            os.kill(was, signal.SIGKILL)
            began = time.monotonic()
            assert soon(lambda was=was: seen(watch, one, was))
            assert time.monotonic() - began >= wait
        assert "one was ended by SIGKILL" in capfd.readouterr().err
    finally:
        watch.end()
    assert not children.alive(one.pid)


def test_the_workers_of_a_killed_leader_are_ended_before_it_is_started_again(watch: Supervisor, tmp_path: Path) -> None:
    """They would keep its port, and go on with what the new one does too."""
    one = part("one", STUBBORN, tmp_path)
    watch.add(one)
    try:
        assert soon(lambda: "\n" in one.log.read_text())
        was, own = one.pid, int(one.log.read_text())
        os.kill(was, signal.SIGKILL)
        assert soon(lambda: seen(watch, one, was))
        assert soon(lambda: not children.alive(own), seconds=5)
    finally:
        watch.end(patience=0.5)


STANDS_BY = """
import sys, time
from launch.inside import loaded
if order := sys.argv[1:] or loaded._told():
    print(order, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(not POSSIBLE, reason="processes are adopted on Linux only")
def test_the_dead_are_forked_anew_from_one_that_stands_by(watch: Supervisor, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    spare = watch.spare = Spare([sys.executable, "-c", STANDS_BY], environment=environment, log=tmp_path / "spare", cwd=tmp_path)  # fmt: skip
    one = process("one", ["be", "one"], environment=environment, log=tmp_path / "one", cwd=tmp_path, spare=spare)
    watch.add(one)

    def killed(times: int) -> None:
        was = one.pid
        os.kill(was, signal.SIGKILL)
        assert soon(lambda: seen(watch, one, was))
        assert soon(lambda: one.log.read_text() == "['be', 'one']\n" * times)

    try:
        assert soon(lambda: one.log.read_text() == "['be', 'one']\n"), "without one standing by it is started as ever"
        watch._tend()
        assert spare.process is not None
        standing = spare.process
        assert soon(spare.ready)
        for times in (2, 3):
            killed(times)
            assert (parent(one.pid), os.getpgid(one.pid)) == (os.getpid(), one.pid)
            assert spare.process is standing, "it stands by for the next as well"
        # Killed itself: the next death is met as if there were none.
        standing.kill()
        standing.wait()
        assert children.alive(one.pid)
        killed(4)
        spare.due = 0
        watch._tend()
        assert spare.process is not None and spare.process is not standing
        assert soon(spare.ready)
        left = spare.process
    finally:
        watch.end(patience=2)
    assert not children.alive(one.pid) and not children.alive(left.pid)


@pytest.mark.skipif(not POSSIBLE, reason="processes are adopted on Linux only")
def test_what_a_part_leaves_behind_is_reaped(watch: Supervisor, tmp_path: Path) -> None:
    spare = Spare(FOREVER, environment=dict(os.environ), log=tmp_path / "spare", cwd=tmp_path)
    spare.tend()
    try:
        orphan = subprocess.run(
            ["sh", "-c", "sleep 0.3 >/dev/null & echo $!"], capture_output=True, text=True, check=True
        )
        pid = int(orphan.stdout)
        assert soon(lambda: parent(pid) == os.getpid())
        assert spare.process is not None
        known = [spare.process.pid]

        def buried() -> bool:
            children.bury(known)
            return not Path(f"/proc/{pid}").exists()

        assert soon(buried)
        assert spare.process.poll() is None
    finally:
        spare.end()


def test_the_end_reaches_the_stubborn_and_their_children(watch: Supervisor, tmp_path: Path) -> None:
    one = part("one", STUBBORN, tmp_path)
    watch.add(one)
    assert soon(lambda: "\n" in one.log.read_text())
    watch.end(patience=0.5)
    assert not children.alive(one.pid)
    assert soon(lambda: not children.alive(int(one.log.read_text())), seconds=5)


def test_the_next_start_ends_what_is_left_and_leaves_strangers_alone(watch: Supervisor, tmp_path: Path) -> None:
    left, stranger = part("left", FOREVER, tmp_path), part("stranger", FOREVER, tmp_path)
    pids = {"left": left.start(), "stranger": stranger.start()}
    children.write_down(pids)
    # The stranger's pid was given out anew since: its birth is another.
    text = children.LIST.read_text().replace(children.born(pids["stranger"]), "1")
    children.LIST.write_text(text)
    try:
        assert children.end_leftovers(patience=5) == ["left"]
        left.poll()
        assert soon(lambda: not children.alive(pids["left"]))
        assert children.alive(pids["stranger"])
    finally:
        children.signal_group(pids["stranger"], signal.SIGKILL)
        stranger.poll()


def test_a_signal_while_preparing_breaks_off(watch: Supervisor) -> None:
    with pytest.raises(Stop):
        watch._told(signal.SIGTERM, None)
    assert watch.ending
