"""Reactions to the events of the gate's acts: deferred in the act's own transaction, run here with the ORM. And the sweeps, each minute."""

from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app

from yanxiu.events import actions, sweeps
from yanxiu.events.models import Event


@app.task(name="yanxiu.events.jobs.react_to")
def react_to(events: list[int]) -> None:
    with transaction.atomic():
        actions.react(list(Event.objects.filter(id__in=events).order_by("id")))


@app.periodic(cron="* * * * *")
@app.task(name="yanxiu.events.jobs.run_sweeps", queueing_lock="sweeps", pass_context=False)
def run_sweeps(timestamp: int) -> None:
    sweeps.run()


@app.periodic(cron="* * * * *")
@app.task(name="yanxiu.events.jobs.revive_stalled", queueing_lock="revive", pass_context=True)
async def revive_stalled(context: JobContext, timestamp: int) -> None:
    """A job whose worker died is given to another: jobs are idempotent."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
