from django.apps import AppConfig


class HomeworkConfig(AppConfig):
    name = "yanxiu.homework"
    label = "homework"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.homework import reasons
        from yanxiu.homework.trail import WORDS

        reasons.register()
        register("homework", WORDS)
