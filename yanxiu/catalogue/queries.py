"""Reads of courses and their versions."""

from typing import Any

from yanxiu.catalogue.models import CourseVersion
from yanxiu.lib.decision import Decision, Reason


def class_readiness(version: CourseVersion, policy: Any) -> Decision:
    """May a class open over this version under this policy? Material, a quiz and a subjective work are needed (silent.md, Learning time and Marks)."""
    kinds = set(version.items.values_list("kind", flat=True))
    reasons = []
    needed = policy.time.required_seconds
    if version.seconds < needed:
        reasons.append(Reason("course_too_short", "A2.1", {"seconds": version.seconds, "needed": needed}))
    if "quiz" not in kinds:
        reasons.append(Reason("course_without_quiz", "A2.2"))
    if "homework" not in kinds:
        reasons.append(Reason("course_without_work", "A2.2"))
    return Decision.unless(reasons)
