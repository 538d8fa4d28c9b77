"""A movement of the ledger in the words of the unit that reads it: what one gives is received by the other."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

BRINGS = ("approve", "allot")
KINDS = {
    "received": N_("收到"),
    "approve": N_("核准"),
    "allot": N_("下发"),
    "give_back": N_("退回"),
    "take_back": N_("收回"),
    "move": N_("调剂"),
    "reduce": N_("核减"),
}


def word(row: Any) -> str:
    """Of a QuotaMovement; `row.came`, of `queries.movements(unit=…)`: it came to the reader."""
    if row.came and row.kind in BRINGS:
        return str(KINDS["received"])
    if not row.came and row.kind == "take_back":
        return _("上级收回")
    return str(KINDS[row.kind])


def of_kind(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Those that read as this one of `KINDS`."""
    if kind == "received":
        return rows.filter(came=True, kind__in=BRINGS)
    return rows.filter(kind=kind, came=False) if kind in BRINGS else rows.filter(kind=kind)


@dataclass(frozen=True)
class Told:
    row: Any
    word: str
    other: str  # whom it came from or went to


def told(row: Any) -> Told:
    other = (row.giver.name if row.giver else _("核准的计划")) if row.came else row.taker.name
    return Told(row, word(row), other)
