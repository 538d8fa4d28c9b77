"""The programme, its policy versions, batches, training classes."""

from django.db import models
from django.db.models import F, Q

from yanxiu.catalogue.models import CourseVersion
from yanxiu.organisation.models import Person


class Programme(models.Model):
    code = models.CharField(max_length=20, unique=True)
    series = models.CharField(max_length=40)
    year = models.SmallIntegerField()
    name = models.CharField(max_length=120)
    public = models.JSONField(default=dict, help_text="notice text, attachments, contact, phone, host, organisers")

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """The stored version rules; the file only seeds. `text` is canonical JSON, `marks` says clause or assumption of each key."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="policies")
    number = models.IntegerField()
    text = models.TextField()
    marks = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=80, default="")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    difference = models.JSONField(default=list, help_text="[[key, before, after]]")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="policy_number")]


class Batch(models.Model):
    """All instants are derived from the policy when the batch is written and again until its choice opens; then frozen with it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="batches")
    number = models.SmallIntegerField()
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    choice_opens = models.DateTimeField()
    enrolment_opens = models.DateTimeField()
    starts = models.DateTimeField(help_text="00:00 of the first day: choice and enrolment close")
    work_due = models.DateTimeField()
    ends = models.DateTimeField(help_text="00:00 of the day after the last")
    marking_ends = models.DateTimeField()
    objections_end = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True, help_text="when holds and lines were ended")
    evidence_frozen_at = models.DateTimeField(null=True)
    marks_frozen_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="batch_number")]


class TrainingClass(models.Model):
    """A class (培训班) of a batch, over one pinned version of a course. `used` is kept by places' trigger only."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="classes")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    number = models.SmallIntegerField(help_text="（1班）: number among the batch's classes of the course")
    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=20)
    stages = models.JSONField(default=list)
    path = models.CharField(max_length=80, unique=True, help_text="/S20230304/4/语文/17/")
    seats = models.IntegerField()
    used = models.IntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["batch", "subject"], name="class_batch"),
            models.Index(fields=["path"], name="class_path_like", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("seats")), name="class_never_oversold")
        ]

    def __str__(self) -> str:
        return self.name


class ClassStaff(models.Model):
    """Named staff of a class (T3.1)."""

    class Kind(models.TextChoices):
        TUTOR = "tutor", "总辅导员"
        EXPERT = "expert", "专家"

    training_class = models.ForeignKey(TrainingClass, on_delete=models.CASCADE, related_name="staff")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
