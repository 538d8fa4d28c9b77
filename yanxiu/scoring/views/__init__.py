from .learners import escalate, mine, object_to, why
from .objections import objection, objections
from .results import result, results

__all__ = ["escalate", "mine", "object_to", "objection", "objections", "result", "results", "why"]
