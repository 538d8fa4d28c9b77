from django.apps import AppConfig


class DesksConfig(AppConfig):
    name = "yanxiu.desks"
    label = "desks"
