from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "yanxiu.places"
    label = "places"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.places.reasons import REASONS
        from yanxiu.places.trail import WORDS
        from yanxiu.web import reasons

        reasons.register(REASONS)
        register("places", WORDS)
