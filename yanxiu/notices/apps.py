from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yanxiu.notices"
    label = "notices"
