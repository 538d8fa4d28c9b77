"""The embedded database survives what happens to it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import children
from launch.cluster import Cluster, hold
from tests.launch.conftest import soon

pytestmark = pytest.mark.xdist_group("launch")


@pytest.fixture
def cluster(awkward: Path) -> Iterator[Cluster]:
    # fsync stays on: what is tested is what a crash leaves.
    made = Cluster(awkward / "database", password="a-password", log=awkward / "database.log")
    yield made
    made.stop()


def test_killed_half_made_and_with_a_strangers_pid_it_starts_again(cluster: Cluster) -> None:
    half = cluster.home / "data-half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")  # a power cut in the middle of initdb
    cluster.start()
    assert len(str(cluster.data)) > 107
    assert not half.exists()
    cluster.psql("create table kept (n int); insert into kept values (7)")

    assert cluster.process is not None
    cluster.process.send_signal(signal.SIGKILL)
    cluster.process.wait()
    cluster.start()
    assert cluster.psql("select n from kept") == "7"

    cluster.process.send_signal(signal.SIGKILL)
    cluster.process.wait()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        file = cluster.data / "postmaster.pid"
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert cluster.pid() == 0
        cluster.start()
        assert cluster.psql("select n from kept") == "7"
    finally:
        stranger.communicate()


def test_nobody_gets_its_port_while_it_is_down(cluster: Cluster) -> None:
    """Everything else was told the port: a stranger on it would keep the platform away for good."""
    cluster.start()
    port = cluster.port
    assert cluster.process is not None
    cluster.process.send_signal(signal.SIGKILL)
    cluster.process.wait()
    with socket.socket() as stranger, pytest.raises(OSError):
        stranger.bind(("127.0.0.1", port))
    with hold() as other:
        assert other.getsockname()[1] != port
    cluster.start()
    assert cluster.port == port and cluster.psql("select 1") == "1"


def test_a_port_that_somebody_took_between_two_runs_is_left_to_them(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        cluster.home.mkdir(parents=True, exist_ok=True)
        (cluster.home / "port").write_text(f"{stranger.getsockname()[1]}\n")
        cluster.start()
        assert cluster.port != stranger.getsockname()[1] and cluster.psql("select 1") == "1"


def test_a_password_is_asked_for(cluster: Cluster) -> None:
    cluster.start()
    order = [str(cluster.programs / "psql"), "-X", "-w", "-c", "select 1", cluster.url("postgres", password="wrong")]
    refused = subprocess.run(order, capture_output=True, text=True, env={"PATH": os.defpath})
    assert refused.returncode
    assert "password authentication failed" in refused.stderr


def test_it_dies_with_the_command_that_started_it(awkward: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from launch.cluster import Cluster\n"
        "c = Cluster(Path(sys.argv[1]), password='p', log=Path(sys.argv[1] + '.log'), options={'fsync': 'off'}); c.start()\n"
        "print(c.process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(awkward / "d")], capture_output=True, text=True)
    pid = int(done.stdout)
    assert soon(lambda: not children.alive(pid))
