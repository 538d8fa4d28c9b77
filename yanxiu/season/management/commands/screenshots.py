"""Pictures of every page that each role of a running demo reaches, in both languages, wide and narrow, with an index to look through."""

import os
import re
import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import Resolver404, get_resolver, resolve

LANGUAGES = {"zh": "zh-hans", "en": "en"}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}  # the browser's own: a field for a date shows it
FLAGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LINK = re.compile(r'<a (?![^>]*\bdownload)[^>]*href="([^"]+)"')
HEIGHT = "document.documentElement.scrollHeight"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def words(text: str, default: list[str]) -> list[str]:
    return [word for word in text.split(",") if word] or default


def view_of(address: str) -> str:
    """The name of the page at this address; empty for what is no page (files, other sites, exports)."""
    parts = urlsplit(address)
    if parts.netloc or parts.scheme or not parts.path.startswith("/") or "export=" in parts.query:
        return ""
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return ""


def plain_pages() -> Iterator[tuple[str, str]]:
    """Pages whose address has no parameter: view name, address."""
    for group in get_resolver().url_patterns:
        for one in getattr(group, "url_patterns", []):
            address = f"/{group.pattern}{one.pattern}"
            if "<" not in address:
                yield view_of(address), address


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, help="folder for the pictures and index.html")
        parser.add_argument("--base", default="", help="address of the running demo (the one that run.py started)")
        parser.add_argument("--role", default="", help="account names, comma between; all of the demo bar")
        parser.add_argument("--only", default="", help="view names, comma between, e.g. places:choose,desks:desk; all")
        parser.add_argument("--language", default="", help="zh,en")
        parser.add_argument("--width", default="", help="1440,390")
        parser.add_argument("--screen", action="store_true", help="what the window shows, not the whole page")

    def handle(self, **options: Any) -> None:
        try:
            from playwright.sync_api import sync_playwright
        except ImportError as missing:
            raise CommandError("playwright is not installed") from missing
        chromium = os.environ.get("YANXIU_CHROMIUM") or shutil.which("chromium")
        if not chromium:
            raise CommandError("There is no chromium: put one on the PATH or name it in YANXIU_CHROMIUM.")
        noted = settings.DATA_DIR / "address"
        self.base = (options["base"] or (noted.read_text() if noted.exists() else "")).strip().rstrip("/")
        if not self.base:
            raise CommandError("No demo is running here: start run.py, or give --base.")
        self.out = Path(options["out"])
        self.out.mkdir(parents=True, exist_ok=True)
        self.only, self.whole = set(words(options["only"], [])), not options["screen"]
        languages = words(options["language"], list(LANGUAGES))
        widths = [int(width) for width in words(options["width"], ["1440", "390"])]
        self.shots: list[tuple[str, str, str, str]] = []
        with sync_playwright() as playwright:
            self.browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for who, label in self._people(words(options["role"], [])):
                pages = self._find(who)
                self.stdout.write(f"{label}: {len(pages)} pages")
                for language in languages:
                    for width in widths:
                        self._shoot(who, label, pages, language, width)
            self.browser.close()
        self._index()
        self.stdout.write(f"{len(self.shots)} pictures: {self.out / 'index.html'}")

    def _window(self, who: str, language: str, width: int) -> Any:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, base_url=self.base, color_scheme="light", locale=LOCALES[language]
        )
        context.set_default_timeout(60000)
        context.add_cookies([{"name": "yx_lang", "value": LANGUAGES[language], "url": self.base}])
        page = context.new_page()
        if who:
            page.goto("/demo/role/")
            with page.expect_navigation():
                page.locator(f"main button[value='{who}']").click()
        return page

    def _people(self, wanted: list[str]) -> list[tuple[str, str]]:
        """The visitor, then one of each role; of the teachers one of each standing."""
        page = self._window("", "zh", 1440)
        page.goto("/demo/role/")
        buttons = page.locator("#demo-people button[name=who]").evaluate_all(
            "els => els.map(e => [e.value, e.textContent])"
        )
        page.context.close()
        if not buttons:
            raise CommandError(f"{self.base} shows no demo bar: it is not a demo.")
        found: dict[str, tuple[str, str]] = {"": ("", "visitor")}
        for who, label in buttons:
            parts = label.split("\u3000")
            if who and (not wanted or who in wanted):
                found.setdefault(who if wanted else parts[0] + "".join(parts[3:]), (who, label))
        return [one for one in found.values() if not wanted or one[0] in wanted]

    def _find(self, who: str) -> dict[str, str]:
        """View name to address: what has no parameter, and the first link to each other page from what is found."""
        page = self._window(who, "zh", 1440)
        waiting, found = dict(plain_pages()), dict[str, str]()
        waiting.pop("", None)
        while waiting:
            view, address = waiting.popitem()
            answer = page.request.get(address)
            moved = view_of(urlsplit(answer.url).path) != view  # on to the sign-in page, say: not a picture of this one
            page_of_html = answer.status == 200 and "text/html" in answer.headers.get("content-type", "")
            if view in found or moved or not page_of_html:
                found.setdefault(view, "")
                continue
            found[view] = address
            for link in map(unescape, LINK.findall(answer.text())):
                other = view_of(link)
                if other and other not in found:
                    waiting.setdefault(other, link)
        page.context.close()
        return {view: at for view, at in sorted(found.items()) if at and (not self.only or view in self.only)}

    def _shoot(self, who: str, label: str, pages: dict[str, str], language: str, width: int) -> None:
        page = self._window(who, language, width)
        for view, address in pages.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address, wait_until="load")
            page.wait_for_timeout(250)
            if page.evaluate(TOO_WIDE) > 0:
                self.stderr.write(f"! wider than {width}: {view} ({language}) {label}")
            if self.whole:
                # As high as the page: a bar that sticks to the window's end would else lie across the middle.
                page.set_viewport_size({"width": width, "height": max(800, page.evaluate(HEIGHT))})
            name = f"{re.sub(r'[^a-z_]+', '-', view)}.{who or 'visitor'}.{language}.{width}.png"
            page.screenshot(path=self.out / name, full_page=self.whole)
            self.shots.append((view, label, f"{language} {width}", name))
        page.context.close()

    def _index(self) -> None:
        lines = ['<!doctype html><meta charset="utf-8"><title>研修 screenshots</title>']
        lines.append("<style>body{font:14px sans-serif;margin:2em}figure{display:inline-block;margin:.5em;vertical-align:top}"
                     "img{width:240px;height:300px;object-fit:cover;object-position:top;border:1px solid #ccc}</style>")  # fmt: skip
        before = ""
        for view, label, how, name in sorted(self.shots):
            if view != before:
                lines.append(f"<h2>{escape(view)}</h2>")
            before = view
            lines.append(
                f'<figure><a href="{name}"><img src="{name}" loading="lazy" alt=""></a>'
                f"<figcaption>{escape(how)}<br>{escape(label)}</figcaption></figure>"
            )
        (self.out / "index.html").write_text("\n".join(lines), encoding="utf-8")
