from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "yanxiu.places"
    label = "places"

    def ready(self) -> None:
        from yanxiu.places.reasons import REASONS
        from yanxiu.web import reasons

        reasons.register(REASONS)
