from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "yanxiu.learning"
    label = "learning"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.learning import reasons
        from yanxiu.learning.trail import WORDS

        reasons.register()
        register("learning", WORDS)
