"""The platform as `run.py` serves it, in a folder of its own: started, its parts killed, waited for, stopped. Import this before Django."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Platform:
    def __init__(self, folder: Path) -> None:
        """`folder` must be open to everybody: as root PostgreSQL runs as somebody else."""
        self.data = folder / "data"
        self.words = folder / "words"
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("YANXIU_", "DATABASE_URL", "DJANGO_"))}
        self.environment = {**clean, "YANXIU_DATA_DIR": str(self.data)}
        self.started = time.monotonic()
        with self.words.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "run.py"), "--no-demo", "--port", "18000"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd=ROOT,
            )  # fmt: skip
        self.port, self.superuser = 0, ""

    def wait(self, seconds: float = 300) -> None:
        while not (found := re.search(r"Look at http://localhost:(\d+)/", self.said())):
            if self.process.poll() is not None or time.monotonic() - self.started > seconds:
                raise RuntimeError(f"the platform does not start:\n{self.said()[-2000:]}")
            time.sleep(0.1)
        self.port = int(found.group(1))

    def said(self) -> str:
        return self.words.read_text(encoding="utf-8", errors="replace")

    def settle(self) -> None:
        """This process becomes one of the installation's: the same database, the same keys."""
        os.environ.update({"YANXIU_DATA_DIR": str(self.data), "DJANGO_SETTINGS_MODULE": "config.settings"})
        # The acts of a fault are few, and nobody else waits for this loop.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        from launch.database import Database

        database = Database()
        assert database.cluster is not None
        os.environ["DATABASE_URL"], self.superuser = database.owner_url(), database.cluster.url("yanxiu")
        import django

        django.setup()

    # --- its parts

    def pids(self) -> dict[str, int]:
        """As the supervisor wrote them down."""
        try:
            return {name: pid for name, pid, _ in json.loads((self.data / "processes.json").read_text())}
        except (OSError, ValueError):
            return {}

    def of(self, part: str) -> dict[str, int]:
        """The processes of a part: web is several, web-1 and so on."""
        return {name: pid for name, pid in self.pids().items() if name.partition("-")[0] == part}

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> None:
        """The whole part at once. PostgreSQL's back ends lead groups of their own and find out by themselves."""
        for pid in self.of(part).values():
            os.killpg(pid, number)

    def get(self, path: str, *, timeout: float = 15, **headers: str) -> tuple[int, dict[str, str], str]:
        """Status 0 where there was no answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            line.request("GET", path, headers={"Host": f"localhost:{self.port}", **headers})
            answer = line.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, {}, ""
        finally:
            line.close()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
