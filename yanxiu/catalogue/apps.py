from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yanxiu.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from yanxiu.administration.trail import register
        from yanxiu.catalogue.trail import WORDS

        register("catalogue", WORDS)
