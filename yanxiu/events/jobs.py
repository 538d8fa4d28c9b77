"""Reactions to the events of the gate's acts: deferred in the act's own transaction, run here with the ORM. And the sweeps, each minute."""

from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy, builtin_tasks
from procrastinate.contrib.django import app

from yanxiu.events import actions, sweeps
from yanxiu.events.groups import REACT_TASK
from yanxiu.events.models import Event

# What is told is struck off in the transaction that tells it: a job that is run again tells nothing twice.
_TAKE = f"""
WITH own AS (SELECT id, args FROM procrastinate_jobs WHERE id = %(job)s FOR UPDATE),
waiting AS (
    SELECT id, args FROM procrastinate_jobs
     WHERE status = 'todo' AND task_name = '{REACT_TASK}' AND attempts = 0 AND %(others)s
     ORDER BY priority DESC, id LIMIT %(most)s FOR UPDATE SKIP LOCKED),
struck AS (UPDATE procrastinate_jobs SET args = '{{"events": []}}' WHERE id IN (SELECT id FROM own)),
taken AS (DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM waiting))
SELECT jsonb_array_elements(args -> 'events')::bigint FROM (SELECT args FROM own UNION ALL SELECT args FROM waiting) AS all_of_them"""
MOST = 400  # jobs at once; a job is one list of the gate


@app.task(name=REACT_TASK, pass_context=True, retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def react_to(context: JobContext, events: list[int]) -> None:
    """Its own events and those of all jobs like it that wait: in a rush one by one would be minutes late. One that failed before runs alone."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            others = context.job.attempts == 0
            cursor.execute(_TAKE, {"job": context.job.id, "others": others, "most": MOST})
            numbers = [number for (number,) in cursor.fetchall()]
        actions.react(list(Event.objects.filter(id__in=numbers).order_by("id")))


@app.periodic(cron="* * * * *")
@app.task(name="yanxiu.events.jobs.run_sweeps", queueing_lock="sweeps", pass_context=False)
def run_sweeps(timestamp: int) -> None:
    sweeps.run()


@app.periodic(cron="17 * * * *")
@app.task(name="yanxiu.events.jobs.forget_old_jobs", queueing_lock="forgetting", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """What was done two days ago, and what the next minute brought anyway. What failed stays: somebody is to look at it."""
    await builtin_tasks.remove_old_jobs(context, max_hours=48, remove_aborted=True)
