from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "yanxiu.administration"
    label = "administration"
