"""Every read of marks, results and objections."""

from .facts import facts, works_now
from .objections import closes, mine_open, objections, visible_objection
from .results import batch_counts, enrolment_in, evidence_due, instants, mine, mine_now, pending, results, whole
from .standing import Standing, live, standing, standings

__all__ = [
    "Standing",
    "batch_counts",
    "closes",
    "enrolment_in",
    "evidence_due",
    "facts",
    "instants",
    "live",
    "mine",
    "mine_now",
    "mine_open",
    "objections",
    "pending",
    "results",
    "standing",
    "standings",
    "visible_objection",
    "whole",
    "works_now",
]
