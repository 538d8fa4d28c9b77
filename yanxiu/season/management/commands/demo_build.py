"""`manage.py demo_build`: the demo province, once, into an empty database. Says what it is doing on stderr."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from yanxiu.events import queries as events
from yanxiu.season import building, sizes, starting_over

SMALL = {"schools": 400, "teachers": 8_000, "learners": 110}


class Command(BaseCommand):
    help = (
        "Builds the demo province: real tree of cities and counties, invented schools and people. Small: four batches played through the platform's "
        "own acts. City, province, or any number of teachers: people and history by COPY, nine batches, the fifth in its choice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=20230304)
        parser.add_argument("--size", choices=["small", *sizes.NAMED], default="small")
        parser.add_argument("--teachers", type=int, help="so many teachers, from 1000 up, instead of a named size")
        parser.add_argument(
            "--no-template",
            action="store_true",
            help="keep no copy to start over from (the large sizes never keep one)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if events.installation() is not None:
            self.stderr.write("There is an installation in this database already: nothing done.")
            return
        began = time.monotonic()

        def say(text: str) -> None:
            self.stderr.write(f"  {time.monotonic() - began:5.1f} s  {text}")

        teachers = options["teachers"] or sizes.NAMED.get(options["size"])
        if teachers is None:
            building.demo(seed=options["seed"], **SMALL, say=say)
            if not options["no_template"]:
                starting_over.keep_start()
        else:
            try:
                size = sizes.scale(teachers)
            except ValueError as wrong:
                raise CommandError(str(wrong)) from None
            sizes.build(seed=options["seed"], size=size, say=say)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")  # pages that read an index alone need it
                cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
                say(f"{cursor.fetchone()[0]} in the database")
        say("the province is alive")
