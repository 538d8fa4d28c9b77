"""Django's PostgreSQL back end with what every page pays for made cheaper: the health check, a cursor, reading an instant."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format

# The driver's own, in C: it reads an instant in the connection's zone, which is UTC. Django's does it in Python, for any zone.
_INSTANTS = psycopg.adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: Any) -> Any:
        made = super().get_new_connection(conn_params)
        assert self.timezone_name == "UTC" and _INSTANTS
        made.adapters.register_loader("timestamptz", _INSTANTS)
        return made

    def is_usable(self) -> bool:
        """A connection that has nothing to do has nothing to say: it stands. Else (the server hung up, or tells something) it is asked."""
        if self.connection is None or self.connection.closed:
            return False
        look = select.poll()
        look.register(self.connection.fileno(), select.POLLIN)
        return not look.poll(0) or super().is_usable()

    def create_cursor(self, name: str | None = None) -> Any:
        """Without a look at the zone for each."""
        if name is None:
            return self.connection.cursor()
        return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)

    def _cursor(self, name: str | None = None) -> Any:
        own: Any = self
        if name or self.connection is None or self.queries_logged or not own.health_check_done:
            return super()._cursor(name)  # type: ignore[misc]
        self.validate_thread_sharing()
        with self.wrap_database_errors:
            return CursorWrapper(self.connection.cursor(), self)
