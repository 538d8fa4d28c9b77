"""manage.py load_course courses/* : each folder is checked and becomes a version; the same content again changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yanxiu.catalogue.actions import load_course
from yanxiu.catalogue.rules import CourseError, read_folder


class Command(BaseCommand):
    help = "Loads course folders. A problem names file, line and key; nothing of a folder with problems is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="+", type=Path)
        parser.add_argument("--check", action="store_true", help="check only, store nothing")
        parser.add_argument(
            "--chars-per-minute", type=int, default=300, help="reading speed that the lengths are shown with"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for folder in options["folder"]:
            try:
                if options["check"]:
                    self.stdout.write(f"{folder}: {len(read_folder(folder).items)} items, no problem")
                    continue
                version = load_course(folder.resolve(), per_minute=options["chars_per_minute"])
                self.stdout.write(f"{folder}: {version.title}, version {version.number}, {version.seconds} s")
            except CourseError as error:
                failed += 1
                self.stderr.write(f"{folder}:\n{error}")
        if failed:
            raise CommandError(f"{failed} of {len(options['folder'])} folders have problems")
