from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yanxiu.catalogue"
    label = "catalogue"
