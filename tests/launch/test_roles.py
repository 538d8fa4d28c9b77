"""The application's role can add to the record of events and nothing else, whatever the application does."""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from launch.database import grants

ROLE = "yanxiu_probe"


@pytest.mark.django_db
@pytest.mark.xdist_group("launch")  # a role belongs to the cluster, and two processes would make it twice
def test_the_application_only_adds_to_the_record() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, current_user from pg_roles where rolname = current_user")
        superuser, me = cursor.fetchone()
        if not superuser:
            pytest.skip("needs a database whose roles are ours")
        cursor.execute(f"create role {ROLE}")
        cursor.execute(grants(owner=me, application=ROLE))
        cursor.execute(f"set local role {ROLE}")
        cursor.execute(
            "insert into events_event (at, kind, unit_path, training_path, data) values (now(), 'probe', '', '', '{}')"
        )
        for act in ("update events_event set kind = 'other'", "delete from events_event", "truncate events_event"):
            with pytest.raises(ProgrammingError) as refused, transaction.atomic():
                cursor.execute(act)
            assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
            assert "permission denied" in str(refused.value)
        cursor.execute("update organisation_person set teacher_number = teacher_number where false")  # elsewhere it may
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("create table mine (n int)")
