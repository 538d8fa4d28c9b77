"""`manage.py recount`: recomputes all figures from the facts; ends with 1 when something differs."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yanxiu.monitoring import actions


class Command(BaseCommand):
    help = "Recomputes all figures from the facts and names each difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="put the figures right")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = actions.recount(mend=options["mend"])
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not found, "differences": [asdict(d) for d in found]}, default=str))
        else:
            for difference in found:
                self.stdout.write(
                    f"{difference.table} {difference.row}: kept {difference.kept}, counted {difference.counted}"
                )
            self.stdout.write(f"{len(found)} differences")
        if found:
            sys.exit(1)
