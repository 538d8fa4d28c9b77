"""Accounts (who can sign in) and appointments (what follows for scope and capabilities)."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.crypto import salted_hmac

from yanxiu.organisation.models import Person, Unit


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(teacher_number=username)


class Account(AbstractBaseUser):
    """Made when a person activates. Signed in with teacher number or phone and password."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="account")
    teacher_number = models.CharField(max_length=20, unique=True, help_text="or the office's account name")
    is_active = models.BooleanField(default=True)  # type: ignore[misc]
    must_set_password = models.BooleanField(default=False)
    initial_until = models.DateTimeField(null=True, help_text="real time: a slip's password ends here")
    epoch = models.IntegerField(
        default=0, help_text="raised by revocation: signed claims of an older epoch are refused"
    )
    created_at = models.DateTimeField()
    preferred_appointment = models.BigIntegerField(null=True)

    USERNAME_FIELD = "teacher_number"  # type: ignore[misc]
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]
    objects = AccountManager()

    @property
    def is_staff(self) -> bool:
        return False

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with a new password and with a raised epoch."""
        return salted_hmac(
            "yanxiu.access.session", f"{self.password}:{self.epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


class AccountLink(models.Model):
    """A one-time link (activation or reset), kept as a hash; runs on real time."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    token_hash = models.BinaryField(unique=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Role(models.TextChoices):
    """The office somebody holds. What it may do stands in rules.py, nowhere else."""

    PROVINCE_ADMIN = "province_admin", "省级项目办"
    PROVINCE_LEADER = "province_leader", "省级项目领导小组"
    GENERAL_ADMIN = "general_admin", "总管理员"
    CITY_ADMIN = "city_admin", "市级管理员"
    CITY_LEADER = "city_leader", "市级项目领导小组"
    COUNTY_ADMIN = "county_admin", "县级管理员"
    COUNTY_LEADER = "county_leader", "县级项目领导小组"
    SCHOOL_ADMIN = "school_admin", "校级管理员"
    SCHOOL_LEADER = "school_leader", "分管领导"
    GROUP_HEAD = "group_head", "教研组长"
    TUTOR = "tutor", "总辅导员"
    EXPERT = "expert", "专家"
    AUDITOR = "auditor", "审计员"
    SECURITY_OFFICER = "security_officer", "安全员"
    SYSTEM_OFFICER = "system_officer", "系统员"


class Appointment(models.Model):
    """Person, role, and where: a unit, or for tutors and experts a prefix of the training tree. Closed-open period.

    At most one city admin and two county admins at every instant: `slot` (1; 1 or 2) with an exclusion constraint over the period.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="appointments")
    training_path = models.CharField(max_length=80, default="", blank=True)
    slot = models.SmallIntegerField(null=True)
    period = DateTimeRangeField(help_text="[from, to)")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "role"], name="appointment_unit")]
        constraints = [
            ExclusionConstraint(
                name="appointment_slot_once",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("slot", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(slot__isnull=False),
            ),
            ExclusionConstraint(
                name="appointment_person_once",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Func("unit", 0, function="COALESCE"), RangeOperators.EQUAL),
                    ("training_path", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="appointment_slot_rule",
                condition=(
                    Q(role="city_admin", slot=1)
                    | Q(role="county_admin", slot__in=[1, 2])
                    | (~Q(role__in=["city_admin", "county_admin"]) & Q(slot=None))
                ),
            ),
            models.CheckConstraint(
                name="appointment_one_tree",
                condition=Q(unit__isnull=False, training_path="") | (Q(unit__isnull=True) & ~Q(training_path="")),
            ),
        ]

    @property
    def work(self) -> tuple[str, int | None, str]:
        """Role and place without the batch: a tutor of 语文 holds an appointment for each batch, and does one work."""
        programme, _batch, *rest = [*self.training_path.split("/")[1:], "", ""]
        return self.role, self.unit_id, "/".join([programme, *rest])
