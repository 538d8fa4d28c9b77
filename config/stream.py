"""The stream process: what stands behind /hot/. `granian --interface rsgi config.stream:app`."""

import os
from typing import Any

import django
from django.conf import settings
from psycopg.conninfo import make_conninfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from yanxiu.events import actions as events  # noqa: E402
from yanxiu.gate.app import App  # noqa: E402
from yanxiu.gate.gate import BACKLOG  # noqa: E402
from yanxiu.learning import hot as learning  # noqa: E402
from yanxiu.lib import clock  # noqa: E402
from yanxiu.places import hot as places  # noqa: E402

_database: dict[str, Any] = settings.DATABASES["default"]
# The reader of the clock's row uses the ORM; here the domain's time is read with each act, under its lock.
clock.configure(None)
app = App(
    {**places.ENDPOINTS, **learning.ENDPOINTS},
    conninfo=make_conninfo(
        dbname=_database["NAME"],
        user=_database["USER"],
        password=_database["PASSWORD"],
        host=_database["HOST"],
        port=str(_database["PORT"]),
        application_name="stream",
    ),
    claim_key=settings.CLAIM_KEY,
    heard=events.heard(),
    secure=settings.SESSION_COOKIE_SECURE,
    pooled=_database["DISABLE_SERVER_SIDE_CURSORS"],
    backlog=int(os.environ.get("YANXIU_BACKLOG", BACKLOG)),
)
