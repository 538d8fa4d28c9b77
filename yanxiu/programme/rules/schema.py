"""Every key of a policy, with what is allowed. No defaults: a programme says all of it, and `extends` is the only inheritance.

Numbers are exact: whole numbers, or decimals from quoted strings. Attribute names are the keys, except `pass_` (key `pass`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, field_validator

from yanxiu.lib import hours

from .problems import PolicyError, problems_of

_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")


def _exact(value: Any) -> Decimal:
    """Whole number or quoted decimal. A float has already lost what was written."""
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and _NUMBER.fullmatch(value)
    ):
        return Decimal(value)
    raise ValueError("exact")


def plain(value: Decimal) -> str:
    """One spelling a number ("0.80" and "0.8" are the same policy)."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _month_day(value: str) -> str:
    """A day that every year has."""
    if not re.fullmatch(r"\d\d-\d\d", value):
        raise ValueError("month_day")
    date.fromisoformat(f"2001-{value}")
    return value


def _clock_time(value: Any) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value):
        return time.fromisoformat(value)
    raise ValueError("clock_time")


Exact = Annotated[Decimal, BeforeValidator(_exact), PlainSerializer(plain, return_type=str, when_used="json")]
MonthDay = Annotated[str, BeforeValidator(lambda value: _month_day(str(value)))]
ClockTime = Annotated[
    time,
    BeforeValidator(_clock_time),
    PlainSerializer(lambda value: f"{value:%H:%M}", return_type=str, when_used="json"),
]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Part = Literal["time", "objective", "subjective", "excellent", "interaction"]
PARTS: tuple[Part, ...] = ("time", "objective", "subjective", "excellent", "interaction")


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=False)


class Programme(Group):
    """Who holds it, what it is called, whom to ask (G1, T4.3)."""

    code: Text
    name: Text
    series: Text  # the same series in consecutive years is "the same programme" (T1.2)
    year: int = Field(ge=2000, le=2100)
    document: Text
    host: Text
    organisers: tuple[Text, ...] = Field(min_length=1)
    contact: Text
    phone: Text


class Batches(Group):
    first_start: date
    start_days: tuple[Annotated[int, Field(ge=1, le=28)], ...] = Field(min_length=1)
    length_days: int = Field(ge=1, le=200)
    count: int = Field(ge=1, le=60)

    @field_validator("start_days")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)):
            raise ValueError("rising")
        return value


class Plan(Group):
    deadline: MonthDay  # with that day, of the year of the first start
    remind_days_before: tuple[Annotated[int, Field(ge=0, le=90)], ...]


class Coverage(Group):
    count_date: MonthDay
    percent: int = Field(ge=0, le=100)
    direct_counties_in_city: bool


class Repeat(Group):
    gap_years: int = Field(ge=0, le=20)
    exemption: bool
    same_year: Literal["no", "yes"]


class Bar(Group):
    until: MonthDay  # 24:00 of that day
    scope: Literal["all", "series"]
    year: Literal["batch", "decision"]
    running: Literal["finish", "stop"]


class Choice(Group):
    opens_days_before: int = Field(ge=0, le=120)
    opens_at: ClockTime
    stage_must_match: bool
    warn_hours: tuple[Annotated[int, Field(ge=1, le=720)], ...]


class Enrolment(Group):
    window_days: int = Field(ge=1, le=120)
    review: Literal["none", "county"]
    replace_until: Literal["start", "end"]
    return_until: Literal["start", "end"]


class Time(Group):
    required_hours: Exact = Field(gt=0, le=1000)
    minutes_per_hour: int = Field(ge=1, le=120)
    full_mark: Literal["proportional", "stepped", "all-or-nothing"]
    max_speed: Exact = Field(ge=1, le=4)
    text_chars_per_minute: int = Field(ge=10, le=5000)
    text_idle_seconds: int = Field(ge=10, le=3600)
    text_min_seconds: int = Field(ge=0, le=3600)
    daily_minutes: int = Field(ge=0, le=1440)  # 0: no limit
    late_minutes: int = Field(ge=0, le=1440)
    appeal_days: int = Field(ge=0, le=90)

    @property
    def required_seconds(self) -> int:
        return hours.seconds(self.required_hours, self.minutes_per_hour)


class Presence(Group):
    every_minutes: int = Field(ge=0, le=240)  # 0: never asked
    answer_seconds: int = Field(ge=10, le=600)


class Quiz(Group):
    attempts: int = Field(ge=1, le=100)
    counts: Literal["best", "last", "first"]


class Homework(Group):
    due_day: int = Field(ge=1, le=200)
    late_factor: Exact = Field(ge=0, le=1)
    revision_days: int = Field(ge=0, le=90)


class Interaction(Group):
    post: Exact = Field(ge=0, le=100)
    reply: Exact = Field(ge=0, le=100)
    daily_cap: Exact = Field(ge=0, le=100)
    featured: Exact = Field(ge=0, le=100)
    forum_cap: Exact = Field(ge=0, le=100)
    live_minutes: int = Field(ge=1, le=600)
    live_points: Exact = Field(ge=0, le=100)
    live_session_cap: Exact = Field(ge=0, le=100)
    live_cap: Exact = Field(ge=0, le=100)
    activity_points: Exact = Field(ge=0, le=100)
    activity_cap: Exact = Field(ge=0, le=100)
    min_post: int = Field(ge=0, le=5000)
    min_reply: int = Field(ge=0, le=5000)


class Activity(Group):
    counts_in: Literal["interaction", "time", "none"]


class Weights(Group):
    time: Exact = Field(ge=0, le=100)
    objective: Exact = Field(ge=0, le=100)
    subjective: Exact = Field(ge=0, le=100)
    excellent: Exact = Field(ge=0, le=100)
    interaction: Exact = Field(ge=0, le=100)


class Result(Group):
    weights: Weights
    pass_: Exact = Field(alias="pass", ge=0, le=100)
    excellent: Exact = Field(ge=0, le=100)
    minima: Mapping[Part, Exact | Literal["all-works"]]
    digits: int = Field(ge=0, le=4)
    rounding: Literal["half-up", "half-even", "down"]
    marking_days: int = Field(ge=0, le=90)
    objection_days: int = Field(ge=0, le=90)


class Originality(Group):
    percent: Exact = Field(ge=0, le=100)
    exclude: Literal["both", "numerator", "none"]
    min_length: int = Field(ge=0, le=100_000)


class Finding(Group):
    answer_days: int = Field(ge=0, le=90)
    appeal_days: int = Field(ge=0, le=90)


class Policy(Group):
    programme: Programme
    batches: Batches
    plan: Plan
    coverage: Coverage
    repeat: Repeat
    bar: Bar
    choice: Choice
    enrolment: Enrolment
    time: Time
    presence: Presence
    quiz: Quiz
    homework: Homework
    interaction: Interaction
    activity: Activity
    result: Result
    originality: Originality
    finding: Finding

    @classmethod
    def from_json(cls, text: str | bytes, *, file: str = "") -> Policy:
        """A stored version. Raises PolicyError with everything that is wrong."""
        from .checks import contradictions

        try:
            policy = cls.model_validate_json(text)
        except ValidationError as error:
            raise PolicyError(problems_of(error, cls, file)) from None
        if found := contradictions(policy, file):
            raise PolicyError(found)
        return policy

    def to_json(self) -> str:
        """Canonical: keys sorted, numbers in one spelling; equal policies give equal text."""
        return json.dumps(
            self.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )


# What a change touches: these rule the whole programme at once, the others are frozen for a batch when its choice opens.
PROGRAMME_GROUPS = frozenset({"programme", "batches", "plan", "coverage", "repeat", "bar"})


def belongs_to(key: str) -> Literal["programme", "batch"]:
    return "programme" if key.partition(".")[0] in PROGRAMME_GROUPS else "batch"


def in_force(*, frozen: Policy, current: Policy) -> Policy:
    """For a batch: its own frozen keys, the programme's current ones."""
    return frozen.model_copy(update={name: getattr(current, name) for name in PROGRAMME_GROUPS})
