from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "yanxiu.recognition"
    label = "recognition"

    def ready(self) -> None:
        from yanxiu.recognition import reasons

        reasons.register()
