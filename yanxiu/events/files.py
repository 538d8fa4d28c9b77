"""Files by their SHA-256, below MEDIA_ROOT as ab/cd/<sha>. The blob first, the row after: a row never names what is not there."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from yanxiu.events.models import StoredFile
from yanxiu.lib import clock

CHUNK = 1 << 20
ORPHAN_AFTER = timedelta(days=1)


def store(content: bytes | BinaryIO, *, name: str, mime: str) -> str:
    """Keeps the content, once; returns its SHA-256. The first name and type given stay."""
    sha = _keep(content)
    StoredFile.objects.get_or_create(
        sha256=sha,
        defaults={"size": path(sha).stat().st_size, "mime": mime, "name": name[:200], "added_at": clock.now()},
    )
    return sha


def relative(sha: str) -> str:
    return f"{sha[:2]}/{sha[2:4]}/{sha}"


def path(sha: str) -> Path:
    return Path(settings.MEDIA_ROOT) / relative(sha)


def read(sha: str) -> bytes:
    return path(sha).read_bytes()


def sweep(now: datetime) -> int:
    """Removes blobs without a row, a day after they were written (by the file system's time). Returns how many."""
    removed = 0
    for blob in _blobs():
        old = clock.real_now() - datetime.fromtimestamp(blob.stat().st_mtime, tz=now.tzinfo) > ORPHAN_AFTER
        if old and not StoredFile.objects.filter(sha256=blob.name).exists():
            blob.unlink(missing_ok=True)
            removed += 1
    return removed


def _blobs() -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT)
    return (found for found in root.glob("*/*/*") if len(found.name) == 64)


def _keep(content: bytes | BinaryIO) -> str:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, written = tempfile.mkstemp(prefix="new-", dir=root)
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in [content] if isinstance(content, bytes) else iter(lambda: content.read(CHUNK), b""):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        # The front reads the blob under another user: mkstemp's 0600 would hide it.
        os.chmod(written, 0o644)
        os.replace(written, target)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise
    return digest.hexdigest()
