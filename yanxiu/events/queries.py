"""Reads of the record, and of what runs in the background."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from yanxiu.events.models import Installation

_mode = ""


def installation() -> Installation | None:
    return Installation.objects.filter(id=1).first()


HEARTBEAT = timedelta(seconds=60)  # a worker beats every ten
SWEEPS_LATE = timedelta(minutes=3)  # they run every minute

_BACKGROUND = """
SELECT (SELECT max(last_heartbeat) FROM procrastinate_workers),
       (SELECT max(e.at) FROM procrastinate_events e JOIN procrastinate_jobs j ON j.id = e.job_id
         WHERE j.task_name = 'yanxiu.events.jobs.run_sweeps' AND e.type = 'succeeded'),
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'), clock_timestamp()"""


@dataclass(frozen=True)
class Background:
    """The worker and its queue, in real time: a demo's clock does not move them."""

    beat: datetime | None
    swept: datetime | None
    waiting: int
    doing: int
    now: datetime

    @property
    def alive(self) -> bool:
        return self.beat is not None and self.now - self.beat < HEARTBEAT

    @property
    def in_time(self) -> bool:
        return self.swept is not None and self.now - self.swept < SWEEPS_LATE

    @property
    def seconds(self) -> int | None:
        """Since the last sweep."""
        return None if self.swept is None else int((self.now - self.swept).total_seconds())


def background() -> Background:
    with connection.cursor() as cursor:
        cursor.execute(_BACKGROUND)
        return Background(*cursor.fetchone())


def mode() -> str:
    """Demo, production …; empty before there is an installation. The database refuses to change it, so it is read once a process."""
    global _mode
    _mode = _mode or Installation.objects.values_list("mode", flat=True).first() or ""
    return _mode


def forget_mode() -> None:
    """For tests, which have many installations in one process."""
    global _mode
    _mode = ""
