"""What the person at the terminal sees. Everything goes to stderr: stdout belongs to results that machines read."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stop(Exception):
    """Ends the command with one clear sentence. `hint` says what to do and where to look."""

    def __init__(self, sentence: str, *, hint: str = "", code: int = 1):
        super().__init__(sentence)
        self.hint, self.code = hint, code


class Clock:
    """Time spent on downloads is kept apart: it says more about the line than about us."""

    def __init__(self) -> None:
        self.started, self.downloads = time.monotonic(), 0.0

    def beside_downloads(self) -> float:
        return time.monotonic() - self.started - self.downloads


clock = Clock()


def say(text: str = "") -> None:
    try:
        print(text, file=sys.stderr, flush=True)
    except (BrokenPipeError, ValueError):  # The terminal is gone; what runs must still be stopped in order.
        pass


@contextmanager
def step(what: str, *, download: bool = False, quiet_under: float = 0.0) -> Iterator[None]:
    """Says that something began and how long it took. A step shorter than `quiet_under` seconds only says its name."""
    say(f"· {what} …")
    began = time.monotonic()
    try:
        yield
    finally:
        took = time.monotonic() - began
        if download:
            clock.downloads += took
    if took >= quiet_under:
        say(f"  done in {took:.1f} s{' (download)' if download else ''}")
