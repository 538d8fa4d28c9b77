"""Marks from evidence, by the policy alone: exact, explained, rounded once. No Django here."""

from .assess import Assessment, Line, Part, assess, lines_that_add_up, rounded
from .evidence import Evidence, Quiz, TalkDay, Work
from .objecting import MAX_TEXT, MIN_TEXT, days_after, may_answer, may_decide, may_escalate, may_object
from .remaining import Remaining, Step, remaining_of
from .way import Way, missing_to_pass

__all__ = [
    "MAX_TEXT",
    "MIN_TEXT",
    "Assessment",
    "Evidence",
    "Line",
    "Part",
    "Quiz",
    "Remaining",
    "Step",
    "TalkDay",
    "Way",
    "Work",
    "assess",
    "days_after",
    "lines_that_add_up",
    "may_answer",
    "may_decide",
    "may_escalate",
    "may_object",
    "missing_to_pass",
    "remaining_of",
    "rounded",
]
