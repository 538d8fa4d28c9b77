"""`manage.py work`: the worker, until SIGTERM."""

from typing import Any

from django.core.management.base import BaseCommand

from yanxiu.events import worker


class Command(BaseCommand):
    help = "Does the jobs and the sweeps of each minute."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        worker.work()
