"""Reactions to the events of the gate's acts: deferred in the act's own transaction, run here with the ORM."""

from django.db import transaction
from procrastinate.contrib.django import app

from yanxiu.events import actions
from yanxiu.events.models import Event


@app.task(name="yanxiu.events.jobs.react_to")
def react_to(events: list[int]) -> None:
    with transaction.atomic():
        actions.react(list(Event.objects.filter(id__in=events).order_by("id")))
