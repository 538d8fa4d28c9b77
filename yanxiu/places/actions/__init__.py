"""Every write on places. seats.py is the one act behind all that concerns seats and quota; asking.py is how others call it.

Bars, exemptions, complaints, quota requests and plans are in files of their own; sweeps.py follows from the clock.
"""

from .asking import (
    EnrolRow,
    Movement,
    change_seats,
    choose,
    confirm,
    enrol,
    follow_school,
    move_quota,
    move_quota_together,
    refuse,
    replace,
    return_enrolment,
    withdraw,
)
from .cases import (
    answer_complaint,
    answer_quota_request,
    complain,
    exempt,
    lift_bar,
    request_quota,
    set_bar,
    withdraw_exemption,
)
from .plans import decide_plan, reopen_plan, save_plan, submit_plan
from .sweeps import lapse_due, sweep_lapse, sweep_past, sweep_plan_reminders, sweep_warnings

__all__ = [
    "EnrolRow",
    "Movement",
    "answer_complaint",
    "answer_quota_request",
    "change_seats",
    "choose",
    "complain",
    "confirm",
    "decide_plan",
    "enrol",
    "exempt",
    "follow_school",
    "lapse_due",
    "lift_bar",
    "move_quota",
    "move_quota_together",
    "refuse",
    "reopen_plan",
    "replace",
    "request_quota",
    "return_enrolment",
    "save_plan",
    "set_bar",
    "submit_plan",
    "sweep_lapse",
    "sweep_past",
    "sweep_plan_reminders",
    "sweep_warnings",
    "withdraw",
    "withdraw_exemption",
]
