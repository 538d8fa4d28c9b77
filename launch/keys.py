"""The secrets of this installation: made once at random, kept in .data/secrets (readable by us only), or given by the environment.

secret-key    signs sessions and cookies                              YANXIU_SECRET_KEY
field-keys    encrypt identity and phone numbers; `id:hex` pairs,     YANXIU_FIELD_KEYS
              newest first, 32 bytes each; losing them loses the numbers
database, database-owner, database-super   passwords of the embedded PostgreSQL's three roles
"""

import os
import secrets

from launch import files
from launch.console import Stop
from launch.paths import SECRETS


def _kept(name: str, fresh: str) -> str:
    found = files.read(SECRETS / name)
    if not found:
        SECRETS.mkdir(parents=True, exist_ok=True)
        SECRETS.chmod(0o700)
        files.write(SECRETS / name, fresh + "\n", mode=0o600)
        found = fresh
    return found


def password(role: str) -> str:
    """Of a role of the embedded PostgreSQL; no character that a URL would have to escape."""
    return _kept({"app": "database", "owner": "database-owner"}.get(role, "database-super"), secrets.token_urlsafe(24))


def production() -> bool:
    return os.environ.get("YANXIU_MODE") == "production"


def variables() -> dict[str, str]:
    """What the processes are told. In production nothing is made up: a lost key must not be replaced in silence."""
    told = {}
    for variable, name in (("YANXIU_SECRET_KEY", "secret-key"), ("YANXIU_FIELD_KEYS", "field-keys")):
        given = os.environ.get(variable) or files.read(SECRETS / name)
        if not given and production():
            raise Stop(
                f"Production does not start without {variable}.",
                hint=f"Set it, or put it into {SECRETS / name} (mode 0600). docs/operations.md says how to make one.",
            )
        fresh = f"k{secrets.token_hex(3)}:{secrets.token_hex(32)}" if name == "field-keys" else secrets.token_urlsafe(48)
        told[variable] = given or _kept(name, fresh)
    return told
