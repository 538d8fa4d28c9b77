"""The commands of run.py: what each takes, and who does it."""

import argparse
import errno
import os
import signal
import sys
from types import FrameType

from launch.console import Stop, say

# These hand unknown arguments on to what they start.
_PASS_ON = {"test", "clauses", "rehearse", "bench", "demo", "manage"}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="run.py",
        allow_abbrev=False,
        description="Without a command: set up what is missing and serve the platform. Stops with Ctrl-C.",
        epilog="`run.py COMMAND --help` explains each. What lies where: docs/operations.md.",
    )
    _serve_options(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, text: str, *, json: str = "") -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        if json:
            made.add_argument("--json", action="store_true", help=f"one JSON object on stdout: {json}")
        return made

    _serve_options(command("serve", "Set up what is missing and serve (what run.py does without a command)."))

    test = command(
        "test",
        "Run the whole suite on a throw-away database. Further arguments go to pytest.",
        json="ok, exit, browser, counts",
    )
    test.add_argument(
        "--require-browser", action="store_true", help="fail where no browser can be had, instead of saying so"
    )

    check = command(
        "check", "Format, lint, types, layers, migrations, words, templates, vendored files.", json="ok, checks"
    )
    check.add_argument("names", nargs="*", metavar="CHECK", help="only these (see --list)")
    check.add_argument("--list", action="store_true", help="name the checks")
    check.add_argument(
        "--fix-messages", action="store_true", help="add what is missing to the English catalogue, empty, and stop"
    )
    check.add_argument(
        "--fix", action="store_true", help="let ruff mend and format what it can and trim the style sheet anew, first"
    )

    command(
        "rehearse",
        "Play whole batches with scripted people on a scratch database, with an independent oracle "
        "(--batches N --learners M [--seed S] and others go to the rehearsal).",
        json="ok, counts, violations",
    )
    bench = command(
        "bench", "Run a benchmark on a scratch database that syncs to disk. Further arguments go to it.", json="its own"
    )
    bench.add_argument("name", metavar="NAME", help="a file of bench/")
    command("clauses", "Which clause of the notice is proved by which passing test.", json="clauses: id, need, tests")
    command(
        "demo",
        "Build the demo province anew (drops what is there): --size small, city or province, --seed N. "
        "These and further arguments go to demo_build.",
    )

    db = command("db", "The embedded database by itself: start, stop, shell, or reset (empty it).")
    db.add_argument("act", choices=["start", "stop", "shell", "reset"])
    db.add_argument("--yes", action="store_true", help="do not ask before emptying it")

    command(
        "manage", "manage.py in this installation's environment: run.py manage ARGUMENT … (`manage help` lists them)."
    )
    return top


def _serve_options(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--port",
        type=int,
        default=int(os.environ.get("YANXIU_PORT", "8000")),
        help="public port (8000; the next free one if taken)",
    )
    made.add_argument(
        "--bind",
        default=os.environ.get("YANXIU_BIND", "127.0.0.1"),
        help="address to listen on (127.0.0.1; 0.0.0.0 for all)",
    )
    made.add_argument("--no-demo", action="store_true", help="do not build the demo province")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["manage"] and arguments[1:] not in ([], ["-h"], ["--help"]):
        options, rest = argparse.Namespace(command="manage"), arguments[1:]
    else:
        options, rest = parser().parse_known_args(arguments)
        if rest and options.command not in _PASS_ON:
            parser().error(f"unknown arguments: {' '.join(rest)}")
    signal.signal(signal.SIGTERM, _told)
    try:
        return _run(options, [part for part in rest if part != "--"])
    except Stop as stop:
        say(f"✗ {stop}")
        if stop.hint:
            say(f"  {stop.hint}".replace("\n", "\n  "))
        return stop.code
    except KeyboardInterrupt:
        say("✗ Interrupted.")
        return 130
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            say("✗ The disk is full. Make room and start again; it goes on from here.")
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            say(f"✗ Not allowed to write {error.filename}: run as the user that this checkout belongs to.")
        else:
            raise
        return 1


def _run(options: argparse.Namespace, rest: list[str]) -> int:
    # Imported late: `--help` must not fail on a machine where something else does.
    from launch import checks, serve, testing, work

    acts = {
        "test": testing.test,
        "clauses": testing.clauses,
        "check": checks.check,
        "rehearse": work.rehearse,
        "bench": work.bench,
        "demo": work.demo_province,
        "db": work.db,
        "manage": work.manage,
    }
    if options.command in (None, "serve"):
        return serve.serve(options)
    return acts[options.command](options, rest)


def _told(number: int, frame: FrameType | None) -> None:
    """Like an interrupt, so that what was started is ended on the way out."""
    raise Stop("Told to stop.", code=128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
