"""A benchmark that brings people and a programme of its own gets a database of its own: a copy."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg


def environment(database: str) -> dict[str, str]:
    """Of a process that works on this database of the server."""
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
    return {**os.environ, "DATABASE_URL": url, "YANXIU_OWNER_URL": url}


@contextmanager
def copy(of: str, name: str) -> Iterator[dict[str, str]]:
    """The environment of a copy, dropped at the end. Nobody may be connected to the original while it is made."""
    with psycopg.connect(environment("postgres")["DATABASE_URL"], autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}" STRATEGY file_copy')  # type: ignore[call-overload]
        try:
            yield environment(name)
        finally:
            line.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]
