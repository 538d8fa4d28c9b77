"""The platform as `run.py` serves it (front, web and stream as processes of their own, one origin) over the test's database."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import override_settings

from launch import children, front
from launch.supervisor import answers

ROOT = Path(__file__).resolve().parents[2]
GRANIAN = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--log-level", "warning", "--workers", "1"]


def database_url() -> str:
    to = connection.settings_dict
    return f"postgresql://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"


def environment(data: Path) -> dict[str, str]:
    """The test's own keys, so that sessions and claims made here are believed there."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "YANXIU_DATA_DIR": str(data),
        "YANXIU_STATIC": "hashed",
        "YANXIU_SECRET_KEY": settings.SECRET_KEY,
        "YANXIU_FIELD_KEYS": settings.FIELD_KEYS,
        "YANXIU_FIELD_HASH_KEY": settings.FIELD_HASH_KEY,
        "YANXIU_CLAIM_KEY": settings.CLAIM_KEY,
        "PYTHONPATH": str(ROOT),
    }


def free_ports(number: int) -> list[int]:
    """Held together while they are looked for: never the same one twice."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Platform:
    def __init__(self, data: Path, more: dict[str, str]) -> None:
        self.data, self.processes = data, list[subprocess.Popen[bytes]]()
        self.environment = {**environment(data), **more}
        # The storages remember their folder from their first use in this process: an assignment to settings would not reach them.
        self.own = override_settings(MEDIA_ROOT=data / "files", STATIC_ROOT=data / "static")
        self.own.enable()
        front.DATA, front.FILE = data, data / "Caddyfile"
        self.manage("collectstatic", "--no-input", "-v0")
        web, stream, at = free_ports(3)
        self.listener, port = front.listen("127.0.0.1", at)
        self.url = f"http://localhost:{port}"
        self._start(
            [*GRANIAN, "--interface", "wsgi", "--port", str(web), "--blocking-threads", "4", "config.wsgi:application"]
        )
        self._start([*GRANIAN, "--interface", "rsgi", "--port", str(stream), "config.stream:app"])
        caddyfile = front.write(web=[web], stream=stream, passwords=web, transfers=web, listener=self.listener)
        caddy = [front.caddy(), "run", "--config", str(caddyfile), "--adapter", "caddyfile"]
        self._start(caddy, {**os.environ, **front.variables()}, (self.listener.fileno(),))
        self._wait(lambda: answers(stream, "/hot/health"))
        self._wait(lambda: answers(port, "/about/privacy/"))

    def _start(self, order: list[str], own: dict[str, str] | None = None, descriptors: tuple[int, ...] = ()) -> None:
        log = self.data / "log"
        self.processes.append(
            children.start(order, environment=own or self.environment, log=log, descriptors=descriptors, cwd=ROOT)
        )

    def _wait(self, ready: Callable[[], bool], seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while not ready():
            gone = [p.args for p in self.processes if p.poll() is not None]
            assert not gone and time.monotonic() < end, (gone, (self.data / "log").read_text()[-3000:])
            time.sleep(0.2)

    def manage(self, *order: str) -> None:
        whole = [sys.executable, "manage.py", *order]
        done = subprocess.run(whole, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr[-3000:]

    def work(self) -> None:
        """The worker, until nothing is left to do."""
        self.manage("procrastinate", "worker", "--one-shot")

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()
        self.listener.close()
        self.own.disable()
        shutil.rmtree(self.data, ignore_errors=True)
