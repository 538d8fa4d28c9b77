"""Wires the packages together at start: reactions and the clock. Imports all, imported by none."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"
    label = "wiring"

    def ready(self) -> None:
        from config import reactions, schedule

        reactions.register()
        schedule.register()
