"""The public page is asked by anybody: so many questions an address and ten minutes, counted by the database for all processes.

Real time: what protects is not moved by the demo's clock.
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection

from yanxiu.lib import clock, secrets
from yanxiu.recognition.models import Lookup

MINUTES = 10
LIMIT = 30


def count_lookup(address: str) -> bool:
    """Counts one question; may it be answered?"""
    now = clock.real_now()
    window = now.replace(minute=now.minute - now.minute % MINUTES, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO recognition_lookup AS l (address, "window", count) VALUES (%s, %s, 1)'
            ' ON CONFLICT (address, "window") DO UPDATE SET count = l.count + 1 RETURNING count',
            [secrets.keyed_hash(f"lookup:{address}", settings.FIELD_HASH_KEY), window],
        )
        return cursor.fetchone()[0] <= LIMIT


def sweep_lookups(now: object = None) -> int:
    """Forgets what is older than a day."""
    return Lookup.objects.filter(window__lt=clock.real_now() - timedelta(days=1)).delete()[0]
