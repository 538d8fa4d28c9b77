"""The demo province: built once into a database of its own making; a build that was cut off is begun again from nothing."""

import subprocess

from launch import files
from launch.console import say, step
from launch.database import Database, commands
from launch.paths import ROOT, venv_python


def clear_half_made(database: Database) -> None:
    if database.cluster and files.read(database.cluster.home / "demo") == "building":
        say("  The demo province was left half built: beginning again with an empty database.")
        database.drop()
        database.prepare()


def build(database: Database, *arguments: str) -> None:
    """Skipped once it is done. On somebody else's server the command itself knows whether there is anything to do."""
    if "demo_build" not in commands():
        say("  There is no demo province yet in this version (no command demo_build): the platform starts empty.")
        return
    stamp = database.cluster.home / "demo" if database.cluster else None
    if stamp and files.read(stamp) == "built" and not arguments:
        return
    if stamp:
        (stamp.parent / "accounts").unlink(missing_ok=True)
        files.write(stamp, "building\n")
    with step("Building the demo province (the first time only)"):
        database.manage("demo_build", *arguments, failure="The demo province could not be built")
    if stamp:
        files.write(stamp, "built\n")


def accounts(database: Database) -> str:
    """The table of who can sign in, as the season prints it; kept, since asking Django for it costs seconds at each start."""
    if "demo_accounts" not in commands():
        return ""
    kept = database.cluster.home / "accounts" if database.cluster else None
    if kept and kept.exists():
        return kept.read_text()
    order = [str(venv_python()), "manage.py", "demo_accounts"]
    asked = subprocess.run(
        order, env=database.variables(), capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL
    )
    if asked.returncode:
        return f"! Who can sign in is not known: {' '.join(asked.stderr.strip().splitlines()[-1:])}\n"
    if kept:
        files.write(kept, asked.stdout)
    return asked.stdout
