from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "yanxiu.forum"
    label = "forum"

    def ready(self) -> None:
        from yanxiu.forum import reasons

        reasons.register()
