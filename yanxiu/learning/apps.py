from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "yanxiu.learning"
    label = "learning"

    def ready(self) -> None:
        from yanxiu.learning import reasons

        reasons.register()
