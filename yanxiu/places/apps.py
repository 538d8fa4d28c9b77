from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "yanxiu.places"
    label = "places"
