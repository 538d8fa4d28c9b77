"""Writes of marks. Everything a mark needs is frozen one after the other; afterwards only a decided appeal changes it, with a record.

Sweeps (idempotent, in bulk; state follows from `now`): `sweep_evidence` → `sweep_marks` → `sweep_final`.
Reactions (config/reactions.py): `follow_marks` on "homework.marked" (a late mark ends 待评), `follow_time` on a decided time appeal.

Events
    scoring.evidence_frozen  batch, data {enrolments}
    scoring.marked           per learner, subject result, data {total, passed, honours, late}
    scoring.pending          per learner, subject result, data {works}
    scoring.final            per learner, subject result, data {total, passed, honours}
    scoring.changed          per learner, subject result, data {before, after, reason, state}; before and after: {total, parts, passed, honours}
    scoring.recounted        the same data, when only evidence changed and no mark that was out
    scoring.objected         subject objection, data {part}
    scoring.answered, scoring.escalated, scoring.decided   subject objection, data {part, changed}
"""

from yanxiu.scoring.queries import live

from .changes import change, follow_time, set_finding
from .objections import answer, decide, escalate, object_to
from .sweeps import follow_marks, sweep_evidence, sweep_final, sweep_marks

__all__ = [
    "answer",
    "change",
    "decide",
    "escalate",
    "follow_marks",
    "follow_time",
    "live",
    "object_to",
    "set_finding",
    "sweep_evidence",
    "sweep_final",
    "sweep_marks",
]
