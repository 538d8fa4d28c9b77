"""From a bare machine to an installed checkout: uv into .tools, the packages of requirements.lock into .venv.

A stamp says that all of it is done; with it a start needs neither the network nor uv. A mark says that an installation
is under way: whoever finds one begins with an empty venv, since a power cut can leave half a package that looks whole.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from launch import children, files, index
from launch.console import Stop, step
from launch.paths import LOCK, LOGS, ROOT, TOOLS, VENV, platform_key, venv_python

UV_LOCK = ROOT / "launch" / "uv.lock"
STAMP, MARK = VENV / ".yanxiu-installed", VENV / ".yanxiu-installing"
MEGABYTES = 1


def wanted() -> str:
    return files.digest([LOCK], also=platform_key())


def installed() -> bool:
    return files.read(STAMP) == wanted() and venv_python().exists()


def ensure() -> None:
    """Installs what is missing. Safe to repeat and to interrupt; two commands at once wait for each other."""
    if installed():
        return
    with files.alone(TOOLS / "lock", waiting="Another command is installing, waiting for it"):
        if installed():
            return
        files.need_room(TOOLS, megabytes=MEGABYTES)
        pip = _pip()
        uv = _uv(pip)
        environment = {**os.environ, **index.variables(pip), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
        if not os.access(os.environ.get("UV_CACHE_DIR") or Path.home(), os.W_OK):
            environment["UV_CACHE_DIR"] = str(TOOLS / "cache")
        _venv(uv, environment)
        STAMP.unlink(missing_ok=True)
        files.write(MARK, "An installation is under way.\n")
        with step("Installing the packages", download=True):
            sync = [str(uv), "pip", "sync", "--python", str(venv_python()), "--require-hashes", str(LOCK)]
            _run(sync, environment, failure="The packages could not be installed")
        os.sync()
        files.write(STAMP, wanted())
        MARK.unlink()


def _pip() -> list[str]:
    """The machine's pip, else the one that the repository carries: a wheel runs as a zip."""
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, stdin=subprocess.DEVNULL).returncode == 0:
        return own
    wheel = next((ROOT / "launch" / "wheels").glob("pip-*.whl"))
    return [sys.executable, str(wheel / "pip")]


def _uv(pip: list[str]) -> Path:
    """uv of the pinned version; installed beside and renamed, so that half of one is never found."""
    home = TOOLS / f"uv-{files.digest([UV_LOCK], also=platform_key())[:12]}"
    if not (home / "bin" / "uv").exists():
        with step("Fetching uv, the installer", download=True):
            half = TOOLS / "uv-half"
            shutil.rmtree(half, ignore_errors=True)
            order = [
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                "--no-deps",
                "--retries",
                "2",
                "--target",
                str(half),
            ]
            order += ["--require-hashes", "-r", str(UV_LOCK)]
            _run([*pip, *order], {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}, failure="uv could not be fetched")
            shutil.rmtree(home, ignore_errors=True)
            half.rename(home)
    return home / "bin" / "uv"


def _venv(uv: Path, environment: dict[str, str]) -> None:
    whole = venv_python().exists() and not MARK.exists()
    if whole and _version(venv_python()) == _version(Path(sys.executable)):
        return
    with step("Making the virtual environment", quiet_under=2):
        order = [str(uv), "venv", "--clear", "--quiet", "--no-project", "--python", sys.executable, str(VENV)]
        _run(order, environment, failure="The virtual environment could not be made")


def _version(python: Path) -> str:
    asked = subprocess.run([str(python), "-V"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return asked.stdout


def _run(order: list[str], environment: dict[str, str], *, failure: str) -> None:
    """Output goes to a log; the last of it is shown when it fails."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "setup.log"
    with log.open("ab") as out:
        began = out.tell()
        # Must not go on beside the next start when we are killed.
        orphan = children.dies_with_parent(signal.SIGKILL)
        done = subprocess.run(
            order, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=ROOT, preexec_fn=orphan
        )
    if done.returncode == 0:
        return
    said = log.read_bytes()[began:].decode(errors="replace")
    last = "\n".join(said.strip().splitlines()[-6:])
    if "No space left" in said:
        raise Stop(f"{failure}: the disk is full.", hint=f"Make room and start again; it goes on from here. Log: {log}")
    signs = (
        "dns error",
        "error sending request",
        "Could not find a version",
        "NewConnectionError",
        "timed out",
        "connect",
    )
    if any(sign in said for sign in signs):
        raise Stop(
            f"{failure}: the package index cannot be reached.",
            hint=f"Check the connection and start again; it goes on from here. It said:\n{last}\nLog: {log}",
        )
    raise Stop(f"{failure}.", hint=f"{last}\nLog: {log}")
