from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "yanxiu.classroom"
    label = "classroom"

    def ready(self) -> None:
        from yanxiu.catalogue import offers
        from yanxiu.classroom import on_offer

        offers.provide(counts=on_offer.counts, panel=on_offer.panel)
