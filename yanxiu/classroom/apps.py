from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "yanxiu.classroom"
    label = "classroom"
