from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "yanxiu.programme"
    label = "programme"
