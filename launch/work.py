"""The commands that hand on to the project's own: rehearse, bench, demo, db and manage."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from launch import assets, children, demo, files, setup
from launch.console import Stop, say, step
from launch.database import Database, commands, shell
from launch.paths import DATA, ROOT, venv_python
from launch.scratch import scratch
from launch.testing import scratch_environment


def rehearse(options: argparse.Namespace, rest: list[str]) -> int:
    """A season on a scratch database; `manage.py rehearse` does it and prints what machines read."""
    _needs("rehearse")
    return _on_scratch(["manage.py", "rehearse", *rest, *(["--json"] if options.json else [])], durable=False)


def bench(options: argparse.Namespace, rest: list[str]) -> int:
    """A file of bench/; on a cluster that syncs to disk, since what is measured must survive."""
    names = sorted(file.stem for file in (ROOT / "bench").glob("*.py") if not file.stem.startswith("_"))
    if options.name == "faults":  # starts and kills the whole platform, on a cluster of its own
        setup.ensure()
        order = [str(venv_python()), "-m", "bench.faults", *rest, *(["--json"] if options.json else [])]
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("YANXIU_", "DATABASE_URL", "DJANGO_"))}
        environment = {**clean, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        return children.run(order, environment=environment, cwd=ROOT, out=sys.stdout.fileno())
    if options.name not in names:
        raise Stop(f"There is no benchmark {options.name!r}. There are: {', '.join(names) or 'none yet'}.")
    return _on_scratch(["-m", f"bench.{options.name}", *rest, *(["--json"] if options.json else [])], durable=True)


def _on_scratch(order: list[str], *, durable: bool) -> int:
    setup.ensure()
    assets.languages()
    with scratch(durable=durable) as cluster, tempfile.TemporaryDirectory(prefix="yanxiu-files-") as data:
        environment = scratch_environment(cluster, data)
        cluster.psql("create database yanxiu")
        environment["DATABASE_URL"] = environment["YANXIU_OWNER_URL"] = cluster.url("yanxiu")
        with step("Making the tables"):
            migrate = [str(venv_python()), "manage.py", "migrate", "--no-input", "--verbosity", "0"]
            if children.run(migrate, environment=environment, cwd=ROOT):
                raise Stop("The migrations failed.")
        return children.run([str(venv_python()), *order], environment=environment, cwd=ROOT, out=sys.stdout.fileno())


def demo_province(options: argparse.Namespace, rest: list[str]) -> int:
    """Builds the demo province anew; the database that is there is dropped first."""
    _needs("demo_build")
    setup.ensure()
    with _not_running():
        return _demo_anew(rest)


def _demo_anew(rest: list[str]) -> int:
    database = Database()
    began = database.start()
    try:
        if database.cluster:
            database.drop()
        database.prepare()
        database.migrate()
        demo.build(database, *rest)
        print(demo.accounts(database), end="")
    finally:
        _stop(database, began)
    return 0


def manage(options: argparse.Namespace, rest: list[str]) -> int:
    """manage.py with this installation's environment, on its database, started for as long as it takes."""
    setup.ensure()
    database = Database()
    began = database.start()
    try:
        database.prepare()
        order = [str(venv_python()), "manage.py", *rest]
        environment = database.variables(owner=True)
        return children.run(order, environment=environment, cwd=ROOT, out=sys.stdout.fileno(), terminal=True)
    finally:
        _stop(database, began)


def db(options: argparse.Namespace, rest: list[str]) -> int:
    setup.ensure()
    database = Database()
    cluster = database.cluster
    if cluster is None and options.act != "shell":
        raise Stop("DATABASE_URL names a server that is not ours; start and stop it where it lives.")
    if options.act == "start" and cluster:
        if not (cluster.pid() and cluster.answers()):
            cluster.detach()
        database.prepare()
        say(f"The database runs on port {cluster.port} until `run.py db stop`.")
        print(database.url())
    elif options.act == "stop" and cluster:
        say("Stopped." if cluster.pid() else "It was not running.")
        cluster.stop()
    elif options.act == "shell":
        began = database.start()
        try:
            database.prepare()
            return shell(database)
        finally:
            _stop(database, began)
    elif options.act == "reset":
        with _not_running():
            _sure(options)
            began = database.start()
            try:
                database.drop()
                database.prepare()
            finally:
                _stop(database, began)
        say("The database is empty; the next start builds it anew.")
    return 0


@contextmanager
def _not_running() -> Iterator[None]:
    """The platform would go on with connections to a database that is not there."""
    lock = files.take(DATA / "run.lock")
    if lock is None:
        raise Stop("The platform of this checkout is running; stop it first.")
    try:
        yield
    finally:
        os.close(lock)


def _sure(options: argparse.Namespace) -> None:
    if options.yes:
        return
    if not sys.stdin.isatty() or input("Everything in the database is lost. Type yes: ").strip() != "yes":
        raise Stop("Nothing was done. Say --yes to mean it.")


def _stop(database: Database, began: bool) -> None:
    if began and database.cluster:
        database.cluster.stop()


def _needs(command: str) -> None:
    if command not in commands():
        raise Stop(f"This version has no management command {command!r} yet.")
