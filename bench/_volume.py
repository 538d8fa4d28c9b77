"""A file system of its own that may be filled up: an ext4 in a file, mounted by root. Elsewhere the folder itself."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 3 * 2**30


@contextmanager
def volume(top: Path, *, wanted: bool) -> Iterator[tuple[Path, bool]]:
    """The folder to use, and whether it is a small file system."""
    top.chmod(0o755)
    image, folder = top / "image", top / "volume"
    folder.mkdir()
    mounted = wanted and os.geteuid() == 0 and all(map(shutil.which, ("mkfs.ext4", "mount"))) and _mount(image, folder)
    folder.chmod(0o755)
    try:
        yield folder, mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _mount(image: Path, folder: Path) -> bool:
    with image.open("wb") as file:
        file.truncate(SIZE)
    made = subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], capture_output=True)
    return made.returncode == 0 and not subprocess.run(["mount", "-o", "loop", str(image), str(folder)], capture_output=True).returncode  # fmt: skip
