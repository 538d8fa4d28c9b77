from django.apps import AppConfig


class SeasonConfig(AppConfig):
    name = "yanxiu.season"
    label = "season"
