from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "yanxiu.access"
    label = "access"
