"""Certificates: numbered, frozen record, drawn on demand."""

from django.db import models

from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import Batch


class Certificate(models.Model):
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="certificate")
    number = models.CharField(max_length=32, unique=True)
    code = models.CharField(max_length=24, unique=True, help_text="unguessable, in the QR code")
    record = models.JSONField(help_text="everything printed: name, identity mask, school, course, days, hours, total, host, organisers")
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_reason = models.CharField(max_length=500, default="", blank=True)


class IssueRun(models.Model):
    """A whole batch issued in the background; its progress."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    stopped = models.JSONField(default=list, help_text="[{enrolment, name, missing}] names with a character the font lacks")
    finished_at = models.DateTimeField(null=True)
