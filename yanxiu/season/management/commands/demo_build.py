"""`manage.py demo_build`: the demo province, once, into an empty database. Says what it is doing on stderr."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yanxiu.events import queries as events
from yanxiu.season import building, starting_over

SIZES = {"small": (400, 8_000, 110)}


class Command(BaseCommand):
    help = (
        "Builds the demo province: real tree of cities and counties, invented schools and people, four batches played."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=20230304)
        parser.add_argument("--size", choices=sorted(SIZES), default="small")
        parser.add_argument("--no-template", action="store_true", help="keep no copy to start over from")

    def handle(self, *args: Any, **options: Any) -> None:
        if events.installation() is not None:
            self.stderr.write("There is an installation in this database already: nothing done.")
            return
        began = time.monotonic()

        def say(text: str) -> None:
            self.stderr.write(f"  {time.monotonic() - began:5.1f} s  {text}")

        schools, teachers, learners = SIZES[options["size"]]
        building.demo(seed=options["seed"], schools=schools, teachers=teachers, learners=learners, say=say)
        if not options["no_template"]:
            starting_over.keep_start()
        say("the province is alive")
