from django.apps import AppConfig


class HomeworkConfig(AppConfig):
    name = "yanxiu.homework"
    label = "homework"
