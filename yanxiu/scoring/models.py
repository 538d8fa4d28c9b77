"""Results: live until the batch ends, then evidence, marks and finality frozen one after the other; objections."""

from django.db import models

from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import PolicyVersion


class Result(models.Model):
    """One row a standing enrolment, written when the evidence is frozen at the batch's end; before that marks are computed live."""

    class State(models.TextChoices):
        EVIDENCE = "evidence", "证据已定"
        PENDING = "pending", "待评"
        MARKED = "marked", "成绩公示"
        FINAL = "final", "成绩已定"

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="result")
    state = models.CharField(max_length=10, choices=State.choices)
    evidence = models.JSONField(help_text="frozen facts: seconds, quiz bests, works in time, counted posts")
    parts = models.JSONField(default=dict, help_text="part → shown points, as text decimals")
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    honours = models.BooleanField(null=True)
    evidence_at = models.DateTimeField()
    marked_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    objections_end = models.DateTimeField(null=True, help_text="5 days from the marking's end or from the late mark")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")


class ResultChange(models.Model):
    """Later change only by a decided appeal: before, after, why, who."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="changes")
    before = models.JSONField()
    after = models.JSONField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")


class Objection(models.Model):
    """To the tutor, then the province. An appeal never lowers a mark."""

    class State(models.TextChoices):
        TUTOR = "tutor", "待总辅导员处理"
        ANSWERED = "answered", "已答复"
        PROVINCE = "province", "待省级项目办处理"
        DECIDED = "decided", "已决定"

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="objections")
    part = models.CharField(max_length=16, help_text="time objective subjective excellent interaction")
    work_id = models.BigIntegerField(null=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.TUTOR)
    at = models.DateTimeField()
    tutor_answer = models.TextField(default="", blank=True)
    tutor_at = models.DateTimeField(null=True)
    tutor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    escalated_at = models.DateTimeField(null=True)
    decision = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed = models.BooleanField(default=False)
