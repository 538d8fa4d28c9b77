"""Wires the packages together at start: reactions and the clock. Imports all, imported by none."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

PREPARED = 1000  # statements a connection keeps prepared; psycopg's hundred are fewer than the pages have


def _keep_prepared(connection: Any, **_: Any) -> None:
    connection.connection.prepared_max = PREPARED


class WiringConfig(AppConfig):
    name = "config"
    label = "wiring"

    def ready(self) -> None:
        from config import reactions, schedule

        reactions.register()
        schedule.register()
        connection_created.connect(_keep_prepared)
