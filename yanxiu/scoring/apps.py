from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "yanxiu.scoring"
    label = "scoring"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.scoring import reasons
        from yanxiu.scoring.trail import WORDS

        reasons.register()
        register("scoring", WORDS)
