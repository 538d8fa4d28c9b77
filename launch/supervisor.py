"""Keeps the processes running until it is told to stop, and then ends all of them, whatever has happened to any of them."""

import http.client
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from launch import children
from launch.console import Stop, say
from launch.spare import Adopted, Spare

CALM = 10.0  # seconds of life after which a crash counts as the first again: it had served by then
LONGEST = 10.0  # seconds between two tries
LOG_BYTES = 20 * 2**20


@dataclass
class Part:
    """One process. `start` returns its pid; `poll` says whether it has ended (and how), None while it runs."""

    name: str
    start: Callable[[], int]
    poll: Callable[[], int | None]
    log: Path
    stop: Callable[[], None] | None = None
    pid: int = 0
    crashes: int = 0
    since: float = 0.0
    again_at: float = 0.0
    down: bool = False


@dataclass
class Supervisor:
    parts: list[Part] = field(default_factory=list)
    spare: Spare | None = None
    held: list[object] = field(default_factory=list)  # what must not be closed while we run: the public port's socket
    preparing: bool = True
    ending: bool = False
    hurry: bool = False

    def catch_signals(self) -> None:
        """From here on an interrupt is a wish to stop in order; the second one is a wish to stop now.

        While preparing it breaks off what is being done: each preparation can be begun again.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN or number != signal.SIGHUP:  # nohup means it
                signal.signal(number, self._told)

    def _told(self, number: int, frame: FrameType | None) -> None:
        if self.ending:
            self.hurry = True
            return
        self.ending = True
        if self.preparing:
            raise Stop("Stopped before all was running; the next start goes on from here.", code=128 + number)

    def add(self, part: Part) -> None:
        part.pid, part.since = part.start(), time.monotonic()
        self.parts.append(part)
        self._write_down()

    def _write_down(self) -> None:
        try:
            children.write_down({part.name: part.pid for part in self.parts if not part.down})
        except OSError as full:  # A disk that is full must not end what runs; the list is one of three nets.
            say(f"! The list of processes could not be written: {full.strerror}")

    def watch(self) -> None:
        """One round: notices the dead, starts them again, the later the more often they die."""
        for part in self.parts:
            if part.down:
                if time.monotonic() >= part.again_at:
                    self._again(part)
                continue
            code = part.poll()
            if code is None:
                continue
            children.signal_group(part.pid, signal.SIGKILL)  # Workers of a killed leader would keep its port.
            lived = time.monotonic() - part.since
            part.crashes = 1 if lived > CALM else part.crashes + 1
            wait = 0.0 if part.crashes == 1 else min(LONGEST, 0.5 * 2 ** (part.crashes - 2))
            part.down, part.again_at = True, time.monotonic() + wait
            say(f"! {part.name} {_how(code)}; starting it again{f' in {wait:g} s' if wait else ''} (log: {part.log})")

    def _again(self, part: Part) -> None:
        try:
            part.pid = part.start()
        except (Stop, OSError) as refusal:
            part.crashes += 1
            part.again_at = time.monotonic() + min(LONGEST, 0.5 * 2**part.crashes)
            say(f"! {part.name}: {refusal}")
            return
        part.down, part.since = False, time.monotonic()
        self._write_down()

    def _tend(self) -> None:
        try:
            if self.spare is not None:
                self.spare.tend()
        except OSError as full:
            say(f"! No process stands by: {full}")
            self.spare = None

    def run(self) -> None:
        self.preparing = False
        trim_at = time.monotonic() + 60
        while not self.ending:
            self.watch()
            self._tend()
            time.sleep(0.1)
            if time.monotonic() > trim_at:
                trim(part.log for part in self.parts)
                own = self.spare.process if self.spare else None
                children.bury([*(part.pid for part in self.parts), *([own.pid] if own else [])])
                trim_at = time.monotonic() + 60

    def wait_for(self, answers: Callable[[], bool], what: str, *, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not answers():
            self.watch()
            if time.monotonic() > until:
                raise Stop(f"{what} does not answer within {seconds:.0f} s.", hint="The logs in .data/log say why.")
            time.sleep(0.1)

    def end(self, *, patience: float = 12.0) -> None:
        """In the opposite order of starting, those that nobody waits for together; then whoever is left by force."""
        self.ending = True
        if self.spare is not None:
            self.spare.end()
        running = [part for part in reversed(self.parts) if not part.down]
        together = [part for part in running if part.stop is None]
        for part in together:
            children.signal_group(part.pid, signal.SIGTERM)
        until = time.monotonic() + patience
        while any(part.poll() is None for part in together) and time.monotonic() < until and not self.hurry:
            time.sleep(0.05)
        for part in together:
            if part.poll() is None:
                say(f"  {part.name} did not end by itself; ended by force.")
        for part in self.parts:
            if part.stop is None and part.pid:
                children.signal_group(part.pid, signal.SIGKILL)
        until = time.monotonic() + 3
        while any(part.poll() is None for part in together) and time.monotonic() < until:
            time.sleep(0.02)
        for part in running:
            if part.stop is not None:
                part.stop()
        children.LIST.unlink(missing_ok=True)


def process(
    name: str,
    order: list[str],
    *,
    environment: dict[str, str],
    log: Path,
    cwd: Path,
    descriptors: tuple[int, ...] = (),
    orphaned: signal.Signals = signal.SIGTERM,
    spare: Spare | None = None,
) -> Part:
    """A part that is a plain child of ours; `orphaned` is what it gets when we are killed. With a `spare` the order is one for it."""
    child: subprocess.Popen[bytes] | Adopted | None = None

    def start() -> int:
        nonlocal child
        child = spare.become(order, log=log, orphaned=orphaned) if spare else None
        if child is None:
            whole = [*spare.order, *order] if spare else order
            child = children.start(
                whole, environment=environment, log=log, cwd=cwd, descriptors=descriptors, stop=orphaned
            )
        return child.pid

    return Part(name=name, start=start, poll=lambda: child.poll() if child else None, log=log)


def answers(port: int, path: str, *, host: str = "localhost", below: int = 500) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status < below
    except OSError:
        return False
    except http.client.HTTPException:
        return False
    finally:
        connection.close()


def trim(logs: Iterable[Path]) -> None:
    """A log past its size begins anew, the old one kept beside; the processes append, so cutting is safe."""
    for log in logs:
        try:
            if log.stat().st_size > LOG_BYTES:
                Path(f"{log}.1").write_bytes(log.read_bytes())
                log.open("r+b").truncate()
        except OSError:
            continue


def _how(code: int) -> str:
    if code < 0:
        try:
            return f"was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
    return f"ended by itself with {code}"
