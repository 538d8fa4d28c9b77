"""The policy: its keys, how a file becomes a policy, the calendar that follows from it, and its words."""

from .calendar import BatchDates, Phase, calendar, count_day, phase, plan_closes, plan_last_day
from .difference import difference, flat
from .loading import LoadedPolicy, Mark, load_policy, marks_from_json, marks_to_json
from .problems import PolicyError, PolicyProblem
from .schema import PROGRAMME_GROUPS, Policy, belongs_to, in_force
from .sentences import Line, Section, explain

__all__ = [
    "PROGRAMME_GROUPS",
    "BatchDates",
    "Line",
    "LoadedPolicy",
    "Mark",
    "Phase",
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "Section",
    "belongs_to",
    "calendar",
    "count_day",
    "difference",
    "explain",
    "flat",
    "in_force",
    "load_policy",
    "marks_from_json",
    "marks_to_json",
    "phase",
    "plan_closes",
    "plan_last_day",
]
