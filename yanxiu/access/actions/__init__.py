"""Writes of accounts and appointments."""

from yanxiu.access.actions.accounts import (
    NewAccount,
    activate,
    close_account,
    data_exported,
    make_account,
    make_accounts,
    make_link,
    make_slip,
    open_account,
    prefer_appointment,
    revoke,
    set_password,
    sign_in_refused,
    signed_in,
    signed_out,
    use_link,
)
from yanxiu.access.actions.appointments import Appointed, appoint, end, hand_over

__all__ = [
    "Appointed",
    "NewAccount",
    "activate",
    "appoint",
    "close_account",
    "data_exported",
    "end",
    "hand_over",
    "make_account",
    "make_accounts",
    "make_link",
    "make_slip",
    "open_account",
    "prefer_appointment",
    "revoke",
    "set_password",
    "sign_in_refused",
    "signed_in",
    "signed_out",
    "use_link",
]
