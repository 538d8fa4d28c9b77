"""Servers of a benchmark: processes of their own on loopback, the front before them, and the CPU time that they and the database have used."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path

from django.db import connection

from launch import front
from launch.supervisor import answers


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


class Server:
    """One granian worker: the stream, or with `more=WEB` (launch/serve.py) a web process. Ready when `health` answers."""

    def __init__(self, app: str, *, health: str = "/hot/health", more: list[str] | None = None) -> None:
        self.port = free_port()
        order = [
            sys.executable,
            "-m",
            "launch.inside.loaded",
            "granian",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        own = more or []
        order += [] if "--interface" in own else ["--interface", "rsgi"]
        order += [] if "--workers" in own else ["--workers", "1"]
        order += ["--backlog", "8192", "--log-level", "warning", *own, app]
        self.process = subprocess.Popen(order)
        until = time.monotonic() + 60
        while True:
            try:
                line = HTTPConnection("127.0.0.1", self.port, timeout=5)
                line.request("GET", health)
                line.getresponse().read()
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class Front:
    """Caddy with the platform's own configuration before these servers, on a port of its own."""

    def __init__(self, *, stream: int, web: Sequence[int] = (1,), passwords: int = 1, transfers: int = 1) -> None:
        listener, self.port = front.listen("127.0.0.1", free_port())
        written = front.write(web=web, stream=stream, passwords=passwords, transfers=transfers, listener=listener)
        order = [front.caddy(), "run", "--config", str(written), "--adapter", "caddyfile"]
        environment = {**os.environ, **front.variables()}
        self.process = subprocess.Popen(order, env=environment, pass_fds=(listener.fileno(),))
        until = time.monotonic() + 60
        while not answers(self.port, "/static/none") and time.monotonic() < until:
            time.sleep(0.1)
        self.listener = listener

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.listener.close()


def cpu_of(pids: list[int]) -> float:
    """CPU seconds so far of these processes and their children, of those too that have ended and were waited for (Linux)."""
    tick, total, wanted = os.sysconf("SC_CLK_TCK"), 0.0, set(pids)
    table = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            table[int(entry.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / tick)
    grew = True
    while grew:
        more = {pid for pid, (parent, _) in table.items() if parent in wanted} - wanted
        wanted |= more
        grew = bool(more)
    total = sum(table[pid][1] for pid in wanted if pid in table)
    return total


def postmaster() -> int | None:
    """The database's parent process when it runs on this machine and may be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    try:
        return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
