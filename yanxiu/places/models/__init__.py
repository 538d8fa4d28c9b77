"""quota.py plans, ledger, balances · places.py choices, enrolments, answers · cases.py exemptions, bars, complaints, requests."""

from .cases import Bar, Complaint, Exemption, QuotaRequest
from .places import Choice, Enrolment, PlaceRequest, Standing
from .quota import QuotaBalance, QuotaMovement, QuotaPlan, QuotaPlanLine

__all__ = [
    "Bar",
    "Choice",
    "Complaint",
    "Enrolment",
    "Exemption",
    "PlaceRequest",
    "QuotaBalance",
    "QuotaMovement",
    "QuotaPlan",
    "QuotaPlanLine",
    "QuotaRequest",
    "Standing",
]
