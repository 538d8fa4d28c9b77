from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "yanxiu.forum"
    label = "forum"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.forum import reasons
        from yanxiu.forum.trail import WORDS

        reasons.register()
        register("forum", WORDS)
