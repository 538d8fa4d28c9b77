"""A school merges or closes: its quota, its choices and its running enrolments pass to the successor (silent.md). Called in the transaction that closed it."""

from itertools import pairwise

from django.db import transaction

from yanxiu.events import actions as events
from yanxiu.lib import clock, unitpath
from yanxiu.organisation.models import Unit
from yanxiu.places.actions import seats
from yanxiu.places.models import QuotaRequest
from yanxiu.places.rules import values as v
from yanxiu.programme.models import Batch


@transaction.atomic
def pass_on_school(*, closed: int, successor: int, by: int | None) -> None:
    """The people have moved already. Batches that have ended stay with the closed school: old figures and certificates keep its name.

    1. in every batch that has not ended, one act: places with the quota they use, the unused quota by the ledger, then the line
    2. what it asked its office for and nobody has answered is void
    """
    old, heir = Unit.objects.get(pk=closed), Unit.objects.get(pk=successor)
    note = f"{old.display} → {heir.display}"[:200]
    for batch in Batch.objects.filter(ends__gt=clock.now()).order_by("id").values_list("id", flat=True):
        seats.run(batch, [v.TakeOver(school=closed, heir=successor, steps=_steps(old, heir), note=note, by=by)])
    for request in QuotaRequest.objects.select_for_update(no_key=True).filter(unit=old, state=QuotaRequest.State.OPEN):
        request.state, request.answer, request.answered_at = QuotaRequest.State.DECLINED, note, clock.now()
        request.save()
        events.record(
            "places.quota_request_answered", actor=by, unit_path=old.path, batch=request.batch_id, subject_id=request.pk,
            data={"state": request.state, "amount": 0},
        )  # fmt: skip


def _steps(closed: Unit, heir: Unit) -> tuple[tuple[str, int, int], ...]:
    """Up to just below the first unit above both, across, down to the heir: (kind, giver, taker). To a unit above only up. Totals above do not change."""
    up, down = unitpath.prefixes(closed.path), unitpath.prefixes(heir.path)
    common = max((path for path in up if path in down), key=len)
    ups = [path for path in reversed(up) if len(path) > len(common) or path == heir.path]
    downs = [path for path in down if len(path) > len(common)]
    ids = dict(Unit.objects.filter(path__in={*ups, *downs}).values_list("path", "pk"))
    steps = [("give_back", ids[low], ids[high]) for low, high in pairwise(ups)]
    if downs:
        steps.append(("move", ids[ups[-1]], ids[downs[0]]))
    return tuple(steps + [("allot", ids[high], ids[low]) for high, low in pairwise(downs)])
