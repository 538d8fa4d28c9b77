from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "yanxiu.recognition"
    label = "recognition"
