"""Single cases: exemptions, bars, complaints, requests for quota."""

from django.db import models

from yanxiu.organisation.models import Person, Unit
from yanxiu.places.models.places import Choice
from yanxiu.programme.models import Batch, Programme


class Exemption(models.Model):
    """The province exempts a teacher from the two-years rule (原则上), with a reason."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exemptions")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Bar(models.Model):
    """T4.2b: no provincial online programme until the end. Read under a lock on the person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bars")
    year = models.SmallIntegerField()
    until = models.DateTimeField(help_text="first instant when allowed again")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)


class Complaint(models.Model):
    """A teacher complains about the school's refusal; the county answers."""

    choice = models.OneToOneField(Choice, on_delete=models.PROTECT, related_name="complaint")
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")


class QuotaRequest(models.Model):
    """A unit asks the one above for more quota; answered by an allotment or a no with a reason."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        GRANTED = "granted", "已同意"
        DECLINED = "declined", "未同意"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    amount = models.IntegerField()
    reason = models.CharField(max_length=500, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=500, default="", blank=True)
