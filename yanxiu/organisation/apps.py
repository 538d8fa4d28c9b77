from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "yanxiu.organisation"
    label = "organisation"
