"""A real stream process (granian) over the test's database, and a small client."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.conf import settings
from django.db import connection

from yanxiu.lib.secrets import sign_claim

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Stream:
    """Started, killed, started again on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        database = connection.settings_dict
        url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
        order = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "rsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        order += ["--workers", "1", "--backlog", "4096", "--log-level", "warning", "config.stream:app"]
        self.process = subprocess.Popen(order, cwd=ROOT, env=environment, start_new_session=True)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if self.get("/hot/health")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the stream process does not answer")

    def kill(self) -> None:
        """The whole group at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        return self.request("GET", path)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 20,
    ) -> tuple[int, dict[str, Any]]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, {**orjson.loads(answer.read()), "_headers": dict(answer.getheaders())}
        finally:
            line.close()

    def post(self, path: str, payload: Any, person: int, **headers: str) -> tuple[int, dict[str, Any]]:
        return self.request("POST", path, orjson.dumps(payload), {**signed(person), **headers})

    def choose(
        self, person: int, training_class: Any, key: str | None = None, **more: Any
    ) -> tuple[int, dict[str, Any]]:
        payload = {
            "batch": training_class.batch_id,
            "training_class": training_class.pk,
            "key": key or str(uuid4()),
            **more,
        }
        return self.post("/hot/choose", payload, person)


def claim(person: int, *, account: int = 1, epoch: int = 0, seconds: int = 600, **more: Any) -> str:
    payload = {
        "person": person,
        "account": account,
        "appointment": None,
        "epoch": epoch,
        "exp": int(time.time()) + seconds,
        **more,
    }
    return sign_claim(payload, settings.CLAIM_KEY)


def signed(person: int, **more: Any) -> dict[str, str]:
    return {"cookie": f"other=1; yx_claim={claim(person, **more)}", "x-yx": "1", "content-type": "application/json"}


@pytest.fixture(scope="module")
def running(django_db_setup: None) -> Iterator[Stream]:
    """One process for a module: starting it takes longer than a test."""
    started = Stream()
    yield started
    started.stop()


@pytest.fixture
def stream(running: Stream, transactional_db: None) -> Stream:
    if running.process is None or running.process.poll() is not None:
        running.start()
    return running
