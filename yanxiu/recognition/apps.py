from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "yanxiu.recognition"
    label = "recognition"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.recognition import reasons
        from yanxiu.recognition.trail import WORDS

        reasons.register()
        register("recognition", WORDS)
