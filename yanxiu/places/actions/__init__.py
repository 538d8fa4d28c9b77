"""Every write on places. seats.py is the one act behind all that concerns seats and quota; asking.py is how others call it.

Bars, exemptions, complaints, quota requests and plans are in files of their own; sweeps.py follows from the clock.
"""

from .asking import (
    EnrolRow,
    Movement,
    choose,
    confirm,
    enrol,
    follow_school,
    move_quota,
    move_quota_together,
    on_seats_changed,
    refuse,
    replace,
    return_enrolment,
    settle,
    withdraw,
)

__all__ = [
    "EnrolRow",
    "Movement",
    "choose",
    "confirm",
    "enrol",
    "follow_school",
    "move_quota",
    "move_quota_together",
    "on_seats_changed",
    "refuse",
    "replace",
    "return_enrolment",
    "settle",
    "withdraw",
]
