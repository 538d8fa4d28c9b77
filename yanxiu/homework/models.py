"""Objective work (quizzes, marked by the system) and subjective work (marked by tutors)."""

from django.db import models
from django.db.models import Q

from yanxiu.catalogue.models import Item
from yanxiu.events.models import StoredFile
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import TrainingClass


class QuizAttempt(models.Model):
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="quiz_attempts")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    number = models.SmallIntegerField()
    started_at = models.DateTimeField()
    saved = models.JSONField(default=dict, help_text="answers so far, question index → answer")
    submitted_at = models.DateTimeField(null=True)
    points = models.IntegerField(null=True)
    out_of = models.IntegerField(null=True)
    marked = models.JSONField(default=list, help_text="points a question")
    key = models.UUIDField(
        null=True, help_text="of the press that handed it in: the same press again gets the same answer"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item", "number"], name="attempt_number"),
            models.UniqueConstraint(fields=["enrolment", "key"], name="attempt_key"),
            models.UniqueConstraint(
                fields=["enrolment", "item"], condition=Q(submitted_at=None), name="attempt_one_open"
            ),
        ]


class Work(models.Model):
    """A learner's subjective work on one homework item. The last submitted version counts."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待评"
        RETURNED = "returned", "退回修改"
        MARKED = "marked", "已评"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="works", db_index=False)
    training_class = models.ForeignKey(
        TrainingClass,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="the enrolment's, which is never another: the queue is read by it",
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    draft = models.TextField(default="", blank=True)
    draft_saved_at = models.DateTimeField(null=True)
    first_submitted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True, help_text="of the version that counts")
    late = models.BooleanField(default=False)
    revise_until = models.DateTimeField(null=True, help_text="returned by the tutor: in time until then")
    points = models.IntegerField(null=True, help_text="0-100, the tutor's; the late factor is applied by scoring")
    criteria = models.JSONField(default=list, help_text="points a criterion of the rubric")
    comment = models.TextField(default="", blank=True, help_text="of the mark, or of the return for revision")
    excellent = models.BooleanField(default=False)
    marked_at = models.DateTimeField(null=True)
    marked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    claimed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    lock_version = models.IntegerField(default=0, help_text="two tutors never overwrite each other")

    # What a reading adds: waits for a mark, taken by another tutor, the version that counts.
    waits: bool
    taken: bool
    version_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item"], name="work_once"),
            models.CheckConstraint(condition=Q(state="draft") | Q(submitted_at__isnull=False), name="work_handed_in"),
        ]
        indexes = [
            models.Index(
                fields=["training_class", "state", "submitted_at"], include=["item", "revise_until"], name="work_queue"
            )
        ]


class MarkedWorks(models.Model):
    """How many works of a class and item are marked, whoever learned there; kept by trigger (migration 0002), for they are the bulk of the year."""

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    n = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training_class", "item"], name="marked_works_once")]


class WorkVersion(models.Model):
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    text = models.TextField(help_text="typed, or extracted from the file")
    characters = models.IntegerField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    late = models.BooleanField()
    key = models.UUIDField(null=True, help_text="of the press that handed it in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="work_version_number"),
            models.UniqueConstraint(fields=["work", "key"], name="work_version_key"),
        ]


class WorkMark(models.Model):
    """Every mark ever given, append-only: an appeal never lowers one."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="marks")
    version = models.ForeignKey(WorkVersion, on_delete=models.PROTECT, related_name="+")
    points = models.IntegerField()
    criteria = models.JSONField(default=list)
    comment = models.TextField(default="", blank=True)
    excellent = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=20, default="marking", help_text="marking, correction, province, objection")
