from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "yanxiu.scoring"
    label = "scoring"
