"""Sessions in the database, read by a statement that is written once: one stands before every page."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from yanxiu.events.ready import Ready
from yanxiu.lib import clock

_ALIVE = Ready(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        found = _ALIVE.first(self.session_key, clock.real_now())
        if found is None:
            self._session_key = None
        return found

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session
