"""`python3 run.py`: from whatever state this checkout is in to a running platform.

1. install  2. database  3. tables  4. languages and static files  5. demo province (the first time)  6. processes  7. say where to look
Each step is skipped when its work is done, and begun again when it was interrupted.
"""

import argparse
import os
import signal
from functools import partial
from pathlib import Path

from launch import assets, children, demo, files, front, keys, setup, spare, supervisor
from launch.cluster import hold
from launch.console import Stop, clock, say, step
from launch.database import Database
from launch.paths import DATA, LOGS, ROOT, venv_python
from launch.supervisor import Part, Supervisor, process

# Two pages at once in a process: with four under its one lock each waited for the others, and the latest were a quarter later (decision 12).
# One process each, with a port of its own: on a shared one the kernel gives six of eight connections to one process as readily as four.
WEB = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "2", "--no-ws"]


def webs() -> list[str]:
    """The names of the web processes: as many as cores, at least 2."""
    return [f"web-{n + 1}" for n in range(max(2, os.cpu_count() or 2))]


def serve(options: argparse.Namespace) -> int:
    lock = files.take(DATA / "run.lock")
    if lock is None:
        raise Stop(
            f"This checkout is already running: {files.read(DATA / 'address') or 'its address is not known yet'}"
        )
    watch = Supervisor()
    watch.catch_signals()
    try:
        _start(options, watch)
        watch.run()
        return 0
    finally:
        say("· Stopping …")
        watch.end()
        (DATA / "address").unlink(missing_ok=True)
        os.close(lock)
        say("  stopped.")


def _start(options: argparse.Namespace, watch: Supervisor) -> None:
    if left := children.end_leftovers():
        say(f"  The last run was cut off; ended what it had left running: {', '.join(left)}.")
    setup.ensure()
    database = Database()
    began = database.start()
    if database.cluster:
        watch.add(_database(database, started=began))
    database.prepare()
    demo.clear_half_made(database)
    database.migrate()
    assets.languages()
    assets.static(database)
    if not keys.production() and not options.no_demo:
        demo.build(database)
    port = _processes(options, watch, database)
    _tell(options, database, port)


def _database(database: Database, *, started: bool) -> Part:
    """One that ran before us (`db start`) is watched too, but not stopped with us."""
    cluster = database.cluster
    assert cluster is not None
    first = [True]

    def start() -> int:
        if not first[0]:
            return cluster.spawn()  # Not waited for: the others are started again meanwhile and find it by themselves.
        first[0] = False
        return cluster.process.pid if cluster.process else cluster.pid()

    def poll() -> int | None:
        if cluster.process is not None:
            return cluster.process.poll()
        return None if cluster.pid() else -signal.SIGKILL

    def stop() -> None:
        if started or cluster.process is not None:
            cluster.stop()

    return Part(name="database", start=start, poll=poll, log=cluster.log, stop=stop)


def _processes(options: argparse.Namespace, watch: Supervisor, database: Database) -> int:
    environment = database.variables()
    domain = front.domain()
    listener, port = (None, 443) if domain else front.listen(options.bind, options.port)
    watch.held.append(listener)
    names = {*environment.get("YANXIU_HOSTS", "localhost 127.0.0.1 [::1]").split(), *filter(None, [domain])}
    environment["YANXIU_HOSTS"] = " ".join(sorted(names))
    if domain:
        environment["YANXIU_TLS"] = "1"
        environment.setdefault("YANXIU_ORIGINS", f"https://{domain}")
    python = str(venv_python())
    inner = {name: hold() for name in (*webs(), "stream", "passwords", "transfers")}
    watch.held += inner.values()
    ports = {name: held.getsockname()[1] for name, held in inner.items()}
    watch.spare = spare.Spare(
        [python, "-m", "launch.inside.loaded"], environment=environment, log=_log("spare"), cwd=ROOT
    )
    granian = ["granian", "--host", "127.0.0.1", "--log-level", "warning"]
    granian += ["--workers-kill-timeout", "5", "--respawn-failed-workers", "--respawn-interval", "0.1"]
    orders = {
        **{name: [*granian, *WEB, "--port", str(ports[name]), "config.wsgi:application"] for name in webs()},
        # One thread of one process checks passwords, which is made to cost a core: the others wait in line, and no page waits with them.
        "passwords": [*granian, "--interface", "wsgi", "--port", str(ports["passwords"]), "--workers", "1", "--blocking-threads", "1",
                      "--backlog", "4096", "--no-ws", "config.wsgi:application"],
        # A file goes as slowly as the line of whose it is, a long table takes seconds to make: here no page waits with them.
        "transfers": [*granian, "--interface", "wsgi", "--port", str(ports["transfers"]), "--workers", "1", "--blocking-threads", "32",
                    "--no-ws", "config.wsgi:application"],
        # A short queue makes a herd wait half a minute: its connections are refused and try again ever more slowly.
        "stream": [*granian, "--interface", "rsgi", "--port", str(ports["stream"]), "--workers", "1", "--backlog", "4096",
                   "config.stream:app"],
        "worker": ["manage", "work"],
    }  # fmt: skip
    alone = {name: ports[name] for name in ("stream", "passwords", "transfers")}
    caddyfile = front.write(web=[ports[name] for name in webs()], **alone, listener=listener)
    orders["front"] = [front.caddy(), "run", "--config", str(caddyfile), "--adapter", "caddyfile"]
    with step("Starting front, web, stream and worker"):
        if spare.POSSIBLE:
            watch.spare.tend()
            watch.wait_for(watch.spare.ready, "What the parts are forked from", seconds=120)
        for name in (*ports, "front"):
            descriptors = (listener.fileno(),) if listener and name == "front" else ()
            own = environment if name != "front" else {**os.environ, **front.variables()}
            watch.add(
                process(
                    name, orders[name], environment=own, log=_log(name), cwd=ROOT, descriptors=descriptors,
                    spare=watch.spare if name != "front" else None,
                )
            )  # fmt: skip
        host = domain or "localhost"
        for name, path in {**dict.fromkeys(ports, "/"), "stream": "/hot/health", "passwords": "/sign-in/"}.items():
            watch.wait_for(partial(supervisor.answers, ports[name], path, host=host), name, seconds=120)
        if not domain:
            watch.wait_for(lambda: supervisor.answers(port, "/", host=host), "front", seconds=30)
        # Last: nobody waits for it, and its start would take a core from those that somebody waits for.
        # Orphaned, it would wait for a database that has gone to hand its jobs back to; the sweep of stalled jobs does that.
        worker = process(
            "worker", orders["worker"], environment=environment, log=_log("worker"), cwd=ROOT, orphaned=signal.SIGKILL,
            spare=watch.spare,
        )  # fmt: skip
        watch.add(worker)
    return port


def _log(name: str) -> Path:
    """The last run's log is kept once."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    if log.exists():
        log.replace(LOGS / f"{name}.log.1")
    return log


def _tell(options: argparse.Namespace, database: Database, port: int) -> None:
    address = f"https://{front.domain()}/" if front.domain() else f"http://localhost:{port}/"
    files.write(DATA / "address", address + "\n")
    say()
    if not keys.production():
        say(demo.accounts(database))
    say(f"Ready after {clock.beside_downloads():.1f} s and {clock.downloads:.1f} s of downloads.")
    say(f"Look at {address}   (Ctrl-C stops; logs: {LOGS})")
