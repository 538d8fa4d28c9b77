"""What goes on beside the reports of an evening: pages of people who are signed in, and an office's roster that is read and applied at low priority."""

import csv
import io
import os
import random
import subprocess
import sys
import time
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from bench._learners import World
from bench._pages import accounts
from yanxiu.access.models import Account
from yanxiu.lib import identity
from yanxiu.organisation.actions import roster
from yanxiu.organisation.models import RosterImport, Unit

LOOKERS = 100
_WORK = """
import django; django.setup()
from yanxiu.organisation.actions import roster
roster.read({pk}); roster.apply({pk}, by=None); roster.carry_out({pk})
"""


def pages(world: World, port: int) -> list[bytes]:
    """Requests of the learners' own pages: desk, class, player, marks."""
    lookers = world.learners[:: max(1, len(world.learners) // LOOKERS)][:LOOKERS]
    found = accounts([x.person for x in lookers])
    made = []
    for x in lookers:
        client = Client()
        client.force_login(Account.objects.get(pk=found[x.person]), backend="yanxiu.access.backends.NumberBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        own = f"/learn/{x.enrolment}/"
        for path in ("/desk/", own, f"{own}{world.films[0]}/", f"/marks/{x.enrolment}/"):
            head = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {settings.SESSION_COOKIE_NAME}={cookie}\r\naccept-language: zh\r\n\r\n"
            made.append(head.encode())
    random.Random(len(made)).shuffle(made)
    return made


class Roster:
    """An import of new teachers of the county, by a process that is nice."""

    def __init__(self, world: World, rows: int, *, first: int = 0) -> None:
        county = Unit.objects.get(pk=world.county)
        schools = list(Unit.objects.filter(parent=county).values_list("code", flat=True))
        sheet = io.StringIO()
        writer = csv.writer(sheet)
        writer.writerow(["姓名", "身份证号", "学校代码", "手机号", "学段", "学科", "职称"])
        for n in range(first, first + rows):
            number = identity.make("320106", date(1970, 1, 1) + timedelta(days=n // 999), n % 999 + 1)
            writer.writerow([f"新来{n}", number, schools[n % len(schools)], f"138{n:08d}", "小学", "语文", "一级教师"])
        self.row = roster.receive(
            iter([sheet.getvalue().encode()]), name="roster.csv", kind="roster", unit=county, by=None
        )
        self.began = 0.0

    def start(self) -> None:
        self.began = time.monotonic()
        order = [sys.executable, "-c", _WORK.format(pk=self.row.pk)]
        self.process = subprocess.Popen(order, preexec_fn=lambda: os.nice(10))

    def end(self) -> dict[str, Any]:
        """How far it came; it is let finish."""
        seconds = time.monotonic() - self.began
        meanwhile = RosterImport.objects.get(pk=self.row.pk)
        self.process.wait(600)
        row = RosterImport.objects.get(pk=self.row.pk)
        return {
            "roster_rows": meanwhile.progress,
            "roster_rows_s": meanwhile.progress / seconds,
            "roster_applied": row.state == "applied",
        }
