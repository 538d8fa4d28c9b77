from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "yanxiu.scoring"
    label = "scoring"

    def ready(self) -> None:
        from yanxiu.scoring import reasons

        reasons.register()
