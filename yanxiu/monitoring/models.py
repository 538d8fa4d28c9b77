"""Figures kept by the acts: one row a learner, rolled up per school and class. `recount` recomputes all from the facts."""

from django.db import models

from yanxiu.organisation.models import Unit
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import Batch, TrainingClass


class LearnerFigures(models.Model):
    """What one enrolment adds to the indicators (A1.2). A returned or replaced enrolment has none."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, primary_key=True, related_name="figures")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_index=False)
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    school_path = models.CharField(max_length=80)
    class_path = models.CharField(max_length=80)
    seconds = models.IntegerField(default=0)
    works_due = models.SmallIntegerField(default=0, help_text="quizzes and works of the course")
    works_done = models.SmallIntegerField(default=0)
    posts = models.IntegerField(default=0, help_text="counted posts and replies")
    marks_sum = models.IntegerField(default=0)
    marks_count = models.SmallIntegerField(default=0)
    decided = models.BooleanField(default=False)
    passed = models.BooleanField(default=False)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["batch", "school_path"], name="figures_path", opclasses=["int8_ops", "varchar_pattern_ops"]
            )
        ]


class UnitFigures(models.Model):
    """Sums a school, class and batch; changed by difference in the act's own transaction. Above: sums over the prefix."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_index=False)
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="+", db_index=False)
    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    school_path = models.CharField(max_length=80)
    class_path = models.CharField(max_length=80)
    learners = models.IntegerField(default=0)
    seconds = models.BigIntegerField(default=0)
    works_due = models.IntegerField(default=0)
    works_done = models.IntegerField(default=0)
    talkers = models.IntegerField(default=0)
    marks_sum = models.IntegerField(default=0)
    marks_count = models.IntegerField(default=0)
    decided = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training_class", "school"], name="unit_figures_once")]
        indexes = [
            models.Index(
                fields=["batch", "school_path"], name="unit_figures_path", opclasses=["int8_ops", "varchar_pattern_ops"]
            )
        ]
