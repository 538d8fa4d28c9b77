"""The secrets of this installation: made once at random, kept in .data/secrets (readable by us only), or given by the environment.

In production none is made up, since a lost key must not be replaced in silence: set the variable or lay the file.
"""

import os
import secrets
from collections.abc import Callable

from launch import files
from launch.console import Stop
from launch.paths import SECRETS


def _numbered() -> str:
    """`id:hex`, 32 bytes: a key with a name, so that re-keying knows which one sealed a value."""
    return f"k{secrets.token_hex(3)}:{secrets.token_hex(32)}"


# Variable → file and how to make one. What each is for stands in docs/operations.md.
KEYS: dict[str, tuple[str, Callable[[], str]]] = {
    "YANXIU_SECRET_KEY": ("secret-key", lambda: secrets.token_urlsafe(48)),
    "YANXIU_FIELD_KEYS": ("field-keys", _numbered),
    "YANXIU_FIELD_HASH_KEY": ("field-hash-key", _numbered),
    "YANXIU_CLAIM_KEY": ("claim-key", _numbered),
}


def _kept(name: str, make: Callable[[], str]) -> str:
    found = files.read(SECRETS / name)
    if not found:
        SECRETS.mkdir(parents=True, exist_ok=True)
        SECRETS.chmod(0o700)
        found = make()
        files.write(SECRETS / name, found + "\n", mode=0o600)
    return found


def password(role: str) -> str:
    """Of a role of the embedded PostgreSQL; no character that a URL would have to escape."""
    return _kept(f"database-{role}", lambda: secrets.token_urlsafe(24))


def production() -> bool:
    return os.environ.get("YANXIU_MODE") == "production"


def variables() -> dict[str, str]:
    """What the processes are told."""
    told = {}
    for variable, (name, make) in KEYS.items():
        given = os.environ.get(variable) or files.read(SECRETS / name)
        if not given and production():
            hint = f"Set it, or put it into {SECRETS / name} (mode 0600). docs/operations.md says how to make one."
            raise Stop(f"Production does not start without {variable}.", hint=hint)
        told[variable] = given or _kept(name, make)
    return told
