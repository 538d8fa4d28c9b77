"""Small things about files: writes that a power cut cannot halve, one command at a time, room on the disk."""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.console import Stop, say


def write(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Whole or not at all: written beside, flushed to the disk, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> str:
    """The stripped text, or nothing where there is no such file."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def digest(paths: Iterable[Path], *, also: str = "") -> str:
    """A hash over names and contents, in the order given."""
    total = hashlib.sha256(also.encode())
    for path in paths:
        total.update(str(path.name).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def need_room(path: Path, *, megabytes: int) -> None:
    path.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(path).free // 2**20
    if free < megabytes:
        raise Stop(f"Not enough room: {free} MB are free for {path}, about {megabytes} MB are needed.")


@contextmanager
def alone(path: Path, *, waiting: str) -> Iterator[None]:
    """Holds a lock that ends with the process, however it ends; says `waiting` when it must wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            say(f"· {waiting} …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def take(path: Path) -> int | None:
    """The same lock without waiting: an open descriptor to keep, or None where another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
