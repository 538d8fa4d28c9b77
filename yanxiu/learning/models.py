"""The ledger of learning time: what was really played, a bitmap an enrolment and item; credit is spent from a bucket a person."""

from django.db import models

from yanxiu.catalogue.models import Item
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment


class ItemTime(models.Model):
    """Credited seconds of one item: one bit a second of material (video), a capped counter (text: `seconds` only)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="item_times")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    cells = models.BinaryField(default=b"")
    seconds = models.IntegerField(default=0, help_text="credited; video: number of set bits")
    position = models.IntegerField(default=0, help_text="where to go on, seconds")
    refused = models.JSONField(default=list, help_text="merged spans [[from, to, reason code]] of material reported and not credited")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "item"], name="item_time_once")]


class LearnerTime(models.Model):
    """Total of an enrolment, kept by the act in the same transaction."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, primary_key=True, related_name="time")
    seconds = models.IntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)


class LearningSession(models.Model):
    """The one active session of a person (over all programmes) and the bucket of credit it fills."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="learning_session")
    session = models.UUIDField(help_text="a newer one ends the older")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    filled_at = models.DateTimeField(help_text="up to when the bucket was filled")
    level = models.FloatField(default=0, help_text="seconds of credit in the bucket")
    last_report_at = models.DateTimeField(null=True)
    since_presence = models.IntegerField(default=0, help_text="seconds credited since the last answered presence check")
    presence_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class ReportKey(models.Model):
    """A report sent twice gets the same answer; swept after a day."""

    person = models.BigIntegerField()
    key = models.UUIDField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="report_key_once")]


class TimeAppeal(models.Model):
    """An appeal on refused time (A1.4): to the tutor, decided with a reason."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        GRANTED = "granted", "已同意"
        DECLINED = "declined", "未同意"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="time_appeals")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    spans = models.JSONField(help_text="[[from, to]] of the item, seconds")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(default="", blank=True)
    granted_seconds = models.IntegerField(default=0)
