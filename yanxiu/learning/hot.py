"""What the gate puts in front of learning: reports and sessions, one list. No ORM.

POST /hot/report   {"reports": [{"session", "item", "spans": [[from, to, at]], "skipped": [[from, to, code]], "position", "answers"}, …]}
                   200: {"answers": [{"session": live | ended | stale | unknown, "credited", "refused", "seconds", "total", "at", "answers", "since", "ask"}, …]}
POST /hot/session  {"enrolment", "session": "<new uuid>", "take_over"}
                   200: {"ok": true, …as above} or {"ok": false, "reasons": [code, …]}
Nothing needs a key: what is reported twice is credited once.
"""

from yanxiu.learning.actions.hot import HOT as ENDPOINTS

__all__ = ["ENDPOINTS"]
