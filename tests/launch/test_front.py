"""The front's own configuration, run by Caddy before servers that say their name: who gets what."""

import http.client
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from launch import front
from launch.supervisor import answers

WEBS = ("web-1", "web-2")
held = threading.Event()  # set: a look at /long/ ends
asked_of: list[str] = []  # the server of each request, as soon as its head is there
FORM, FILE = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"


def named(name: str) -> ThreadingHTTPServer:
    class Says(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked_of.append(name)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/long/":
                held.wait(20)
            self.send_response(200)
            self.send_header("Content-Length", str(len(name)))
            self.end_headers()
            with suppress(OSError):  # Who sent half has gone.
                self.wfile.write(name.encode())

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def behind() -> Iterator[dict[str, ThreadingHTTPServer]]:
    held.clear()
    servers = {name: named(name) for name in (*WEBS, "stream", "passwords", "transfers")}
    yield servers
    held.set()
    for server in servers.values():
        gone(server)


def gone(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()


@pytest.fixture
def port(behind, tmp_path, monkeypatch) -> Iterator[int]:
    monkeypatch.setattr(front, "DATA", tmp_path)
    monkeypatch.setattr(front, "FILE", tmp_path / "Caddyfile")
    monkeypatch.delenv("YANXIU_DOMAIN", raising=False)
    ports = {name: server.server_port for name, server in behind.items()}
    listener, port = front.listen("127.0.0.1", 18100)
    web = [ports.pop(name) for name in WEBS]
    written = front.write(listener=listener, web=web, **ports)
    order = [front.caddy(), "run", "--config", str(written), "--adapter", "caddyfile"]
    process = subprocess.Popen(order, env={**os.environ, **front.variables()}, pass_fds=(listener.fileno(),))
    try:
        while not answers(port, "/"):
            assert process.poll() is None
        asked_of.clear()
        yield port
    finally:
        process.terminate()
        process.wait(20)
        listener.close()


def asked(port: int, method: str, path: str, kind: str = FORM) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path, body=b"x=1" if method == "POST" else None, headers={"Content-Type": kind})
    return line.getresponse().read().decode()


@contextmanager
def half(port: int, path: str, kind: str, *, sent: int, of: int) -> Iterator[None]:
    """Somebody sends so much of a body, and waits."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.putrequest("POST", path)
    line.putheader("Content-Type", kind)
    line.putheader("Content-Length", str(of))
    line.endheaders(b"x" * sent)
    time.sleep(0.5)
    yield
    line.close()


@contextmanager
def busy(port: int) -> Iterator[list[str]]:
    """One of the web processes has a request in hand; which one stands in the list afterwards."""
    served_by: list[str] = []
    long = threading.Thread(target=lambda: served_by.append(asked(port, "GET", "/long/")))
    long.start()
    time.sleep(0.5)
    yield served_by
    held.set()
    long.join()


def test_a_password_is_checked_where_nobody_else_waits(port):
    for path in ("/sign-in/", "/password/", "/link/abc/"):
        assert asked(port, "GET", path) in WEBS
        assert asked(port, "POST", path) == "passwords"
    assert asked(port, "POST", "/places/") in WEBS
    assert asked(port, "POST", "/hot/choose") == "stream"


def test_the_web_process_with_the_fewest_requests_in_hand_gets_the_next(port):
    with busy(port) as served_by:
        others = {asked(port, "GET", "/") for _ in range(12)}
    assert others == set(WEBS) - set(served_by)


def test_nobody_sees_that_one_web_process_is_gone(port, behind):
    """It has the fewest requests in hand, and must not be asked for ever because of that."""
    gone(behind["web-1"])
    with busy(port) as served_by:
        began = time.monotonic()
        assert {asked(port, method, "/") for _ in range(10) for method in ("GET", "POST")} == {"web-2"}
        assert time.monotonic() - began < 3
    assert served_by == ["web-2"]


def test_a_file_goes_where_its_slow_line_holds_nobody_else(port):
    assert asked(port, "POST", "/works/", FILE) == "transfers"
    assert asked(port, "GET", "/works/", FILE) in WEBS
    assert asked(port, "GET", "/roster/?page=2&export=xlsx") == "transfers"
    assert asked(port, "POST", "/sign-in/", FILE) == "passwords"
    with half(port, "/works/", FILE, sent=2_000_000, of=5_000_000):
        assert "transfers" in asked_of
        assert asked(port, "POST", "/works/") in WEBS


@pytest.mark.parametrize(("path", "size"), [("/places/", 100), ("/places/", 2_000_000), ("/sign-in/", 60_000)])
def test_a_form_is_handed_on_when_it_is_whole(port, path, size):
    """A web process has few threads, passwords one: whoever sends slowly must not hold it."""
    with half(port, path, FORM, sent=size, of=size + 1):
        assert asked_of == []


@pytest.mark.parametrize(("path", "size"), [("/places/", 2_200_000), ("/sign-in/", 70_000)])
def test_a_form_beyond_all_measure_is_refused_in_words(port, path, size):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("POST", path, body=b"x" * size, headers={"Content-Type": FORM})
    answer = line.getresponse()
    assert answer.status == 413 and "提交的内容太大" in answer.read().decode()
