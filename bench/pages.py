"""Pages as people open them. `run.py bench pages [--size city] [--only one-desk,many-grid] [--rounds 3] [--no-browser]`.

Measures the province in the database at DATABASE_URL; builds it first when there is none (`--size`). Eight connections, each waiting for its
answer, against as many web processes as the platform starts, without the front: spread over them evenly, as the front does by the fewest requests in
hand. The CPU is that of web and database together. `bound_ops_s`: the same servers answer a page of that size after the check of the session. Rows `browser-…` go through the front with the brakes on (bench/_browser.py).
Goals: one thing 12 ms CPU and p95 60 ms, many 40 ms and 150 ms; in the browser 1.8 s and 250 KB cold, .8 s and 30 KB warm, shift .05.
"""

import argparse
import asyncio
import itertools
import os
import sys
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench import _client  # noqa: E402
from bench._pages import Look, Looks, pages  # noqa: E402
from bench._report import figures, median, told  # noqa: E402
from bench._serve import Server, cpu_of, postmaster  # noqa: E402
from launch.serve import WEB, webs  # noqa: E402
from yanxiu.access.models import Account  # noqa: E402
from yanxiu.events import queries as events  # noqa: E402

CONNECTIONS = 8
GOALS = {"one": (12.0, 60.0), "many": (40.0, 150.0)}


def session_of(account: int) -> str:
    """Signed in without the password, as the tests do."""
    found = Account.objects.get(pk=account)
    session = SessionStore()
    session[SESSION_KEY] = str(found.pk)
    session[BACKEND_SESSION_KEY] = "yanxiu.access.backends.NumberBackend"
    session[HASH_SESSION_KEY] = found.get_session_auth_hash()
    session.create()
    key: str = session.session_key or ""
    return key


class Web:
    """The web processes, and people signed in to them."""

    def __init__(self, *, shared: bool = False) -> None:
        self.shared = shared
        self.servers = [Server("config.wsgi:application", health="/about/privacy/", more=WEB) for _ in webs()]
        self.bounds = [Server("bench._bound_page:application", health="/", more=WEB) for _ in webs()]
        self.database = postmaster()
        self.cookies: dict[int | None, str] = {None: "yx_lang=zh-hans"}
        self.numbers = itertools.count()

    def stop(self) -> None:
        for server in (*self.servers, *self.bounds):
            server.stop()

    def databases(self) -> list[int]:
        """The whole server when it is ours; on one with other work (`--shared`) the connections to our database."""
        if not self.shared:
            return [self.database] if self.database else []
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            return [pid for (pid,) in cursor.fetchall()]

    def sign_in(self, look: Look) -> str:
        """Once a person: the first answer brings the claim and the token, as in a browser."""
        if look.account not in self.cookies:
            jar = SimpleCookie(f"yx_lang=zh-hans; sessionid={session_of(look.account or 0)}")
            line = HTTPConnection("127.0.0.1", self.servers[0].port, timeout=60)
            line.request(
                "GET", quote(look.url, safe="/?=&%"), headers={"cookie": jar.output(header="", sep=";").strip()}
            )
            answer = line.getresponse()
            answer.read()
            for text in answer.headers.get_all("set-cookie") or []:
                jar.load(text)
            self.cookies[look.account] = "; ".join(f"{name}={m.value}" for name, m in jar.items())
        return self.cookies[look.account]

    def requests(self, looks: Looks, number: int) -> list[bytes]:
        made = []
        for look in itertools.islice(itertools.cycle(looks), number):
            n = next(self.numbers)
            # Each from another address: who checks certificates is counted by it.
            address = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
            made.append(
                _client.get(quote(look.url, safe="/?=&%"), self.sign_in(look), self.servers[0].port, address=address)
            )
        return made

    def measure(self, name: str, looks: Looks, number: int) -> dict[str, Any]:
        kind = name.partition("-")[0]
        # Warm: every process and thread has its connection, and on it the statements prepared.
        self.load(self.requests(looks, max(6 * CONNECTIONS, 2 * len(looks))), self.servers)
        most = self.load(self.requests(looks, number), self.bounds)
        watched = [*(server.process.pid for server in self.servers), *self.databases()]
        asked = self.requests(looks, number)
        before = cpu_of(watched)
        took = self.load(asked, self.servers)
        spent = cpu_of(watched) - before
        wrong = sorted({status for status, _ in took.answers} - {200})
        if wrong:
            print(f"  wrong: {name} answered {wrong}", file=sys.stderr)
        cpu, latest = GOALS[kind]
        return {
            **figures(took.seconds, n=number, wall=took.wall, cpu=spent, client=took.cpu, bound=most, exact=not wrong),
            "kb": sum(len(body) for _, body in took.answers) / number / 1024,
            "goal_cpu_ms": cpu,
            "goal_p95_ms": latest,
        }

    def load(self, asked: list[bytes], servers: list[Server]) -> _client.Took:
        ports = [server.port for server in servers]
        return asyncio.run(_client.run(ports, enumerate(asked), len(asked), CONNECTIONS))


def province(size: str) -> None:
    if events.installation() is None:
        call_command("demo_build", size=size, no_template=True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def measured(names: list[str] | None, rounds: int, number: int, *, shared: bool) -> list[dict[str, Any]]:
    found = pages()
    chosen = {name: looks for name, looks in found.items() if not names or name in names}
    web = Web(shared=shared)
    results = []
    try:
        for name, looks in chosen.items():
            if not looks:
                print(f"{name}: this province has nothing of the kind", file=sys.stderr)
                continue
            rows = [web.measure(name, looks, number if name.startswith("one") else number // 2) for _ in range(rounds)]
            results.append(median(name, rows))
            last = results[-1]
            print(
                f"{name}: {last['cpu_ms_per_op']:.1f} ms CPU, p95 {last['p95_ms']:.0f} ms, {last['ops_s']:.0f}/s, ratio {last['ratio']:.3f}",
                file=sys.stderr,
            )
    finally:
        web.stop()
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (always)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="names, separated by commas")
    parser.add_argument("--size", default="province", help="which province to build where there is none")
    parser.add_argument(
        "--number", type=int, default=240, help="requests a round and page of one thing; half of it for many"
    )
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument(
        "--shared", action="store_true", help="the database server has other work: count our connections alone"
    )
    options = parser.parse_args()
    began = time.monotonic()
    province(options.size)
    building = time.monotonic() - began
    names = options.only.split(",") if options.only else None
    print(f"ready after {building:.0f} s", file=sys.stderr)
    results = (
        measured(names, options.rounds, options.number, shared=options.shared)
        if not names or any(not n.startswith("browser") for n in names)
        else []
    )
    if not options.no_browser:
        from bench._browser import measured as seen

        results += seen(pages(), names, options.rounds)
    return told("pages", results, building_s=round(building, 1))


if __name__ == "__main__":
    sys.exit(main())
