"""Which batch a page of places is about."""

from django.http import Http404

from yanxiu.lib import clock
from yanxiu.programme import frame
from yanxiu.programme.models import Batch
from yanxiu.web.shell import BATCH_KEY, BatchChoice, Request


def all_batches(request: Request) -> list[Batch]:
    """As the frame reads them, once a request."""
    return frame.current(request.shell)[1]


def looked_at(request: Request, batches: list[Batch] | None = None) -> Batch:
    """The one picked in the frame; unasked the one that is open for choosing, else the next to open: the running one needs nothing here.

    The frame then shows the same one.
    """
    batches = all_batches(request) if batches is None else batches
    if not batches:
        raise Http404
    now = clock.now()
    picked = next((b for b in batches if b.pk == request.session.get(BATCH_KEY)), None)
    open_ = [b for b in batches if b.choice_opens <= now < b.starts]
    coming = [b for b in batches if b.starts > now]
    batch = picked or (open_ or coming or batches[-1:])[0]
    request.shell.__dict__["batch"] = BatchChoice(batch.pk, batch.number, batch.starts, batch.ends)
    return batch


def asked_about(request: Request) -> Batch:
    """The one that the posted form was made for; another tab may have picked another since. It is looked at from then on."""
    batches = all_batches(request)
    if (posted := next((b for b in batches if str(b.pk) == request.POST.get("batch")), None)) is not None:
        request.session[BATCH_KEY] = posted.pk
    return looked_at(request, batches)


def open_for_choice(batches: list[Batch]) -> Batch | None:
    now = clock.now()
    return next((b for b in batches if b.choice_opens <= now < b.starts), None)
