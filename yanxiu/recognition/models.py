"""Certificates: numbered, frozen record, drawn on demand."""

from datetime import date

from django.db import models
from django.db.models import Q

from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import Batch


class Certificate(models.Model):
    """One an enrolment, for ever under one number; revoked and valid again by dates, never deleted.

    `revoked_by` null while revoked: the platform by itself, following a changed result; only that is undone by itself.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="certificate")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="certificates")
    serial = models.IntegerField(help_text="running in the batch, from 1, without gaps")
    number = models.CharField(max_length=32, unique=True, help_text="S20230304-04-000123")
    code = models.CharField(max_length=24, unique=True, help_text="unguessable, in the QR code")
    record = models.JSONField(
        help_text="everything printed: name, identity mask, school, course, days, hours, result, host, organisers"
    )
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "serial"], name="certificate_serial")]

    def __str__(self) -> str:
        return self.number

    # The record keeps days as text; pages word them in the reader's language.
    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.record["first_day"])

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.record["last_day"])

    @property
    def issued_on(self) -> date:
        return date.fromisoformat(self.record["issued_on"])


class IssueRun(models.Model):
    """A whole batch issued in the background; its progress. At most one unfinished a batch."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    stopped = models.JSONField(
        default=list, help_text="[{enrolment, name, missing}] names with a character the fonts lack"
    )
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch"], condition=Q(finished_at=None), name="issue_run_one_open")
        ]


class Lookup(models.Model):
    """How often an address asked the public page within a window of real time. The address as a keyed hash; swept after a day."""

    address = models.BinaryField(max_length=32)
    window = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "window"], name="lookup_window")]
