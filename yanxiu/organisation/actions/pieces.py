"""A statement over very many rows, in pieces: the back end that does it has a core for itself for seconds otherwise, and nobody outside can make it nice."""

import time
from typing import Any

from django.db import connection

PIECE = 2000  # rows, about a tenth of a second
BUSY = 20.0  # transactions a second; a platform that nobody uses has a few by its own clocks
# What back ends have done they tell once a second.
_DONE = "SELECT xact_commit + xact_rollback FROM pg_stat_database, pg_stat_clear_snapshot() WHERE datname = current_database()"


class Pieces:
    """Inside one transaction. While others use the database it rests after each piece as long as that took; alone it goes on at once."""

    def __init__(self, first: int, last: int, *, size: int = PIECE) -> None:
        """`first`, `last`: ids of the rows."""
        self.first, self.last, self.size = first, last, size
        self.busy = True
        self._looked, self._done = time.monotonic(), _transactions()

    def run(self, statement: str, values: dict[str, Any]) -> None:
        """`statement` names the piece by `%(first)s` and `%(last)s`."""
        for first in range(self.first, self.last + 1, self.size):
            began = time.monotonic()
            with connection.cursor() as cursor:
                cursor.execute(statement, {**values, "first": first, "last": min(first + self.size - 1, self.last)})
            self._rest(time.monotonic() - began)

    def _rest(self, seconds: float) -> None:
        passed = time.monotonic() - self._looked
        if passed >= 1:
            done = _transactions()
            self.busy = (done - self._done) / passed > BUSY
            self._looked, self._done = time.monotonic(), done
        if self.busy and seconds > 0.01:
            time.sleep(seconds)


def _transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DONE)
        return int(cursor.fetchone()[0])
