"""Schools enrol by list: who enrols whom, and how a list does over the school's page."""

import hashlib
import os
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from bench._oracle import judge
from bench._places import Season
from bench._report import figures
from bench._serve import cpu_of
from yanxiu.access.models import Appointment
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit
from yanxiu.places import actions

ROWS = 30  # of a list


def by_school(s: Season, persons: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Who is enrolled in which class: teachers who chose nothing, all of a school in one class."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT school_id, array_agg(id) FROM organisation_person WHERE id = ANY(%s) GROUP BY 1", [list(persons)]
        )
        return {
            school: [(p, s.classes[school % len(s.classes)]) for p in found[:ROWS]]
            for school, found in cursor.fetchall()
        }


def offices(schools: Sequence[int]) -> dict[int, tuple[int, int]]:
    """School → its administrator and the appointment; made once."""
    known = dict(Unit.objects.filter(pk__in=schools).values_list("pk", "path"))
    held = Appointment.objects.filter(role="school_admin", unit__in=schools)
    if not held.exists():
        made = Person.objects.bulk_create(
            Person(name=f"任{school}", name_key="ren", identity_hash=hashlib.sha256(f"A{school}".encode()).digest(), school_id=school, school_path=path, stage="小学")
            for school, path in known.items()
        )  # fmt: skip
        now = clock.now()
        Appointment.objects.bulk_create(
            Appointment(person=p, role="school_admin", unit_id=p.school_id, period=(now - timedelta(days=1), None), made_at=now)
            for p in made
        )  # fmt: skip
    return {unit: (person, pk) for unit, person, pk in held.values_list("unit", "person", "pk")}


def one_by_one(s: Season, lists: dict[int, list[tuple[int, int]]], database: int | None) -> dict[str, Any]:
    """One transaction a list, with the messages and figures that follow from it."""
    watched = [os.getpid(), *([database] if database else [])]
    before, began = cpu_of(watched), time.perf_counter()
    seconds, done = [], 0
    for school, rows in lists.items():
        sent = time.perf_counter()
        done += sum(a.ok for a in actions.enrol(batch=s.batch, school=school, rows=rows, by=None))
        seconds.append(time.perf_counter() - sent)
    wall, spent = time.perf_counter() - began, cpu_of(watched) - before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM places_enrolment WHERE batch_id = %s AND state = 'standing'", [s.batch])
        stored = cursor.fetchone()[0]
    return figures(seconds, n=done, wall=wall, cpu=spent, exact=stored == done and not judge(s, {}))
