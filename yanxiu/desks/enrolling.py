"""The desk's lines about enrolment: what a school has to enrol, and what the office above decides in its place."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from yanxiu.access.rules import Scope
from yanxiu.desks.task import CAN_WAIT, SOON, URGENT, Task, task
from yanxiu.organisation.models import Unit
from yanxiu.places import queries as places
from yanxiu.places.models import Choice, QuotaBalance
from yanxiu.programme.models import Batch


def enrolling(unit: Unit, batch: Batch, now: datetime) -> Iterator[Task | None]:
    states = dict(
        Choice.objects.filter(batch=batch, school_path=unit.path, school=unit, state__in=["holding", "waiting"])
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    holding, waiting = states.get("holding", 0), states.get("waiting", 0)
    open_now = now >= batch.enrolment_opens
    if holding:
        rank = URGENT if open_now and batch.starts - now < timedelta(days=2) else SOON
        when = _("报名已经开放，没有报名的到开班日就失效。") if open_now else _("报名还没有开放，到时按先后报名。")
        yield task(
            rank,
            _n("第%(b)s期有%(n)s位教师占位待报名", "第%(b)s期有%(n)s位教师占位待报名", holding)
            % {"b": batch.number, "n": holding},
            when,
            _("去报名"),
            "places:enrolments",
            due=batch.starts,
        )
    if waiting:
        yield task(
            CAN_WAIT,
            _n("第%(b)s期有%(n)s位教师候补", "第%(b)s期有%(n)s位教师候补", waiting) % {"b": batch.number, "n": waiting},
            _("名额或配额空出来会自动往前；缺配额可以向上级申请。"),
            _("看候补"),
            "places:enrolments",
            due=batch.starts,
        )
    balance = QuotaBalance.objects.filter(batch=batch, unit=unit).first()
    left = balance.received - balance.passed_on - balance.used if balance else 0
    if left and not waiting:
        yield task(
            CAN_WAIT,
            _n("第%(b)s期还有%(n)s个配额没有用", "第%(b)s期还有%(n)s个配额没有用", left)
            % {"b": batch.number, "n": left},
            _("用不完的请在开班前退回。"),
            _("看配额"),
            "places:quota",
            due=batch.starts,
        )


def instead(scope: Scope, batch: Batch, now: datetime) -> Task | None:
    """What a school cannot decide: about its only administrator, or because it has closed."""
    found = list(places.instead(scope).filter(batch=batch, state="holding", proposed_at=None)[:100])
    if not found:
        return None
    alone = found[0] if len(found) == 1 else None
    return task(
        URGENT if now >= batch.enrolment_opens and batch.starts - now < timedelta(days=2) else SOON,
        _n("第%(b)s期有%(n)s位教师的报名由本级办理", "第%(b)s期有%(n)s位教师的报名由本级办理", len(found))
        % {"b": batch.number, "n": len(found)},
        _("学校唯一的管理员不能为自己报名；撤销了的学校没有人办。"),
        _("去办理"),
        "places:choice" if alone else "places:enrolments",
        *([alone.pk] if alone else []),
        due=batch.starts,
    )
