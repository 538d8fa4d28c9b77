"""Writes of learning. All credit passes through one set act (hot.py); an appeal that is granted sets its seconds by itself.

Events, written sparsely (a report makes none): learning.started {enrolment} and learning.reached {enrolment, seconds} (subject_id: the enrolment),
learning.appealed {enrolment, item, seconds} and learning.appeal_decided {enrolment, item, granted, reason} (subject_id: the appeal).
What follows from credit at once is SQL inside the act: `yx_learning_credited(enrolments bigint[], seconds int[])`, defined by monitoring.
"""

from .appealing import appeal, decide_appeal
from .hot import HOT
from .learning import Opened, answer_presence, end_sessions, open_session, report, sweep

__all__ = [
    "HOT",
    "Opened",
    "answer_presence",
    "appeal",
    "decide_appeal",
    "end_sessions",
    "open_session",
    "report",
    "sweep",
]
