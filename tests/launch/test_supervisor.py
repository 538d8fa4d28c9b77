"""What dies is started again, what is told to stop stops; shown on small processes."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from launch import children
from launch.console import Stop
from launch.spare import Spare
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


STANDS_BY = "import json, sys, time; print(json.loads(input())['order'] if not sys.argv[1:] else sys.argv[1:], flush=True); time.sleep(600)"


def test_who_stands_by_takes_the_place_of_the_dead_and_is_followed(watch: Supervisor, tmp_path: Path) -> None:
    watch.spare = Spare([sys.executable, "-c", STANDS_BY], environment=dict(os.environ), log=tmp_path / "spare", cwd=tmp_path)  # fmt: skip
    one = process("one", ["be", "one"], environment=dict(os.environ), log=tmp_path / "one", cwd=tmp_path, spare=watch.spare)  # fmt: skip
    watch.add(one)
    try:
        assert soon(lambda: one.log.read_text() == "['be', 'one']\n"), "without one standing by it is started as ever"
        watch.spare.due = 0
        watch._tend()
        assert watch.spare.process is not None
        standing, was = watch.spare.process.pid, one.pid
        os.kill(was, signal.SIGKILL)
        assert soon(lambda: seen(watch, one, was))
        assert one.pid == standing
        assert soon(lambda: (tmp_path / "spare").read_text() == "['be', 'one']\n")
        watch.spare.due = 0
        watch._tend()
        # Killed while it stands by: the next death is met as if there were none.
        left = watch.spare.process
        left.kill()
        left.wait()
        was = one.pid
        os.kill(was, signal.SIGKILL)
        assert soon(lambda: seen(watch, one, was))
        assert one.pid not in (was, left.pid)
        watch.spare.due = 0
        watch._tend()
        left = watch.spare.process
    finally:
        watch.end()
    assert not children.alive(one.pid) and not children.alive(left.pid)


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
