from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "yanxiu.monitoring"
    label = "monitoring"
