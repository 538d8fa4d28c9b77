"""Every write of quizzes and works. Set acts: each takes a list, decides one by one in the order given, and writes with few statements.

Events (actor; person: the learner; unit_path: the enrolling school; training_path: the class; batch; policy):
    homework.quiz_submitted   subject: attempt   item, number, points, out_of, first (the learner's first of this quiz)
    homework.submitted   subject: work      item, version, late, first (the first hand-in of this work), characters
    homework.marked      subject: work      item, points, late, excellent, why (marking, correction, province), before (points or null)
    homework.returned    subject: work      item, until
    homework.raised      subject: work      item, points, before, excellent
Drafts, autosaved answers and claims are leases, not acts: they leave no event.
"""

from .marking import MarkIn, claim_work, mark_works, raise_mark, release_work, return_for_revision
from .outcome import Outcome
from .quiz import AttemptIn, save_answers, start_attempt, submit_attempts
from .reading import read
from .work import WorkIn, save_draft, submit_works

__all__ = [
    "AttemptIn",
    "MarkIn",
    "Outcome",
    "WorkIn",
    "claim_work",
    "mark_works",
    "raise_mark",
    "read",
    "release_work",
    "return_for_revision",
    "save_answers",
    "save_draft",
    "start_attempt",
    "submit_attempts",
    "submit_works",
]
