"""The worker: jobs, two at a time, until it is told to stop; a database that has gone is waited for.

Its sessions bear its number in their name. A job that is being done under a number that no session bears is nobody's: that worker died, and whatever
it had begun is committed or rolled back. Each worker takes such jobs over when it starts and each second, on this host or another: jobs are idempotent.
"""

import asyncio
import logging
import os
import signal
import time

import psycopg
from django.db import OperationalError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector

log = logging.getLogger(__name__)
AT_ONCE = 2
EVERY = 1.0  # seconds between two looks for jobs, and for those of the dead
PATIENCE = 3.0  # seconds for a connection; one that has gone is opened again after one second
GRACE = 8  # seconds for what runs when it is told to stop

# What is due each minute anyway (it has a queueing lock) is let go: the next one may wait already. So is what was begun too often: it may be what kills.
_TAKE_OVER = """
SELECT CASE WHEN queueing_lock IS NOT NULL THEN procrastinate_finish_job_v1(id, 'aborted', false)
            WHEN attempts >= %(most)s THEN procrastinate_finish_job_v1(id, 'failed', false)
            ELSE procrastinate_retry_job_v2(id, NULL, NULL, NULL, NULL) END::text, id
  FROM (SELECT id, queueing_lock, attempts FROM procrastinate_jobs j
         WHERE status = 'doing' AND worker_id IS DISTINCT FROM %(number)s
           AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = %(name)s || j.worker_id)
           FOR UPDATE SKIP LOCKED) AS nobodys"""
NAME = "yanxiu worker "
MOST = 12  # times that a job is begun again, after failures too


class Jobs(JobManager):
    """Of a worker that has its number already."""

    def __init__(self, connector: PsycopgConnector, number: int) -> None:
        super().__init__(connector)
        self.number = number

    async def register_worker(self) -> int:
        await self.take_over()
        return self.number

    async def update_heartbeat(self, worker_id: int) -> None:
        await super().update_heartbeat(worker_id)
        await self.take_over()

    async def take_over(self) -> None:
        taken = await self.connector.execute_query_all_async(_TAKE_OVER, number=self.number, name=NAME, most=MOST)
        if taken:
            log.warning("taken over from a worker that died: jobs %s", [row["id"] for row in taken])


def work() -> None:
    """Returns when it was told to stop."""
    while True:
        try:
            if asyncio.run(_work(_number())):
                return
        except (OperationalError, psycopg.OperationalError, ConnectorException) as lost:
            log.warning("the database has gone: %s", lost)
        time.sleep(0.2)


def _number() -> int:
    """Registers this worker and names all sessions that this process opens from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_register_worker_v1()")
        (number,) = cursor.fetchone()
    connection.close()
    os.environ["PGAPPNAME"] = f"{NAME}{number}"
    return int(number)


async def _work(number: int) -> bool:
    """Whether it was told to stop; otherwise it has lost the database."""
    told = False
    connector = PsycopgConnector(kwargs=connector_params(), timeout=PATIENCE)
    with app.replace_connector(connector) as own:
        own.job_manager = Jobs(connector, number)
        async with own.open_async():
            working = asyncio.create_task(
                own.run_worker_async(
                    concurrency=AT_ONCE, fetch_job_polling_interval=EVERY, update_heartbeat_interval=EVERY,
                    shutdown_graceful_timeout=GRACE, install_signal_handlers=False,
                )
            )  # fmt: skip

            def stop() -> None:
                nonlocal told
                told = True
                working.cancel()

            for known in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(known, stop)
            try:
                await working
            except (asyncio.CancelledError, ConnectorException):
                if not told:
                    raise
    return told
