"""Every read of quizzes and works."""

from .learners import BatchFacts, Learner, item_of, learners, mine
from .marking import (
    excellent_in,
    handed_in,
    history,
    marking_list,
    neighbours,
    next_waiting,
    others,
    queue,
    unmarked,
    waiting,
    work_for_marking,
)
from .progress import Progress, QuizProgress, WorkProgress, open_attempt, progress, quiz_facts, work_of

__all__ = [
    "BatchFacts",
    "Learner",
    "Progress",
    "QuizProgress",
    "WorkProgress",
    "excellent_in",
    "handed_in",
    "history",
    "item_of",
    "learners",
    "marking_list",
    "mine",
    "neighbours",
    "next_waiting",
    "open_attempt",
    "others",
    "progress",
    "queue",
    "quiz_facts",
    "unmarked",
    "waiting",
    "work_for_marking",
    "work_of",
]
