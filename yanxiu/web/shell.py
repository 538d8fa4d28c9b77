"""Who is here, under which appointment, looking at which batch: what every page's frame needs, each read at most once a request.

Packages above register what only they can answer: `provide("batches", fn)`. A provider gets the Shell.
    batches  -> list[BatchChoice], oldest first          unread  -> int
    site     -> Site, who hosts and organises (G1)       must    -> URL the person has to visit first, or None
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yanxiu.access import queries as access
from yanxiu.access.models import Account, Appointment, Role
from yanxiu.access.rules import Scope
from yanxiu.events import queries as events
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit
from yanxiu.web.terms import term

TEACHER = "teacher"
VISITOR = "visitor"
APPOINTMENT_KEY = "yx_appointment"
BATCH_KEY = "yx_batch"


@dataclass(frozen=True)
class BatchChoice:
    """A batch as the switcher shows it. `ends` is closed-open."""

    id: int
    number: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Site:
    subtitle: str = ""
    host: str = ""
    organisers: str = ""


_providers: dict[str, Callable[["Shell"], Any]] = {}


def provide(name: str, fn: Callable[["Shell"], Any]) -> None:
    if name not in ("batches", "unread", "must", "site"):
        raise ValueError(f"no such provider: {name}")
    _providers[name] = fn


class Request(HttpRequest):
    """What a view gets: for annotations only."""

    shell: "Shell"
    scope: Scope


class Shell:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.here = ""  # a view may name the entry of the navigation that it belongs to
        if request.method == "POST":
            _ = self.now  # What is handed in counts as of when it began to come; its file may take minutes more.

    def _ask(self, name: str, default: Any) -> Any:
        fn = _providers.get(name)
        return default if fn is None else fn(self)

    @cached_property
    def now(self) -> datetime:
        """One for the whole answer."""
        return clock.now()

    @cached_property
    def account(self) -> Account | None:
        user: Any = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        return getattr(user, "_wrapped", user)  # Not Django's lazy one, which is asked for each attribute anew.

    @cached_property
    def person(self) -> Person | None:
        return self.account.person if self.account else None

    @property
    def me(self) -> Person:
        """Behind a door there is somebody."""
        assert self.person is not None
        return self.person

    @cached_property
    def appointments(self) -> list[Appointment]:
        return access.acting(self.person, self.now) if self.person else []

    @cached_property
    def appointment(self) -> Appointment | None:
        """The one this session works under; None: as a teacher. One at a time, whatever else the person holds."""
        if self.account is None or not self.appointments:
            return None
        wanted = self.request.session.get(APPOINTMENT_KEY, self.account.preferred_appointment)
        if wanted == 0:
            return None
        return next((a for a in self.appointments if a.pk == wanted), self.appointments[0])

    @cached_property
    def works(self) -> list[list[Appointment]]:
        return access.by_work(self.appointments)

    @cached_property
    def work(self) -> list[Appointment]:
        """The appointment with the same work in other batches: a tutor must not miss an objection of the batch before."""
        return next((work for work in self.works if self.appointment in work), [])

    @cached_property
    def scope(self) -> Scope:
        return access.scope_of(*self.work)

    @cached_property
    def role(self) -> str:
        if self.account is None:
            return VISITOR
        return self.appointment.role if self.appointment else TEACHER

    @cached_property
    def role_name(self) -> str:
        return str(ROLE_NAMES.get(self.role, self.role))

    @cached_property
    def unit(self) -> Unit | None:
        if self.appointment:
            return self.appointment.unit
        return self.person.school if self.person else None

    @cached_property
    def batches(self) -> tuple[BatchChoice, ...]:
        return tuple(self._ask("batches", ()))

    @cached_property
    def batch(self) -> BatchChoice | None:
        """The chosen batch; unasked: the latest that runs, else the next, else the last."""
        wanted = self.request.session.get(BATCH_KEY) if self.account else None
        chosen = next((b for b in self.batches if b.id == wanted), None)
        if chosen or not self.batches:
            return chosen
        running = [b for b in self.batches if b.starts <= self.now < b.ends]
        coming = [b for b in self.batches if b.starts > self.now]
        return running[-1] if running else coming[0] if coming else self.batches[-1]

    @cached_property
    def unread(self) -> int:
        return self._ask("unread", 0) if self.account else 0

    @cached_property
    def must(self) -> str | None:
        return self._ask("must", None) if self.account else None

    @cached_property
    def mode(self) -> str:
        return events.mode() or "production"

    @cached_property
    def site(self) -> Site:
        return self._ask("site", Site())

    @property
    def place_name(self) -> str:
        if self.work:
            return place_name(self.work)
        return str(self.unit) if self.unit else ""

    @cached_property
    def places(self) -> list[tuple[int, str, str, bool]]:
        """What the appointment switcher offers: (id or 0 for the teacher, unit, role, current)."""
        rows = [(w[0].pk, place_name(w), str(ROLE_NAMES[w[0].role]), w is self.work) for w in self.works]
        if self.person and self.person.school:
            rows.append((0, str(self.person.school), str(ROLE_NAMES[TEACHER]), self.appointment is None))
        return rows

    @property
    def several(self) -> bool:
        """Whether there is something to switch to."""
        return len(self.places) > 1

    @property
    def signing_in(self) -> bool:
        return self.request.path == settings.LOGIN_URL

    @property
    def theme(self) -> str:
        value = self.request.COOKIES.get("yx_theme", "")
        return value if value in ("light", "dark") else ""


def place_name(work: list[Appointment]) -> str:
    """The unit; for a tutor or an expert the part of the training tree: of several batches the subject alone."""
    return str(work[0].unit) if work[0].unit else training_place(work[0].training_path, whole=len(work) == 1)


def training_place(path: str, *, whole: bool = True) -> str:
    """/S20230304/4/语文/17/ is 第4期　语文　17班; not whole: 语文　17班."""
    batch, subject, number, *_rest = [*path.strip("/").split("/")[1:], "", "", ""]
    parts = [
        _("第%(n)s期") % {"n": batch} if batch and (whole or not subject) else "",
        term(subject),
        _("%(n)s班") % {"n": number} if number else "",
    ]
    return "　".join(str(part) for part in parts if part)


ROLE_NAMES = {
    VISITOR: _("访客"),
    TEACHER: _("教师"),
    Role.PROVINCE_ADMIN: _("省级项目办"),
    Role.PROVINCE_LEADER: _("省级项目领导小组"),
    Role.GENERAL_ADMIN: _("总管理员"),
    Role.CITY_ADMIN: _("市级管理员"),
    Role.CITY_LEADER: _("市级项目领导小组"),
    Role.COUNTY_ADMIN: _("县级管理员"),
    Role.COUNTY_LEADER: _("县级项目领导小组"),
    Role.SCHOOL_ADMIN: _("校级管理员"),
    Role.SCHOOL_LEADER: _("分管领导"),
    Role.GROUP_HEAD: _("教研组长"),
    Role.TUTOR: _("总辅导员"),
    Role.EXPERT: _("专家"),
    Role.AUDITOR: _("审计员"),
    Role.SECURITY_OFFICER: _("安全员"),
    Role.SYSTEM_OFFICER: _("系统员"),
}
