"""The demo starts over from a template database: copied when the demo was built, copied back when somebody asks.

Everything that works on the database loses its connections for about a second and finds the new one by reconnecting: that is what
they do after a database restart as well.
"""

import os
from urllib.parse import urlparse, urlunparse

import psycopg
from django.db import connection, connections
from psycopg import sql

SUFFIX = "_start"


def _maintenance() -> psycopg.Connection:
    """As the owner, to the maintenance database: one cannot copy the database one is in."""
    url = os.environ.get("YANXIU_OWNER_URL") or os.environ.get("DATABASE_URL", "")
    return psycopg.connect(urlunparse(urlparse(url)._replace(path="/postgres")), autocommit=True)


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def possible() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name() + SUFFIX])
        return cursor.fetchone() is not None


def _copy(source: str, target: str) -> None:
    connections.close_all()
    with _maintenance() as line:
        line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(target)))
        # A template must have no other session; whoever reconnects meanwhile is told to go again.
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [source],
        )
        line.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(target), sql.Identifier(source)
            )
        )


def keep_start() -> None:
    """Once, at the end of the build."""
    _copy(_name(), _name() + SUFFIX)


def start_over() -> None:
    _copy(_name() + SUFFIX, _name())
