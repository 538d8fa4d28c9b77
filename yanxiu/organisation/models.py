"""Units, people, the roster. No pages here."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Unit(models.Model):
    """A node of the tree of units. `path` is the scope: "/32/3201/320102/S001234/"; never a name (two 鼓楼区).

    昆山市, 泰兴市 and 沭阳县 stand beside the cities ("/32/320583/", level county, direct): `statistical_city` keeps the city of their code.
    """

    class Level(models.TextChoices):
        PROVINCE = "province"
        CITY = "city"
        COUNTY = "county"
        SCHOOL = "school"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    full_name = models.CharField(max_length=200, default="", help_text="tells two of the same name apart: 南京市鼓楼区")
    name_grams = ArrayField(
        models.CharField(max_length=8), default=list, help_text="uni- and bigrams of the full name, for search"
    )
    level = models.CharField(max_length=10, choices=Level.choices)
    kind = models.CharField(
        max_length=16, default="", help_text="市辖区 县 县级市 economic_zone, as the divisions' file says"
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=80, unique=True)
    direct = models.BooleanField(default=False, help_text="addressed by the notice beside the cities")
    statistical_city = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    stages = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, help_text="of a school: 幼儿园 小学 初中 高中"
    )
    sort_key = models.CharField(max_length=240, default="")
    closed_on = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["path"], include=["id"], name="unit_path_like", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["parent", "code"], name="unit_children"),
            GinIndex(fields=["name_grams"], name="unit_grams"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display(self) -> str:
        """The name that distinguishes: two 鼓楼区 never read alike."""
        return self.full_name or self.name


class UnitCount(models.Model):
    """Teachers on the roster and on duty on the count date: the base of the 10% (T3.2a). One row a unit of every level."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="counts")
    count_date = models.DateField()
    teachers = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "count_date"], name="unit_count_once")]


class Person(models.Model):
    """A person, with or without an account. Identity and phone are sealed; found by keyed hash only; shown by mask."""

    name = models.CharField(max_length=120, help_text="any GB 18030 character; length in code points")
    name_key = models.CharField(max_length=240, help_text="pinyin sort key")
    name_grams = ArrayField(models.CharField(max_length=8), default=list, help_text="uni- and bigrams, for search")
    identity_sealed = models.BinaryField(null=True)
    identity_hash = models.BinaryField(null=True, unique=True)
    identity_mask = models.CharField(max_length=20, default="")
    phone_sealed = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True, db_index=True)
    phone_mask = models.CharField(max_length=20, default="")
    teacher_number = models.CharField(max_length=20, null=True, unique=True)
    school = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.PROTECT,
        related_name="people",
        help_text="present unit; an office for its staff",
    )
    school_path = models.CharField(max_length=80, default="", help_text="copy of school.path: scope of personal data")
    stage = models.CharField(max_length=8, default="")
    subject = models.CharField(max_length=20, default="")
    title = models.CharField(max_length=20, default="")
    on_roster = models.BooleanField(default=True)
    on_duty = models.BooleanField(default=True)
    gone_at = models.DateTimeField(null=True)
    profile_confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["school", "name_key"], name="person_school_name"),
            models.Index(
                fields=["school_path", "name_key"], name="person_path", opclasses=["varchar_pattern_ops", "varchar_ops"]
            ),
            GinIndex(fields=["name_grams"], name="person_grams"),
        ]

    def __str__(self) -> str:
        return self.name


class ProfileCorrection(models.Model):
    """A person asks to correct her or his data (S2.1.1); the school admin decides."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="corrections")
    changes = models.JSONField(help_text="field → wanted value")
    note = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(default="", blank=True)


class RosterImport(models.Model):
    """One file handed in: previewed first, applied once. The same file twice changes nothing."""

    class Kind(models.TextChoices):
        ROSTER = "roster"
        PAST = "past", "last year's participants"

    class State(models.TextChoices):
        READING = "reading"
        PREVIEW = "preview"
        APPLYING = "applying"
        APPLIED = "applied"
        FAILED = "failed"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, help_text="rows outside its subtree are refused")
    unit_path = models.CharField(max_length=80, default="")
    complete = models.BooleanField(default=False, help_text="who is not in the file has gone; else the file is a part")
    series = models.CharField(max_length=40, default="", blank=True, help_text="of past participants")
    year = models.SmallIntegerField(null=True)
    file_sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    file_path = models.CharField(
        max_length=200, default="", help_text="under MEDIA_ROOT until it has been read; then removed"
    )
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="new, changed, moved, gone, same, refused")
    progress = models.IntegerField(default=0, help_text="rows read")
    problem = models.JSONField(default=dict, help_text="why the whole file was refused: {code, …}")
    head = models.JSONField(default=list, help_text="the head of the file, to give refused rows back under it")

    class Meta:
        indexes = [
            models.Index(
                fields=["unit_path", "-id"], name="roster_import_unit", opclasses=["varchar_pattern_ops", "int8_ops"]
            )
        ]


class RosterRow(models.Model):
    """A row of an import that is not plainly the same: what it will do, or why it is refused. Written by COPY, judged by SQL.

    Null: the file does not say. Identity and phone are sealed already; `raw_sealed` gives a refused row back as it came.
    """

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows")
    number = models.IntegerField(help_text="as the spreadsheet counts; 0 for people who are gone")
    outcome = models.CharField(max_length=8, default="", help_text="new changed moved gone same refused")
    name = models.CharField(max_length=120, default="")
    name_key = models.CharField(max_length=240, default="")
    name_grams = ArrayField(models.CharField(max_length=8), default=list)
    identity_sealed = models.BinaryField(null=True)
    identity_hash = models.BinaryField(null=True)
    identity_mask = models.CharField(max_length=20, default="")
    phone_sealed = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True)
    phone_mask = models.CharField(max_length=20, default="")
    teacher_number = models.CharField(max_length=20, null=True)
    school = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    stage = models.CharField(max_length=8, null=True)
    subject = models.CharField(max_length=20, null=True)
    title = models.CharField(max_length=20, null=True)
    on_duty = models.BooleanField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    fields = models.JSONField(default=list, help_text="of a changed row: which")
    problems = models.JSONField(default=list, help_text="[{column, code, value}]")
    raw_sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["roster_import", "outcome", "number"], name="roster_row_outcome")]


class PastParticipation(models.Model):
    """Who took part in a series in an earlier year (T1.2); from last year's file, or written at a batch's end."""

    series = models.CharField(max_length=40)
    year = models.SmallIntegerField()
    identity_hash = models.BinaryField()
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="past")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year", "identity_hash"], name="past_once")]
        indexes = [models.Index(fields=["person", "series", "year"], name="past_person")]
