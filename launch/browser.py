"""A browser for the journeys: the one on the PATH, else Debian's package where we may install it."""

import os
import shutil
import subprocess

from launch.console import say, step

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ["chromium", "fonts-noto-cjk"]


def find(*, install: bool) -> str:
    """Its path, or nothing; then it has been said why."""
    found = os.environ.get("YANXIU_CHROMIUM") or _on_path()
    if found or not install:
        return found
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say("! No chromium on the PATH, and it is not ours to install. The browser journeys are NOT RUN.")
        return ""
    with step("Installing chromium from Debian", download=True):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for order in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *_PACKAGES],
        ):
            done = subprocess.run(order, env=quiet, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            if done.returncode:
                last = " ".join((done.stderr or done.stdout).strip().splitlines()[-2:])
                say(f"! chromium could not be installed ({last}). The browser journeys are NOT RUN.")
                return ""
    return _on_path()


def _on_path() -> str:
    return next((path for name in _NAMES if (path := shutil.which(name))), "")
