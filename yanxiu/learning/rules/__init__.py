"""Who gets how many seconds for what. Pure: facts and reports in, answers and changed facts out."""

from yanxiu.lib.decision import Decision

from .appeals import may_appeal, may_decide
from .facts import Answer, Facts, ItemState, Material, Meter, Numbers, Place, Session, Total
from .ledger import decide
from .refusals import painted
from .reports import MOST_REPORTS, MOST_SPANS, Malformed, Report, read_reports, read_session
from .sessions import ACTIVE_SECONDS, Start, may_start, start

__all__ = [
    "ACTIVE_SECONDS",
    "MOST_REPORTS",
    "MOST_SPANS",
    "Answer",
    "Decision",
    "Facts",
    "ItemState",
    "Malformed",
    "Material",
    "Meter",
    "Numbers",
    "Place",
    "Report",
    "Session",
    "Start",
    "Total",
    "decide",
    "may_appeal",
    "may_decide",
    "may_start",
    "painted",
    "read_reports",
    "read_session",
    "start",
]
