"""The ledger of learning time: what was really played, a bitmap an enrolment and item; credit is spent from a bucket a person.

A report changes one row of each of the first three tables, in place (0002_sql.py leaves room on their pages): no column that a report
changes has an index, and those that it changes stand together, so that the log of the database takes the difference only.
"""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.catalogue.models import Item
from yanxiu.lib import bitmap
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment


class CellsField(models.Field):
    """A bitmap (yanxiu.lib.bitmap) in Python, an int4multirange in the table: seldom more than a few spans."""

    def db_type(self, connection: Any) -> str:
        return "int4multirange"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bitmap.from_spans((span.lower, span.upper) for span in value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else bitmap.to_ranges(bytes(value))


class ItemTime(models.Model):
    """Credited seconds of one item: one bit a second of material (video), a capped counter (text: `seconds` only)."""

    pk = models.CompositePrimaryKey("enrolment_id", "item_id")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="item_times", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    cells = CellsField(default=b"")
    seconds = models.IntegerField(default=0, help_text="credited; video: number of set bits")
    position = models.IntegerField(default=0, help_text="where to go on, seconds")
    refused = models.JSONField(
        default=list,
        help_text="[[from, to, reason code, when (unix seconds)]], not credited; of a text: from 0, summed by code",
    )
    changed_at = models.DateTimeField()


class LearnerTime(models.Model):
    """Total of an enrolment, kept by the act in the same transaction."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, primary_key=True, related_name="time")
    seconds = models.IntegerField(default=0)
    days = ArrayField(
        models.IntegerField(), default=list, help_text="seconds credited by day of the batch, the first day first"
    )
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)


class LearningMeter(models.Model):
    """One row a person, over all programmes: the lock of the act, the live session, the bucket of credit, the presence checks."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="learning_meter")
    session = models.UUIDField(null=True, unique=True, help_text="the live one; the next five columns are its own")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True, help_text="of the last accepted report")
    used = models.IntegerField(default=0, help_text="seconds credited: never more than it lasted")
    filled_at = models.DateTimeField(help_text="up to when the bucket was filled")
    level = models.BigIntegerField(default=0, help_text="credit in the bucket, microseconds of material")
    answers = models.IntegerField(default=0, help_text="presence checks answered so far")
    periods = ArrayField(
        models.IntegerField(),
        default=list,
        help_text="seconds credited since the last answer (last), and between the answers before it",
    )
    texts = models.JSONField(default=dict, help_text="item → spans of the session's own seconds already judged")


class EndedSession(models.Model):
    """A stretch of learning on one device, ended by a newer one of the same person; what was played before that still counts when it comes late."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    used = models.IntegerField(default=0)
    texts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["reported_at"], name="ended_session_reported")]


class TimeAppeal(models.Model):
    """An appeal on refused time (A1.4): to the tutor, decided with a reason."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        GRANTED = "granted", "已同意"
        DECLINED = "declined", "未同意"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="time_appeals")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    spans = models.JSONField(help_text="[[from, to, reason code]] of the item, seconds")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(default="", blank=True)
    granted_seconds = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "item"], condition=models.Q(state="open"), name="time_appeal_one_open"
            ),
        ]
