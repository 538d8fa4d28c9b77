"""Every read on places. Lists take the scope first; a person's own rows come through `mine`.

own.py a teacher's own · school.py choices, enrolments, candidates, how full · instead.py what the office above decides for a school · ledger.py quota · papers.py plans and single cases.
"""

from .instead import decides, instead
from .ledger import (
    FREE,
    Below,
    Cell,
    Grid,
    grid,
    last_received,
    last_request,
    movements,
    newest_movements,
    own_cells,
    quota_requests,
    requests_below,
    requests_of,
    used_below,
)
from .own import InLine, answer_to, classes_for, live_choice, mine, mine_in, place_in_line, shown_state
from .papers import bars, complaints, exemptions, offices, plan_lines, plan_of, plans_of
from .school import Fill, candidates, choices, choices_of, enrollable, enrolments, fill, fill_of, successor

__all__ = [
    "FREE",
    "Below",
    "Cell",
    "Fill",
    "Grid",
    "InLine",
    "answer_to",
    "bars",
    "candidates",
    "choices",
    "choices_of",
    "classes_for",
    "complaints",
    "decides",
    "enrollable",
    "enrolments",
    "exemptions",
    "fill",
    "fill_of",
    "grid",
    "instead",
    "last_received",
    "last_request",
    "live_choice",
    "mine",
    "mine_in",
    "movements",
    "newest_movements",
    "offices",
    "own_cells",
    "place_in_line",
    "plan_lines",
    "plan_of",
    "plans_of",
    "quota_requests",
    "requests_below",
    "requests_of",
    "shown_state",
    "successor",
    "used_below",
]
