"""The own notifications; announcements to read, to write, to see who has read."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yanxiu.access.rules import Capability
from yanxiu.notices import actions, queries
from yanxiu.notices.forms import AnnouncementForm
from yanxiu.web.door import door, signed_in
from yanxiu.web.said import say
from yanxiu.web.shell import ROLE_NAMES, Request, Shell

SIZE = 30
PROVINCE = "/32/"


@signed_in
def inbox(request: Request) -> HttpResponse:
    rows = queries.mine(request.shell.me)
    only_unread = request.GET.get("unread") == "1"
    page = Paginator(rows.filter(read_at=None) if only_unread else rows, SIZE).get_page(request.GET.get("page"))
    lines = [{"row": row, "sentence": queries.sentence(row)} for row in page]
    context = {
        "title": _("消息"),
        "page": page,
        "lines": lines,
        "only_unread": only_unread,
        "unread": request.shell.unread,
    }
    return render(request, "notices/inbox.html", context)


@signed_in
@require_POST
def open_(request: Request, pk: int) -> HttpResponse:
    """Marks it read and goes where something is to be done."""
    row = get_object_or_404(queries.mine(request.shell.me), pk=pk)
    actions.mark_read(request.shell.me, [row.pk])
    safe = row.url and url_has_allowed_host_and_scheme(row.url, allowed_hosts=None)
    return HttpResponseRedirect(row.url if safe else reverse("notices:inbox"))


@signed_in
@require_POST
def read_all(request: Request) -> HttpResponse:
    actions.mark_read(request.shell.me)
    say(request, "ok", _("全部消息已标为已读"))
    return redirect("notices:inbox")


def _path(shell: Shell) -> str:
    """Where the reader stands; tutors and experts belong to the province."""
    if shell.appointment:
        return shell.appointment.unit.path if shell.appointment.unit else PROVINCE
    return shell.person.school_path if shell.person else ""


@signed_in
def announcements(request: Request) -> HttpResponse:
    shell = request.shell
    own = shell.scope.can(Capability.ANNOUNCE)
    page = Paginator(queries.addressed_to(path=_path(shell), role=shell.role), SIZE).get_page(request.GET.get("page"))
    context = {
        "title": _("公告"), "page": page, "read": queries.read_by(shell.me), "may_write": own,
        "managed": queries.managed(shell.scope)[:SIZE] if own else [],
    }  # fmt: skip
    return render(request, "notices/announcements.html", context)


@signed_in
def announcement(request: Request, pk: int) -> HttpResponse:
    shell = request.shell
    row = queries.addressed_to(path=_path(shell), role=shell.role).filter(pk=pk).first()
    managed = queries.managed(shell.scope).filter(pk=pk).first() if shell.scope.can(Capability.ANNOUNCE) else None
    if row is None and managed is None:
        raise Http404
    if row is not None:
        actions.mark_announcement_read(row.pk, shell.me)
    shown = managed or row
    assert shown is not None
    context = {"title": shown.title, "row": shown, "roles": _roles(shown.roles), "managed": managed}
    if managed:
        context |= {
            "people": queries.audience(managed).count(),
            "lines": queries.reads_by_unit(managed),
            "read": managed.reads.count(),
        }
    request.shell.here = "notices:announcements"
    return render(request, "notices/announcement.html", context)


def _roles(roles: list[str]) -> list[str]:
    return [str(ROLE_NAMES.get(role, role)) for role in roles]


@door(Capability.ANNOUNCE)
def write(request: Request) -> HttpResponse:
    unit = request.shell.unit
    if unit is None:
        raise Http404
    form = AnnouncementForm(request.POST or None, own=unit)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = actions.announce(
            unit=data["unit"], title=data["title"], body=data["body"], roles=data["roles"], by=request.shell.me.pk
        )
        say(request, "ok", _("公告已发布"))
        return redirect("notices:announcement", row.pk)
    request.shell.here = "notices:announcements"
    return render(
        request, "notices/write.html", {"title": _("写公告"), "form": form}, status=422 if form.is_bound else 200
    )


@door(Capability.ANNOUNCE)
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.managed(request.scope), pk=pk)
    if actions.withdraw(row.pk, by=request.shell.me.pk):
        say(request, "ok", _("公告已撤下，读者不再看到"))
    return redirect("notices:announcement", row.pk)
