"""Who gets a seat. Read seats.py first; desk.py is what can be asked, refusals.py says what stands against a request; plans.py is about quota plans."""

from .desk import Desk, decide
from .refusals import LEAST_REASON
from .values import *  # noqa: F403
from .values import Answer, BatchFacts, Facts, NeedMore, PlacePolicy

__all__ = ["LEAST_REASON", "Answer", "BatchFacts", "Desk", "Facts", "NeedMore", "PlacePolicy", "decide"]
