"""What the frame of every page asks of the programme: its batches for the switcher, its host and organisers (G1)."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KT, KeyTransform
from django.utils.translation import gettext as _

from yanxiu.events.ready import Ready
from yanxiu.programme import queries
from yanxiu.programme.models import Batch, Programme
from yanxiu.web.shell import BatchChoice, Shell, Site


def _newest(*without: str) -> QuerySet[Programme]:
    said = {"subtitle": KT("public__subtitle"), "host": KT("public__host"), "organisers": KeyTransform("organisers", F("public"))}  # fmt: skip
    return Programme.objects.defer(*without).annotate(**said).order_by("-year", "-id")[:1]


_CURRENT = Ready(lambda: _newest("public"))
_WHOLE = Ready(lambda: _newest())


def current(shell: Shell, *, public: bool = False) -> tuple[Programme | None, list[Batch]]:
    """The programme, without its public texts unless a page asks first, and its batches: read once a request, for the frame and for the page."""
    if "_programme" not in shell.__dict__:
        found = (_WHOLE if public else _CURRENT).first()
        shell.__dict__["_programme"] = found, queries.batches(found) if found else []
    kept: tuple[Programme | None, list[Batch]] = shell.__dict__["_programme"]
    return kept


def batches(shell: Shell) -> list[BatchChoice]:
    return [BatchChoice(b.pk, b.number, b.starts, b.ends) for b in current(shell)[1]]


def site(shell: Shell) -> Site:
    programme = current(shell)[0]
    if programme is None:
        return Site(subtitle=_("教师在线学习"))
    said: Any = programme  # with what `current` reads beside
    organisers = said.organisers or []
    return Site(
        subtitle=said.subtitle or _("教师在线学习"),
        host=said.host or "",
        organisers=organisers if isinstance(organisers, str) else _("、").join(organisers),
    )
