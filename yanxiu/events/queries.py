"""Reads of the record."""

from yanxiu.events.models import Installation


def installation() -> Installation | None:
    return Installation.objects.filter(id=1).first()
