"""Reads of courses and their versions. What a course holds is open to everybody signed in; answers and rubrics never leave through here."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from yanxiu.catalogue.models import Course, CourseVersion, Item
from yanxiu.catalogue.rules import text_seconds
from yanxiu.lib.decision import Decision, Reason


def seconds_of(item: Item, policy: Any) -> int:
    """What the item is worth at most under this policy. A text without its characters counted keeps what it was stored with."""
    if item.kind == Item.Kind.TEXT and item.characters:
        return text_seconds(
            item.characters, per_minute=policy.time.text_chars_per_minute, least=policy.time.text_min_seconds
        )
    return item.seconds


def material_seconds(version: CourseVersion, policy: Any) -> int:
    return sum(seconds_of(item, policy) for item in version.items.all())


def class_readiness(version: CourseVersion, policy: Any) -> Decision:
    """May a class open over this version under this policy? Material, a quiz and a subjective work are needed (silent.md, Learning time and Marks)."""
    kinds = {item.kind for item in version.items.all()}
    seconds = material_seconds(version, policy)
    needed = policy.time.required_seconds
    reasons = []
    if seconds < needed:
        reasons.append(Reason("course_too_short", "A2.1", {"seconds": seconds, "needed": needed}))
    if Item.Kind.QUIZ not in kinds:
        reasons.append(Reason("course_without_quiz", "A2.2"))
    if Item.Kind.HOMEWORK not in kinds:
        reasons.append(Reason("course_without_work", "A2.2"))
    return Decision.unless(reasons)


def latest(course: Course) -> CourseVersion:
    return course.versions.order_by("-number")[0]


def courses(*, word: str = "", subject: str = "", stage: str = "", first_subject: str = "") -> QuerySet[CourseVersion]:
    """The latest version of each course; those of `first_subject` first."""
    newest = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number").values("pk")[:1]
    rows = CourseVersion.objects.filter(pk=Subquery(newest)).select_related("course")
    if word := word.strip():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(author__name__icontains=word)
            | Q(keywords__icontains=word)
        )
    if subject:
        rows = rows.filter(course__subject=subject)
    if stage:
        rows = rows.filter(course__stages__contains=[stage])
    own = Case(When(course__subject=first_subject, then=Value(0)), default=Value(1))
    return rows.order_by(own, "course__subject", "title")


def subjects() -> list[str]:
    return list(Course.objects.order_by("subject").values_list("subject", flat=True).distinct())


@dataclass(frozen=True)
class Chapter:
    title: str
    items: list[Item]

    @property
    def seconds(self) -> int:
        return sum(item.seconds for item in self.items)


def outline(version: CourseVersion) -> list[Chapter]:
    """The chapters with their items, in order; bodies and answers are not read."""
    chapters: dict[int, Chapter] = {}
    for item in version.items.defer("body", "data"):
        chapters.setdefault(item.chapter, Chapter(item.chapter_title, [])).items.append(item)
    return list(chapters.values())


def has_picture(sha: str) -> bool:
    return Item.objects.filter(pictures__contains=[sha]).exists()
