"""The front's own configuration, run by Caddy before three servers that say their name: who gets what."""

import http.client
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from launch import front
from launch.supervisor import answers


def named(name: str) -> ThreadingHTTPServer:
    class Says(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Length", str(len(name)))
            self.end_headers()
            self.wfile.write(name.encode())

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def port(tmp_path, monkeypatch) -> Iterator[int]:
    monkeypatch.setattr(front, "DATA", tmp_path)
    monkeypatch.setattr(front, "FILE", tmp_path / "Caddyfile")
    monkeypatch.delenv("YANXIU_DOMAIN", raising=False)
    behind = {name: named(name) for name in ("web", "stream", "passwords")}
    listener, port = front.listen("127.0.0.1", 18100)
    written = front.write(listener=listener, **{name: server.server_port for name, server in behind.items()})
    order = [front.caddy(), "run", "--config", str(written), "--adapter", "caddyfile"]
    process = subprocess.Popen(order, env={**os.environ, **front.variables()}, pass_fds=(listener.fileno(),))
    try:
        while not answers(port, "/"):
            assert process.poll() is None
        yield port
    finally:
        process.terminate()
        process.wait(20)
        listener.close()
        for server in behind.values():
            server.shutdown()
            server.server_close()


def asked(port: int, method: str, path: str) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path, body=b"x=1" if method == "POST" else None)
    return line.getresponse().read().decode()


def test_a_password_is_checked_where_nobody_else_waits(port):
    for path in ("/sign-in/", "/password/", "/link/abc/"):
        assert (asked(port, "GET", path), asked(port, "POST", path)) == ("web", "passwords")
    assert asked(port, "POST", "/places/") == "web"
    assert asked(port, "POST", "/hot/choose") == "stream"
