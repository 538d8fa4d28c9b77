"""Who gets a seat. Read seats.py first; refusals.py says what stands against a request; plans.py is about quota plans."""

from .refusals import LEAST_REASON
from .seats import Desk, decide
from .values import *  # noqa: F403
from .values import Answer, BatchFacts, Facts, NeedMore, PlacePolicy

__all__ = ["LEAST_REASON", "Answer", "BatchFacts", "Desk", "Facts", "NeedMore", "PlacePolicy", "decide"]
