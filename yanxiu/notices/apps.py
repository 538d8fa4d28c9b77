from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yanxiu.notices"
    label = "notices"

    def ready(self) -> None:
        from yanxiu.notices import queries
        from yanxiu.web import shell

        shell.provide("unread", lambda here: queries.unread(here.person) if here.person else 0)
