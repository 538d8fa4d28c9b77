"""The record of what happened, and the one row that says what this installation is."""

from django.db import models


class Installation(models.Model):
    """One row (id 1). The mode is written at creation and never changed; the clock's offset only grows.

    `frozen_at`: outside production the domain's clock can stand still while a season is scripted (demo, rehearsal, tests).
    """

    class Mode(models.TextChoices):
        DEMO = "demo"
        PRODUCTION = "production"

    id = models.SmallIntegerField(primary_key=True, default=1)
    mode = models.CharField(max_length=12, choices=Mode.choices)
    created_at = models.DateTimeField()
    offset = models.DurationField()
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="installation_single"),
            models.CheckConstraint(
                condition=~models.Q(mode="production") | models.Q(offset__lte="0", offset__gte="0", frozen_at=None),
                name="installation_production_real_time",
            ),
        ]


class Event(models.Model):
    """Append-only (trigger refuses UPDATE and DELETE). No foreign keys: it outlives what it names and is partitioned later."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=48)
    actor = models.BigIntegerField(null=True, help_text="person who acted; null: the platform by itself")
    appointment = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True, help_text="person concerned")
    unit_path = models.CharField(max_length=80, default="")
    training_path = models.CharField(max_length=80, default="")
    batch = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True, help_text="row concerned, of the kind's own table")
    data = models.JSONField(default=dict)
    policy = models.BigIntegerField(null=True, help_text="policy version the decision was made under")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="event_person"),
            models.Index(fields=["kind", "-id"], name="event_kind"),
            models.Index(fields=["unit_path", "-id"], name="event_unit", opclasses=["varchar_pattern_ops", "int8_ops"]),
        ]


class StoredFile(models.Model):
    """A file by its SHA-256. The blob is written first, then this row; a sweep removes blobs without a row."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    mime = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
