from django.apps import AppConfig


class SeasonConfig(AppConfig):
    name = "yanxiu.season"
    label = "season"

    def ready(self) -> None:
        from yanxiu.season import visitors
        from yanxiu.web import shell

        shell.provide("people", visitors.for_shell)
