"""Writes of certificates.

`issue_batch` starts a run in the background (the job calls `carry_out`); `follow_result` is the reaction to "scoring.changed".

Events
    recognition.issued       per learner, subject certificate, data {number}
    recognition.run_finished batch, data {run, issued, stopped}
    recognition.revoked      per learner, subject certificate, data {number, reason}; actor null: by a changed result
    recognition.reinstated   per learner, subject certificate, data {number, reason}
"""

from .issuing import carry_out, issue_batch
from .looking_up import count_lookup, sweep_lookups
from .revoking import follow_result, reinstate, revoke

__all__ = ["carry_out", "count_lookup", "follow_result", "issue_batch", "reinstate", "revoke", "sweep_lookups"]
