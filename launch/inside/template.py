"""Makes the database that the tests' databases are copied from. Runs under the project's Python."""

import os
from urllib.parse import urlparse, urlunparse

import psycopg


def main() -> None:
    url = urlparse(os.environ["DATABASE_URL"])
    name = url.path.lstrip("/")
    with psycopg.connect(urlunparse(url._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()


if __name__ == "__main__":
    main()
