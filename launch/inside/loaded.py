"""Web, stream or worker, with everything loaded before it begins: granian then forks its workers from it, and one that dies is back at once.

With arguments it is that part: `granian ARGUMENT … module:application` or `manage ARGUMENT …`. Without, it loads what any of them needs, says
"loaded" on its stdin (a socket) and forks a part for each line that comes there: {"order": those arguments, "log": file, "orphaned": signal,
"parent": who adopts it}. The part answers with its number. Nothing that is loaded opens a connection.
"""

import ctypes
import gc
import json
import os
import sys
import time
from importlib import import_module
from typing import Any


def main(order: list[str]) -> None:
    if not order:
        for name in ("config.wsgi", "granian.cli", "procrastinate.worker"):
            import_module(name)
        gc.collect()
        gc.freeze()
        order = _told()
    if order:
        _be(order)


def _told() -> list[str]:
    """Returns in each fork with its orders, and in the first process, with none, when whoever started it has gone."""
    os.write(0, b"loaded\n")
    while line := sys.stdin.readline():
        between = os.fork()
        if between:
            os.waitpid(between, 0)
        elif os.fork():
            os._exit(0)  # Its child is an orphan now, and adopted.
        else:
            return _adopted(json.loads(line))
    return []


def _adopted(told: dict[str, Any]) -> list[str]:
    while os.getppid() != told["parent"]:
        time.sleep(0.001)
        if os.getppid() == 1:
            os._exit(1)
    os.setsid()
    ctypes.CDLL(None).prctl(1, told["orphaned"])
    if os.getppid() != told["parent"]:
        os._exit(1)
    log = os.open(told["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(0, b"%d\n" % os.getpid())
    for place, descriptor in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
        os.dup2(descriptor, place)
    return list(told["order"])


def _be(order: list[str]) -> None:
    kind, *arguments = order
    if kind == "manage":
        from django.core.management import execute_from_command_line

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        execute_from_command_line(["manage.py", *arguments])
        return
    from granian.cli import entrypoint

    import_module(arguments[-1].partition(":")[0])
    gc.collect()
    gc.freeze()  # What is shared stays shared: the collector would write into each of its pages.
    # Requests leave no rings behind; looking for some after every 700 objects took 4 % of a report.
    gc.set_threshold(20_000, 20, 20)
    sys.argv = ["granian", *arguments]
    entrypoint()


if __name__ == "__main__":
    main(sys.argv[1:])
