"""The signed claim in a cookie that the gate trusts without a query: who, under which appointment, of which epoch; 10 minutes."""

from typing import Any

from django.conf import settings

from yanxiu.lib.secrets import read_claim, sign_claim

COOKIE = "yx_claim"
SECONDS = 600
RENEW_AFTER = 300


def sign(*, person: int, account: int, appointment: int | None, epoch: int, at: int) -> str:
    """`at`: seconds of real time since 1970. `until`: the session's own end, beyond which a sign of life at the gate renews nothing."""
    return sign_claim(
        {
            "person": person,
            "account": account,
            "appointment": appointment,
            "epoch": epoch,
            "exp": at + SECONDS,
            "until": at + settings.SESSION_COOKIE_AGE,
        },
        settings.CLAIM_KEY,
    )


def read(token: str) -> dict[str, Any] | None:
    return read_claim(token, settings.CLAIM_KEY)
