"""`manage.py demo_accounts`: who can sign in to the demo, as a table or as JSON."""

import json
import unicodedata
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yanxiu.season import visitors


def _width(text: str) -> int:
    """Columns on a terminal: Han take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


class Command(BaseCommand):
    help = "Lists the accounts of the demo: role, unit, account, password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = visitors.visitors() if visitors.is_demo() else []
        if options["json"]:
            self.stdout.write(
                json.dumps({"password": visitors.PASSWORD, "accounts": [asdict(v) for v in found]}, ensure_ascii=False)
            )
            return
        if not found:
            return
        rows = [("role", "unit", "account", "name")] + [
            (v.role, v.place, v.login, v.name + (f"（{v.note}）" if v.note else "")) for v in found
        ]
        widths = [max(_width(row[i]) for row in rows) for i in range(4)]
        for row in rows:
            self.stdout.write(
                "  " + "  ".join(_pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )
        self.stdout.write(f"  password of all: {visitors.PASSWORD}")
