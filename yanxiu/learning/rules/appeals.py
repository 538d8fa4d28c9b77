"""An appeal on refused time: by the learner until some days after the end; decided by the class's tutor, with a reason, not by oneself."""

from datetime import datetime

from yanxiu.lib.decision import Decision, Reason

LEAST = 5


def may_appeal(*, now: datetime, until: datetime, text: str, open_already: bool, refused_seconds: int) -> Decision:
    reasons = []
    if now >= until:
        reasons.append(Reason("appeal_over", "A1.4", {"until": until}))
    if open_already:
        reasons.append(Reason("appeal_open", "A1.4"))
    if not refused_seconds:
        reasons.append(Reason("nothing_refused", "A1.4"))
    if len(text.strip()) < LEAST:
        reasons.append(Reason("reason_too_short", "A1.4", {"least": LEAST}))
    return Decision.unless(reasons)


def may_decide(*, is_open: bool, own: bool, reason: str) -> Decision:
    reasons = []
    if not is_open:
        reasons.append(Reason("appeal_decided", "A1.4"))
    if own:
        reasons.append(Reason("self_decision", "S1.0"))
    if len(reason.strip()) < LEAST:
        reasons.append(Reason("reason_too_short", "A1.4", {"least": LEAST}))
    return Decision.unless(reasons)
