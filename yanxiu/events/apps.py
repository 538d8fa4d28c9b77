from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "yanxiu.events"
    label = "events"
