from django.apps import AppConfig


class HomeworkConfig(AppConfig):
    name = "yanxiu.homework"
    label = "homework"

    def ready(self) -> None:
        from yanxiu.homework import reasons

        reasons.register()
