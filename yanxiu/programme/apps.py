from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "yanxiu.programme"
    label = "programme"

    def ready(self) -> None:
        from yanxiu.programme import frame
        from yanxiu.web import shell

        shell.provide("batches", frame.batches)
        shell.provide("site", frame.site)
