"""Choices, the line, enrolments and the answers to presses. What counts them is kept by statement-level triggers (migration 0002), never by hand."""

from django.db import models
from django.db.models import Q

from yanxiu.organisation.models import Person, Unit
from yanxiu.programme.models import Batch, PolicyVersion, TrainingClass


class Choice(models.Model):
    """A teacher's place or place in line. `number`: arrival, from one sequence (places_arrival), drawn after the batch lock.

    `occupies` says that it takes a seat of the class and a quota of `school`; the trigger counts exactly that.
    No foreign keys in the database here, on enrolments and on requests: five checks a row cost more than the row (decision 0003). The trigger
    refuses what takes a seat of an unknown class or a quota that is not there.
    """

    class State(models.TextChoices):
        HOLDING = "holding", "占位"
        WAITING = "waiting", "候补"
        ENROLLED = "enrolled", "已报名"
        WITHDRAWN = "withdrawn", "已退选"
        REFUSED = "refused", "学校未报"
        LAPSED = "lapsed", "已失效"
        RETURNED = "returned", "已退回报名"
        REPLACED = "replaced", "已换人"
        CANCELLED = "cancelled", "已取消"

    LIVE = ("holding", "waiting", "enrolled")

    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="choices", db_constraint=False, db_index=False
    )
    training_class = models.ForeignKey(
        TrainingClass, on_delete=models.PROTECT, related_name="choices", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="choices", db_constraint=False, db_index=False
    )
    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    school_path = models.CharField(max_length=80)
    number = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    occupies = models.BooleanField()
    once_key = models.CharField(
        max_length=80,
        null=True,
        help_text="series:year:person while holding or enrolled, where the policy allows one a year",
    )
    at = models.DateTimeField(help_text="when the request was received")
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=500, default="", blank=True, help_text="of a refusal, return or replacement")
    by_school = models.BooleanField(default=False, help_text="enrolled without an own choice")
    proposed_at = models.DateTimeField(
        null=True, help_text="enrolled by the school, not yet confirmed by the county (enrolment.review)"
    )
    policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["once_key"], condition=Q(once_key__isnull=False), name="choice_once"),
            models.UniqueConstraint(
                fields=["batch", "person"],
                condition=Q(state__in=["holding", "waiting", "enrolled"]),
                name="choice_one_live",
            ),
            models.CheckConstraint(
                name="choice_occupies_rule",
                condition=Q(state__in=["holding", "enrolled"], occupies=True)
                | Q(state="returned")
                | Q(state__in=["waiting", "withdrawn", "refused", "lapsed", "replaced", "cancelled"], occupies=False),
            ),
        ]
        indexes = [
            models.Index(fields=["training_class", "number"], condition=Q(state="waiting"), name="choice_class_line"),
            models.Index(fields=["batch", "school", "number"], condition=Q(state="waiting"), name="choice_school_line"),
            models.Index(
                fields=["batch", "school_path", "number"],
                include=["occupies"],  # counted for watch pages without a look at the rows
                name="choice_path",
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(fields=["person", "-number"], name="choice_person"),
            # Only these people can stand in two batches of a year.
            models.Index(
                fields=["batch", "school_path"],
                include=["person"],
                condition=Q(state="enrolled", once_key=None),
                name="choice_may_repeat",
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
        ]


class Enrolment(models.Model):
    """A learner in a class. Quota, figures and certificate stay with `school`, whatever school the person is at now."""

    class State(models.TextChoices):
        STANDING = "standing", "在学"
        RETURNED = "returned", "已退回报名"
        REPLACED = "replaced", "已换人"

    choice = models.OneToOneField(Choice, on_delete=models.PROTECT, related_name="enrolment", db_constraint=False)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="enrolments", db_constraint=False, db_index=False
    )
    training_class = models.ForeignKey(
        TrainingClass, on_delete=models.PROTECT, related_name="enrolments", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="enrolments", db_constraint=False, db_index=False
    )
    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    school_path = models.CharField(max_length=80)
    class_path = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STANDING)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "person"], condition=Q(state="standing"), name="enrolment_one_standing"
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="enrolment_replaced_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch", "school_path"], name="enrolment_school", opclasses=["int8_ops", "varchar_pattern_ops"]
            ),
            models.Index(fields=["class_path"], name="enrolment_class", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["person", "-at"], name="enrolment_person"),
            # What a count of all learners leaves out: one in a hundred.
            models.Index(fields=["training_class"], condition=~Q(state="standing"), name="enrolment_ended"),
        ]


class Standing(models.Model):
    """How many enrolments of a batch stand below a unit: a row for each part of their school's path; kept by trigger (migration 0002)."""

    pk = models.CompositePrimaryKey("batch", "path")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    path = models.CharField(max_length=80)
    n = models.IntegerField()


class PlaceRequest(models.Model):
    """One row a request on places, refusals too: the idempotent answer. Scope of a key is the person who pressed."""

    presser = models.BigIntegerField(help_text="person who pressed the button")
    key = models.UUIDField()
    body_hash = models.BinaryField()
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    answer = models.TextField(
        help_text="JSON, of a list an array of the answers to its rows; nobody looks into it in SQL"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["presser", "key"], name="place_request_key")]
