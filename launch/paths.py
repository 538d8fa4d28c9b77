"""Where things lie. All that the set-up writes is inside the checkout: .tools, .venv and .data (see docs/operations.md)."""

import os
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
# Not resolved: a link to another disk is the operator's business.
DATA = Path(os.path.abspath(os.environ.get("YANXIU_DATA_DIR") or ROOT / ".data"))
LOGS = DATA / "log"
SECRETS = DATA / "secrets"


def venv_python() -> Path:
    return VENV / "bin" / "python"


def site_packages() -> Path:
    """The venv's library folder; the venv always has the version of Python that runs this."""
    return VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def platform_key() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro} {sysconfig.get_platform()}"
