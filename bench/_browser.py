"""Pages in a real browser with the brakes on: 1.6 Mbit/s, 150 ms, a CPU four times slower; through the front, from compressed and hashed files.

`fcp_…_ms`: first contentful paint; `kb_…`: what came over the line, heads too. Cold: nothing in the cache; warm: the same page again.
"""

import itertools
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench._pages import Looks
from launch import assets, browser
from tests.journeys.serving import Platform

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 1.6e6 / 8}
SLOWER = 4
NAMES = {
    "browser-front": "one-front",
    "browser-desk": "one-desk",
    "browser-choose": "many-choose",
    "browser-player": "one-player",
    "browser-watch": "many-watch-province",
}
SHIFTS = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300); })"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


class Window:
    """A browser that has never been here."""

    def __init__(self, chromium: Any, url: str, session: str) -> None:
        self.context = chromium.new_context(base_url=url, locale="zh-CN", viewport={"width": 1440, "height": 900})
        if session:
            self.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        self.page = self.context.new_page()
        self.line = self.context.new_cdp_session(self.page)
        self.line.send("Network.enable")
        self.line.send("Network.emulateNetworkConditions", LINE)
        self.line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        self.bytes = 0.0
        self.line.on("Network.loadingFinished", self._came)

    def _came(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]

    def look(self, url: str) -> tuple[float, float, float]:
        """Milliseconds to the first paint, KB, shift."""
        self.bytes = 0
        self.page.goto(url, wait_until="load", timeout=60000)
        shift = self.page.evaluate(SHIFTS)
        self.page.wait_for_function(
            "() => performance.getEntriesByName('first-contentful-paint').length > 0", timeout=15000
        )
        return self.page.evaluate(PAINT), self.bytes / 1024, shift


def measured(found: dict[str, Looks], names: list[str] | None, rounds: int) -> list[dict[str, Any]]:
    chosen = {name: page for name, page in NAMES.items() if (not names or name in names) and found[page]}
    if not chosen:
        return []
    program = browser.find(install=False)
    if not program:
        print("There is no chromium: the rows browser-… are not measured.", file=sys.stderr)
        return []
    from playwright.sync_api import sync_playwright

    from bench.pages import session_of

    # Playwright's loop runs in this thread; our reads beside it are not of its making.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    results = []
    with tempfile.TemporaryDirectory(prefix="yanxiu-browser-") as folder:
        platform = Platform(Path(folder), {})
        try:
            assets.compress(Path(folder) / "static")
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
                for name, page in chosen.items():
                    results.append(_row(name, chromium, platform.url, found[page], rounds, session_of))
                    print(f"{name}: {results[-1]}", file=sys.stderr)
                chromium.close()
        finally:
            platform.stop()
    return results


def _row(name: str, chromium: Any, url: str, looks: Looks, rounds: int, session_of: Any) -> dict[str, Any]:
    cold, warm = [], []
    for number, look in enumerate(itertools.islice(itertools.cycle(looks), rounds + 1)):
        window = Window(chromium, url, session_of(look.account) if look.account else "")
        first, second = window.look(look.url), window.look(look.url)
        window.context.close()
        if number:  # the first time the server itself was cold
            cold.append(first)
            warm.append(second)
    middle = statistics.median
    return {
        "name": name,
        "fcp_cold_ms": round(middle(c[0] for c in cold), 1),
        "fcp_warm_ms": round(middle(w[0] for w in warm), 1),
        "kb_cold": round(middle(c[1] for c in cold), 1),
        "kb_warm": round(middle(w[1] for w in warm), 1),
        "cls": round(max(s[2] for s in [*cold, *warm]), 4),
        "n": rounds,
    }
