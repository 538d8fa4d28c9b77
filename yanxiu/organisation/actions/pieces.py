"""Long work in pieces: it has a core for itself for seconds otherwise, and nobody outside can make a back end of the database nice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

PIECE = 2000  # rows, about a tenth of a second
BUSY = 20.0  # transactions a second; a platform that nobody uses has a few by its own clocks, and by this work
# What back ends have done they tell once a second.
_DONE = "SELECT xact_commit + xact_rollback FROM pg_stat_database, pg_stat_clear_snapshot() WHERE datname = current_database()"


class Pace:
    """While others use the database it rests after each piece as long as that took; alone it goes on at once."""

    def __init__(self) -> None:
        self.busy = True
        self._looked, self._done = time.monotonic(), _transactions()

    @contextmanager
    def piece(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._rest(time.monotonic() - began)

    def run(self, statement: str, values: dict[str, Any], *, first: int, last: int, size: int = PIECE) -> None:
        """A statement over the rows of these ids; it names a piece by `%(first)s` and `%(last)s`."""
        for number in range(first, last + 1, size):
            with self.piece(), connection.cursor() as cursor:
                cursor.execute(statement, {**values, "first": number, "last": min(number + size - 1, last)})

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
