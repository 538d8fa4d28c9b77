"""The periodic sweeps, in the order in which they run, and the instants at which they have something to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from yanxiu.administration import actions as administration
from yanxiu.events import sweeps
from yanxiu.learning import actions as learning
from yanxiu.organisation.actions import roster
from yanxiu.places.actions import sweeps as places
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch
from yanxiu.programme.rules import plan_closes
from yanxiu.recognition import actions as recognition
from yanxiu.scoring import actions as scoring
from yanxiu.scoring import queries as marks


def instants(after: datetime, until: datetime) -> Iterator[datetime]:
    """All boundaries of all batches, the plan's deadline, and the warnings before a start."""
    for batch in Batch.objects.select_related("programme"):
        policy = programme.policy(batch.policy_id)
        dates = programme.dates(batch)
        moments = [
            dates.choice_opens,
            dates.enrolment_opens,
            dates.starts,
            places.lapse_due(batch),
            dates.work_due,
            dates.ends,
            dates.marking_ends,
            dates.objections_end,
        ]
        moments += [dates.starts - timedelta(hours=h) for h in policy.choice.warn_hours]
        moments.append(plan_closes(policy))
        moments += [plan_closes(policy) - timedelta(days=d) for d in policy.plan.remind_days_before]
        yield from (m for m in moments if after < m <= until)


def register() -> None:
    sweeps.register_instants(instants)
    sweeps.register_instants(marks.instants)
    sweeps.register("plan reminders", places.sweep_plan_reminders)
    sweeps.register("warnings before a start", places.sweep_warnings)
    sweeps.register("lapse of holds and lines", places.sweep_lapse)
    sweeps.register("who took part", places.sweep_past)
    sweeps.register("evidence", scoring.sweep_evidence)
    sweeps.register("marks", scoring.sweep_marks)
    sweeps.register("final results", scoring.sweep_final)
    sweeps.register("old learning sessions", learning.sweep)
    sweeps.register("old look-ups of certificates", recognition.sweep_lookups)
    sweeps.register("files of readings that broke off", roster.sweep)
    sweeps.register("offices without an administrator", administration.sweep)
