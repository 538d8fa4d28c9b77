"""The worker killed in the midst of a job: the next one does it, and what it does is done once. A real process, really killed."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from tests import factories as make
from yanxiu.events import jobs, worker
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.notices.models import Notification

ROOT = Path(__file__).resolve().parents[2]


def url() -> str:
    own = connection.settings_dict
    return f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


def featured(person: Any) -> int:
    """An event whose reaction is one notification."""
    return Event.objects.create(kind="forum.featured", at=clock.now(), person=person.pk, subject_id=1).pk


def told() -> list[int]:
    return sorted(Notification.objects.filter(code="forum.featured").values_list("person_id", flat=True))


def status(job: int) -> str:
    """Empty when it was taken along by another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return (cursor.fetchone() or ("",))[0]


def soon(done: Callable[[], object], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


class Workers:
    def __init__(self, log: Path) -> None:
        self.log, self.started = log, list[subprocess.Popen[bytes]]()

    def start(self) -> subprocess.Popen[bytes]:
        """Returns when it has its sessions."""
        before = self._names()
        environment = {**os.environ, "DATABASE_URL": url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
        with self.log.open("ab") as out:
            one = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=environment, stdout=out, stderr=out)  # fmt: skip
        self.started.append(one)
        assert soon(lambda: self._names() - before), self.log.read_text()
        return one

    @staticmethod
    def _names() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'yanxiu worker %%' AND datname = current_database()")  # fmt: skip
            return {name for (name,) in cursor.fetchall()}

    def end(self) -> None:
        for one in self.started:
            if one.poll() is None:
                one.kill()
            one.wait()


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Workers]:
    found = Workers(tmp_path / "log")
    yield found
    found.end()
    with connection.cursor() as cursor:  # Tables of no model: nobody else empties them.
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


class Held:
    """A table that nobody else reads or writes meanwhile."""

    def __init__(self, table: str) -> None:
        self.table = table

    def __enter__(self) -> "Held":
        self.line = psycopg.connect(url())
        self.line.execute(f"LOCK TABLE {self.table} IN ACCESS EXCLUSIVE MODE")
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def waited_for(self) -> bool:
        """By anybody: the sweeps of the minute ask for it too."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [self.table])
            return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_killed_in_its_midst_is_done_by_the_next_one(workers: Workers) -> None:
    event = featured(make.world().teacher)
    first = workers.start()
    with Held("notices_notification") as held:
        job = jobs.react_to.defer(events=[event])
        assert soon(lambda: held.waited_for() and status(job) == "doing")
        first.kill()
        first.wait()
    assert status(job) == "doing" and told() == []
    workers.start()
    assert soon(lambda: status(job) == "succeeded", seconds=10), workers.log.read_text()
    assert len(told()) == 1
    taken = re.findall(r"taken over from a worker that died: jobs \[(.*)\]", workers.log.read_text())
    assert str(job) in ", ".join(taken).split(", ")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_was_done_when_its_worker_was_killed_is_not_done_twice(workers: Workers) -> None:
    """Killed between the commit of what it did and the note that it is done."""
    event = featured(make.world().teacher)
    first = workers.start()
    with Held("notices_notification") as held:
        job = jobs.react_to.defer(events=[event])
        assert soon(lambda: held.waited_for() and status(job) == "doing")
        after = Held("procrastinate_events").__enter__()
    assert soon(lambda: len(told()) == 1 and after.waited_for())
    first.kill()
    first.wait()
    after.__exit__()
    assert soon(lambda: not after.waited_for())
    assert status(job) == "doing"
    workers.start()
    assert soon(lambda: status(job) == "succeeded", seconds=10), workers.log.read_text()
    assert len(told()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lives_keeps_its_job_and_another_beside_it_does_the_next(workers: Workers) -> None:
    world = make.world()
    mine, next_one = featured(world.teacher), featured(world.teacher)
    workers.start()
    with Held("notices_notification") as held:
        job = jobs.react_to.defer(events=[mine])
        assert soon(lambda: held.waited_for() and status(job) == "doing")
        workers.start()
        time.sleep(2.5)
        assert status(job) == "doing"
    assert soon(lambda: status(job) == "succeeded")
    jobs.react_to.defer(events=[next_one])
    assert soon(lambda: len(told()) == 2)
    assert "taken over" not in workers.log.read_text()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_loses_the_database_works_on_by_itself_and_ends_when_it_is_told(workers: Workers) -> None:
    event = featured(make.world().teacher)
    one = workers.start()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'yanxiu worker %%' AND datname = current_database()")  # fmt: skip
        assert cursor.fetchone()[0] >= 1
    job = jobs.react_to.defer(events=[event])
    assert soon(lambda: len(told()) == 1 and status(job) in ("succeeded", ""), seconds=20)
    assert one.poll() is None
    one.terminate()
    assert one.wait(15) == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_done_is_forgotten_after_two_days_and_what_failed_is_kept(workers: Workers) -> None:
    done, failed, aborted, fresh = (jobs.react_to.defer(events=[]) for _ in range(4))
    with connection.cursor() as cursor:
        for job, end in ((done, "succeeded"), (failed, "failed"), (aborted, "aborted"), (fresh, "succeeded")):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [end, job])
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '49 hours' WHERE job_id <> %s", [fresh])
    own = jobs.forget_old_jobs.defer(timestamp=0)
    workers.start()
    assert soon(lambda: status(own) == "succeeded", seconds=20), workers.log.read_text()
    assert (status(done), status(failed), status(aborted), status(fresh)) == ("", "failed", "", "succeeded")


def own_turn(attempts: int, *events: int) -> SimpleNamespace:
    """A job as the worker hands it to its task."""
    job = jobs.react_to.defer(events=list(events))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job])
    return SimpleNamespace(job=SimpleNamespace(id=job, attempts=attempts))


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_of_the_jobs_of_the_dead_some_are_let_go(world: SimpleNamespace) -> None:
    """What the next minute brings anyway, and what may be what kills."""
    again, often, sweep = (jobs.react_to.defer(events=[]) for _ in range(3))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [worker.MOST - 1])
        cursor.execute("UPDATE procrastinate_jobs SET attempts = attempts + 1 WHERE id = %s", [often])
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = 'sweeps' WHERE id = %s", [sweep])
        jobs.run_sweeps.defer(timestamp=0)
        cursor.execute(worker._TAKE_OVER, {"number": 1, "name": worker.NAME, "most": worker.MOST})
    assert (status(again), status(often), status(sweep)) == ("todo", "failed", "aborted")


@pytest.mark.django_db
def test_reactions_that_wait_are_one_job(world: SimpleNamespace) -> None:
    one = own_turn(0, featured(world.teacher))
    for _ in range(3):
        jobs.react_to.defer(events=[featured(world.teacher), featured(world.teacher)])
    jobs.react_to.func(one, events=[])
    assert (len(told()), waiting()) == (7, 0)
    jobs.react_to.func(one, events=[])
    assert len(told()) == 7, "what it has told is struck off"


@pytest.mark.django_db
def test_a_reaction_that_failed_holds_up_no_other(world: SimpleNamespace) -> None:
    poisoned = own_turn(1, featured(world.teacher))
    jobs.react_to.defer(events=[featured(world.teacher)])
    jobs.react_to.func(poisoned, events=[])
    assert (len(told()), waiting()) == (1, 1)


@pytest.mark.django_db
def test_what_was_taken_along_waits_on_when_it_fails(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    one = own_turn(0, featured(world.teacher))
    jobs.react_to.defer(events=[featured(world.teacher)])
    monkeypatch.setattr("yanxiu.events.actions.react", lambda events: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.react_to.func(one, events=[])
    monkeypatch.undo()
    assert waiting() == 1
    jobs.react_to.func(one, events=[])
    assert (len(told()), waiting()) == (2, 0)
