"""One PostgreSQL cluster from the wheel's programs: made once, started, waited for, stopped.

Loopback TCP with a password only: a Unix socket's path may have 107 bytes, and a checkout's path may have more.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlparse

from launch import children, files, unprivileged
from launch.console import Stop, say, step

PATIENCE = 30.0  # seconds: recovery after a crash
SUPERUSER = "postgres"


def hold(port: int = 0) -> socket.socket:
    """A loopback port for a child of ours, kept while the child is down: bound, never listened on. OSError when somebody has it.

    Linux lets a second socket bind where both say that the address may be used again and nobody listens. A free port is asked for
    before saying so: otherwise the port that another checkout keeps would do.
    """
    held = socket.socket()
    try:
        if port:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", port))
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except BaseException:
        held.close()
        raise
    return held


def connection(url: str) -> dict[str, str]:
    """A connection for PostgreSQL's programs: in the environment, since everybody may read a command line."""
    parts = urlparse(url)
    told = {
        "PGHOST": parts.hostname,
        "PGPORT": parts.port and str(parts.port),
        "PGUSER": parts.username and unquote(parts.username),
        "PGPASSWORD": parts.password and unquote(parts.password),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    return {name: value for name, value in told.items() if value}


class Cluster:
    """`wanted` is the folder for it (the data may have to lie elsewhere, see unprivileged.place)."""

    def __init__(self, wanted: Path, *, password: str, log: Path, options: dict[str, str] | None = None):
        self.user = unprivileged.user()
        self.home = unprivileged.place(self.user, wanted)
        self.programs = unprivileged.programs(self.user, self.home)
        self.data, self.password, self.log = self.home / "data", password, log
        self.options = options or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.held: socket.socket | None = None

    # -- facts

    @property
    def port(self) -> int:
        return int(files.read(self.home / "port") or 0)

    def url(self, database: str, *, role: str = SUPERUSER, password: str | None = None) -> str:
        return f"postgresql://{role}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def pid(self) -> int:
        """The running postmaster's, 0 if none. A stale file may name a process of somebody else's."""
        first = files.read(self.data / "postmaster.pid").splitlines()[:1]
        pid = int(first[0]) if first and first[0].isdigit() else 0
        if not pid or not children.alive(pid):
            return 0
        try:
            order = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return pid
        return pid if b"postgres" in order and os.fsencode(self.data) in order else 0

    def answers(self) -> bool:
        order = [
            str(self.programs / "pg_isready"),
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            SUPERUSER,
            "-t",
            "2",
        ]
        return bool(self.port) and subprocess.run(order, cwd="/").returncode == 0

    # -- acts

    def make(self) -> None:
        """initdb beside and rename: what a power cut left half made is begun again."""
        if (self.data / "PG_VERSION").exists():
            return
        half, secret = self.home / "data-half", self.home / "password-half"
        with step("Making the database cluster", quiet_under=1):
            shutil.rmtree(half, ignore_errors=True)
            files.write(secret, self.password + "\n", mode=0o600)
            if self.user:
                os.chown(self.home, *self.user)
                os.chown(secret, *self.user)
            order = [str(self.programs / "initdb"), "-D", str(half), "-U", SUPERUSER, f"--pwfile={secret}"]
            order += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
            order += ["--builtin-locale=C.UTF-8", "--no-instructions"]
            order += ["--no-sync"] if self.options.get("fsync") == "off" else []
            done = subprocess.run(
                order,
                capture_output=True,
                text=True,
                cwd="/",
                env=self._environment(),
                preexec_fn=children.dies_with_parent(signal.SIGKILL),
                **children.dropped(self.user),
            )
            secret.unlink()
            if done.returncode:
                shutil.rmtree(half, ignore_errors=True)
                raise Stop("The database cluster could not be made.", hint=(done.stderr or done.stdout).strip())
            half.rename(self.data)

    def start(self) -> None:
        """Starts the postmaster as our child and waits until it answers."""
        self.make()
        until, say_at = time.monotonic() + PATIENCE, time.monotonic() + 3
        while True:
            if self.process is None or self.process.poll() is not None:
                self.spawn()
            time.sleep(0.05)
            if self.process and self.process.poll() is None and self.answers():
                return
            if time.monotonic() > until:
                self.stop()
                raise Stop(
                    f"The database does not start within {PATIENCE:.0f} s.", hint=f"{_last(self.log)}\nLog: {self.log}"
                )
            if self.process and self.process.poll() is not None:
                time.sleep(0.5)  # Back ends of a killed postmaster hold the shared memory for a moment.
            if time.monotonic() > say_at:
                say("  waiting for the database (it recovers after a crash) …")
                say_at = time.monotonic() + 5

    def spawn(self) -> int:
        """Starts it without waiting."""
        self._ready()
        quick = self.options.get("fsync") == "off"
        self.process = children.start(
            self._order(),
            environment=self._environment(),
            log=self.log,
            stop=signal.SIGQUIT if quick else signal.SIGINT,
            user=self.user,
            cwd=Path("/"),
        )
        return self.process.pid

    def detach(self) -> None:
        """Starts it so that it goes on without us (`run.py db start`)."""
        self.make()
        self._ready()
        subprocess.Popen(
            self._order(),
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
            env=self._environment(),
            **children.dropped(self.user),
        )
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > until:
                raise Stop("The database does not start.", hint=f"{_last(self.log)}\nLog: {self.log}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Fast shutdown, whoever started it; a kill when it does not end in time (recovery then does its work)."""
        pid = self.process.pid if self.process and self.process.poll() is None else self.pid()
        if pid:
            os.kill(pid, signal.SIGQUIT if self.options.get("fsync") == "off" else signal.SIGINT)
            until = time.monotonic() + PATIENCE
            while children.alive(pid) and time.monotonic() < until:
                if self.process:
                    self.process.poll()
                time.sleep(0.05)
            children.signal_group(pid, signal.SIGKILL)
        self.process = None

    def psql(self, script: str, *, database: str = "postgres") -> str:
        order = [str(self.programs / "psql"), "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"]
        environment = self._environment() | connection(self.url(database))
        done = subprocess.run(order, input=script, capture_output=True, text=True, cwd="/", env=environment)
        if done.returncode:
            raise Stop("The database refused a statement of the set-up.", hint=done.stderr.strip())
        return done.stdout.strip()

    # -- inside

    def _order(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "256MB",
            "effective_cache_size": "1GB",
            "max_wal_size": "2GB",
            # Log files that were used are kept for use: making and syncing a new one stops every commit for 60 ms.
            "min_wal_size": "1GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "log_min_messages": "warning",
            "log_line_prefix": "%m [%p] ",
            # After a crash all files are flushed before anything else: at once, where the system can, instead of thousands one by one.
            "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
            # What a killed worker or web had running ends with it, and holds up nobody who takes its place.
            "client_connection_check_interval": "1s",
            **self.options,
        }
        sets = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *sets]

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def _ready(self) -> None:
        """The port is kept over starts, so that a connection string stays right, unless somebody else has it by now.

        Between two starts of ours nobody gets it.
        """
        self._clear_stale()
        self.data.chmod(0o700)  # PostgreSQL insists, and a copied or opened-up checkout has lost it.
        if self.held is None:
            try:
                self.held = hold(self.port)
            except OSError:
                self.held = hold()
            files.write(self.home / "port", f"{self.held.getsockname()[1]}\n")
        self.log.parent.mkdir(parents=True, exist_ok=True)

    def _clear_stale(self) -> None:
        """A pid file after a power cut may name a living stranger, and PostgreSQL then refuses to start.

        Otherwise the file stays: it leads PostgreSQL to back ends of a killed postmaster that are still writing.
        """
        file = self.data / "postmaster.pid"
        first = files.read(file).splitlines()[:1]
        if first and first[0].isdigit() and children.alive(int(first[0])) and not self.pid():
            file.unlink(missing_ok=True)


def _last(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-4:])
    except OSError:
        return ""
