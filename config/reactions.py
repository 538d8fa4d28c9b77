"""What follows from what: the one page. `events.record` calls these synchronously, in the act's own transaction."""

from yanxiu.events import actions as events
from yanxiu.lib import clock


def register() -> None:
    clock.configure(events.read_clock)
