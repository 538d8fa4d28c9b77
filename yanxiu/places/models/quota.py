"""Plans, the ledger of quota and its balances. The balances are kept by statement-level triggers (migration 0002), never by hand."""

from django.db import models
from django.db.models import F, Q

from yanxiu.organisation.models import Person, Unit
from yanxiu.programme.models import Batch, Programme


class QuotaPlan(models.Model):
    """One of the sixteen offices' plan for all batches (T3.3a)."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已提交"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已核准"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.TextField(default="", blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decision_reason = models.TextField(default="", blank=True)
    reopened_until = models.DateTimeField(null=True)
    reopened_reason = models.TextField(default="", blank=True)
    lock_version = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "unit"], name="plan_once")]


class QuotaPlanLine(models.Model):
    plan = models.ForeignKey(QuotaPlan, on_delete=models.CASCADE, related_name="lines")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    asked = models.IntegerField(default=0)
    approved = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "batch"], name="plan_line_once"),
            models.CheckConstraint(condition=Q(asked__gte=0), name="plan_line_not_negative"),
        ]


class QuotaMovement(models.Model):
    """Append-only ledger. `giver` null: the province's approval of a plan, the only source. Amount > 0 always.

    approve: null → office · allot: unit → child · give_back: child → parent (the child acts) · take_back: child → parent (the parent acts)
    · move: child → sibling (the parent acts) · reduce: office → province (a later approval of less). What comes back to the province is out of circulation. A trigger applies each statement's movements to the balances.
    """

    class Kind(models.TextChoices):
        APPROVE = "approve", "核准"
        ALLOT = "allot", "下发"
        GIVE_BACK = "give_back", "退回"
        TAKE_BACK = "take_back", "收回"
        MOVE = "move", "调剂"
        REDUCE = "reduce", "核减"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    giver = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    amount = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "taker"], name="movement_taker"),
            models.Index(fields=["batch", "giver"], name="movement_giver"),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="movement_positive")]


class QuotaBalance(models.Model):
    """received − passed_on − used ≥ 0 at all times, refused by the database otherwise.

    received = in from above or sideways − out upward or sideways; passed_on = allotted below − come back from below;
    used = choices of the school that occupy (holding, enrolled, returned after the start).
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="balances", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="balances", db_index=False)
    received = models.IntegerField(default=0)
    passed_on = models.IntegerField(default=0)
    used = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "batch"], name="balance_once"),
            models.CheckConstraint(
                condition=Q(received__gte=0, passed_on__gte=0, used__gte=0)
                & Q(received__gte=F("passed_on") + F("used")),
                name="balance_never_negative",
            ),
        ]
