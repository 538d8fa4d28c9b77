"""A school merges or closes: its unused quota and its choices pass to the successor (silent.md). Called in the transaction that closed it."""

from itertools import pairwise

from django.db import transaction
from django.db.models import F

from yanxiu.lib import unitpath
from yanxiu.organisation.models import Unit
from yanxiu.places.actions.asking import Movement, follow_school, move_quota_together, not_started
from yanxiu.places.models import Choice, QuotaBalance


@transaction.atomic
def pass_on_school(*, closed: int, successor: int, by: int | None) -> None:
    """The people have moved already. Enrolments stay with the closed school: their quota is spent there, figures and certificates keep its name.

    1. choices not enrolled follow their people with their arrival numbers: what they held comes free
    2. by the ledger, up to the unit above both and down again: totals above do not change; the line at the successor moves in the same statements
    """
    waiting = Choice.objects.filter(school=closed, state__in=("holding", "waiting"), batch__in=not_started())
    follow_school(persons=sorted(set(waiting.values_list("person", flat=True))))
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=(closed, successor))}
    steps = _steps(units[closed], units[successor])
    balances = QuotaBalance.objects.filter(unit=closed, batch__in=not_started())
    for balance in (
        balances.annotate(free=F("received") - F("passed_on") - F("used")).filter(free__gt=0).order_by("batch")
    ):
        note = f"{units[closed].display} → {units[successor].display}"[:200]
        movements = [Movement(kind, giver, taker, balance.free, note) for kind, giver, taker in steps]
        answers = move_quota_together(batch=balance.batch_id, movements=movements, by=by)
        if not all(answer.ok for answer in answers):
            # The closing and its consequences are one act: neither without the other.
            raise RuntimeError(f"quota of a closed school does not move: {[answer.codes for answer in answers]}")


def _steps(closed: Unit, successor: Unit) -> list[tuple[str, int, int]]:
    """From the school up to the first unit above both, then down to the successor: (kind, giver, taker)."""
    up, down = unitpath.prefixes(closed.path), unitpath.prefixes(successor.path)
    common = max((path for path in up if path in down), key=len)
    path_up = [path for path in reversed(up) if len(path) >= len(common)]
    path_down = [path for path in down if len(path) >= len(common)]
    ids = dict(Unit.objects.filter(path__in={*path_up, *path_down}).values_list("path", "pk"))
    steps = [("give_back", ids[low], ids[high]) for low, high in pairwise(path_up)]
    return steps + [("allot", ids[high], ids[low]) for high, low in pairwise(path_down)]
