"""The platform as a whole: a busy port, an awkward path, a killed child, a killed run.py, an orderly end."""

import http.client
import json
import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import children
from launch.serve import webs
from tests.launch.conftest import Run, soon

pytestmark = [pytest.mark.xdist_group("launch"), pytest.mark.launch]


def running(data: Path) -> dict[str, int]:
    try:
        return {name: pid for name, pid, _ in json.loads((data / "processes.json").read_text())}
    except (OSError, ValueError):
        return {}


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}", **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def healthy(port: int) -> bool:
    try:
        return get(port, "/hot/health")[0] == 200
    except OSError:
        return False


def test_it_starts_survives_and_stops(awkward: Path, run_py: Callable[..., Run]) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        first = run_py(awkward, "--no-demo", "--port", str(taken))
        assert first.ready(), first.said()
    found = re.search(r"http://localhost:(\d+)/", first.said())
    assert found is not None
    port = int(found.group(1))
    assert port != taken
    assert f"Port {taken} is taken" in first.said()

    status, _, page = get(port, "/")
    assert status == 200
    assert "研修" in page.decode()
    names = json.loads((awkward / "static" / "staticfiles.json").read_text())["paths"]
    status, headers, _ = get(port, "/static/" + names["vendor/htmx.min.js"], **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert "immutable" in headers["cache-control"]

    second = run_py(awkward, "--no-demo")
    assert second.process.wait(timeout=60) == 1
    assert "already running" in first.said()  # both write into one file

    before = running(awkward)
    assert set(before) == {"database", *webs(), "stream", "passwords", "transfers", "worker", "front"}
    # One web process less is seen by nobody.
    os.kill(before["web-2"], signal.SIGKILL)
    assert {get(port, "/")[0] for _ in range(20)} == {200}
    killed = ("front", *webs(), "database")
    assert soon(lambda: running(awkward).get("web-2", before["web-2"]) != before["web-2"])
    before = running(awkward)
    for name in killed:
        os.kill(before[name], signal.SIGKILL)
    assert soon(lambda: all(running(awkward).get(n, before[n]) != before[n] for n in killed))
    assert soon(lambda: healthy(port) and get(port, "/")[0] == 200), first.said()
    assert "web-1 was ended by SIGKILL" in first.said()

    # Killed itself: nothing of it goes on, and the next start finds a usable state.
    left = running(awkward)
    first.process.kill()
    first.process.wait()
    assert soon(lambda: not any(children.alive(pid) for pid in left.values())), left
    third = run_py(awkward, "--no-demo", "--port", str(port))
    assert soon(lambda: third.said().count("Look at") == 2, seconds=240), third.said()
    assert healthy(port)

    left = running(awkward)
    assert third.end() == 0
    assert not any(children.alive(pid) for pid in left.values())
