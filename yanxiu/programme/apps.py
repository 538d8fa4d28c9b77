from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "yanxiu.programme"
    label = "programme"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.programme import frame
        from yanxiu.programme.reasons import REASONS
        from yanxiu.programme.trail import WORDS
        from yanxiu.web import reasons, shell

        reasons.register(REASONS)

        shell.provide("batches", frame.batches)
        shell.provide("site", frame.site)
        register("programme", WORDS)
