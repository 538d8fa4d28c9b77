from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "yanxiu.administration"
    label = "administration"

    def ready(self) -> None:
        from yanxiu.administration import queries, trail, wording
        from yanxiu.notices import rules as notices
        from yanxiu.web import reasons, shell

        shell.provide("must", queries.must)
        reasons.register(wording.REASONS)
        notices.register(wording.NOTIFICATIONS)
        for package, words in wording.TRAIL.items():
            trail.register(package, words)
