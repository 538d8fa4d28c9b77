"""What the frame of every page asks of the programme: its batches for the switcher, its host and organisers (G1)."""

from django.utils.translation import gettext as _

from yanxiu.programme import queries
from yanxiu.programme.models import Programme
from yanxiu.web.shell import BatchChoice, Shell, Site


def _programme(shell: Shell) -> Programme | None:
    if "_programme" not in shell.__dict__:
        shell.__dict__["_programme"] = queries.programme()
    return shell.__dict__["_programme"]


def batches(shell: Shell) -> list[BatchChoice]:
    programme = _programme(shell)
    if programme is None:
        return []
    return [BatchChoice(b.pk, b.number, b.starts, b.ends) for b in programme.batches.order_by("number")]


def site(shell: Shell) -> Site:
    programme = _programme(shell)
    if programme is None:
        return Site(subtitle=_("教师在线学习"))
    public = programme.public
    organisers = public.get("organisers", [])
    return Site(
        subtitle=public.get("subtitle") or _("教师在线学习"),
        host=public.get("host", ""),
        organisers=organisers if isinstance(organisers, str) else _("、").join(organisers),
    )
