"""The sections of each role, in order. A section that does not exist or does not open is left out; the first five are the phone's tabs,
the first nine a wide window's row.

A package adds a section by a line in this table: (label, url name, icon).
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_urlconf, resolve, reverse
from django.utils.translation import get_language, pgettext_lazy

from yanxiu.access.models import Role
from yanxiu.access.rules import Capability
from yanxiu.web.shell import TEACHER, VISITOR, Shell

Section = tuple[object, str, str]
DESK: Section = (pgettext_lazy("nav", "工作台"), "desks:desk", "home")
WATCH: Section = (pgettext_lazy("nav", "监测"), "monitoring:watch", "chart-bar")
STATUS: Section = (pgettext_lazy("nav", "学情"), "monitoring:watch", "chart-bar")
QUOTA: Section = (pgettext_lazy("nav", "配额"), "places:quota", "table")
PLAN: Section = (pgettext_lazy("nav", "计划"), "places:plan", "calendar-event")
ENROLMENTS: Section = (pgettext_lazy("nav", "报名"), "places:enrolments", "user-check")
PEOPLE: Section = (pgettext_lazy("nav", "人员"), "administration:people", "users")
UNITS: Section = (pgettext_lazy("nav", "单位"), "administration:units", "hierarchy-2")
APPOINTMENTS: Section = (pgettext_lazy("nav", "任职"), "administration:appointments", "id-badge-2")
ANNOUNCE: Section = (pgettext_lazy("nav", "公告"), "notices:announcements", "speakerphone")
ROSTER: Section = (pgettext_lazy("nav", "名册"), "administration:imports", "upload")
CORRECTIONS: Section = (pgettext_lazy("nav", "信息更正"), "administration:corrections", "user-edit")
CLASSES: Section = (pgettext_lazy("nav", "班级"), "classroom:classes", "users-group")
RESULTS: Section = (pgettext_lazy("nav", "成绩"), "scoring:results", "chart-dots")
CERTIFICATES: Section = (pgettext_lazy("nav", "证书"), "recognition:certificates", "certificate")
AUDIT: Section = (pgettext_lazy("nav", "审计记录"), "administration:audit", "shield-check")

_READERS: list[Section] = [DESK, WATCH, QUOTA, ENROLMENTS, PEOPLE, RESULTS, CERTIFICATES]
NAVIGATION: dict[str, list[Section]] = {
    VISITOR: [
        (pgettext_lazy("nav", "通知"), "programme:notice", "file-text"),
        (pgettext_lazy("nav", "期次"), "programme:calendar", "calendar"),
        (pgettext_lazy("nav", "课程"), "programme:catalogue", "book"),
        (pgettext_lazy("nav", "证书查验"), "recognition:verify", "certificate"),
    ],
    TEACHER: [
        (pgettext_lazy("nav", "首页"), "desks:desk", "home"),
        (pgettext_lazy("nav", "选课"), "places:choose", "list-search"),
        (pgettext_lazy("nav", "学习"), "classroom:home", "book"),
        (pgettext_lazy("nav", "成绩"), "scoring:mine", "chart-bar"),
        (pgettext_lazy("nav", "讨论"), "forum:mine", "messages"),
        (pgettext_lazy("nav", "证书"), "recognition:mine", "certificate"),
    ],
    Role.PROVINCE_ADMIN: [
        DESK,
        WATCH,
        QUOTA,
        (pgettext_lazy("nav", "课程"), "catalogue:courses", "book"),
        (pgettext_lazy("nav", "证书"), "recognition:issue", "certificate"),
        (pgettext_lazy("nav", "期次与培训班"), "programme:batches", "calendar"),
        (pgettext_lazy("nav", "规则"), "programme:policy", "scale"),
        (pgettext_lazy("nav", "异议"), "scoring:objections", "gavel"),
        (pgettext_lazy("nav", "待评作业"), "homework:unmarked", "pencil"),
        ENROLMENTS,
        (pgettext_lazy("nav", "各地计划"), "places:plans", "clipboard-check"),
        (pgettext_lazy("nav", "例外"), "places:exemptions", "circle-check"),
        RESULTS,
        PEOPLE,
        ROSTER,
        UNITS,
        APPOINTMENTS,
        ANNOUNCE,
        AUDIT,
    ],
    Role.PROVINCE_LEADER: _READERS,
    Role.GENERAL_ADMIN: [DESK, WATCH, QUOTA, ENROLMENTS, ANNOUNCE, RESULTS, CERTIFICATES],
    Role.CITY_ADMIN: [
        DESK,
        QUOTA,
        ENROLMENTS,
        STATUS,
        PLAN,
        RESULTS,
        CERTIFICATES,
        PEOPLE,
        ROSTER,
        APPOINTMENTS,
        ANNOUNCE,
    ],
    Role.CITY_LEADER: _READERS,
    Role.COUNTY_ADMIN: [
        DESK,
        QUOTA,
        ENROLMENTS,
        STATUS,
        PEOPLE,
        RESULTS,
        CERTIFICATES,
        PLAN,
        ROSTER,
        APPOINTMENTS,
        ANNOUNCE,
    ],
    Role.COUNTY_LEADER: _READERS,
    Role.SCHOOL_ADMIN: [
        DESK,
        ENROLMENTS,
        STATUS,
        (pgettext_lazy("nav", "账号"), "administration:people", "users"),
        QUOTA,
        RESULTS,
        CERTIFICATES,
        CORRECTIONS,
        ANNOUNCE,
    ],
    Role.SCHOOL_LEADER: _READERS,
    Role.GROUP_HEAD: [DESK, STATUS],
    Role.TUTOR: [
        DESK,
        (pgettext_lazy("nav", "批改"), "homework:queue", "pencil"),
        (pgettext_lazy("nav", "讨论"), "forum:moderate", "messages"),
        CLASSES,
        (pgettext_lazy("nav", "异议"), "scoring:objections", "gavel"),
        (pgettext_lazy("nav", "时间申诉"), "classroom:appeals", "clock-hour-4"),
        RESULTS,
        STATUS,
    ],
    Role.EXPERT: [DESK, CLASSES, (pgettext_lazy("nav", "讨论"), "forum:mine", "messages")],
    Role.AUDITOR: [DESK, AUDIT],
    Role.SECURITY_OFFICER: [DESK, AUDIT],
    Role.SYSTEM_OFFICER: [DESK, UNITS],
}


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    current: bool = False


@dataclass(frozen=True)
class Row:
    """The sections as a wide window shows them: what fits in one row, the rest behind a button that names the rest's current one."""

    first: tuple[Item, ...]
    more: tuple[Item, ...]
    here: str


IN_A_ROW = 9


def row(items: tuple[Item, ...]) -> Row:
    """One more than fits stays in the row: a menu of one entry helps nobody."""
    fits = len(items) <= IN_A_ROW + 1
    first, more = (items, ()) if fits else (items[:IN_A_ROW], items[IN_A_ROW:])
    return Row(first, more, next((item.label for item in more if item.current), ""))


def url_or_none(name: str, *args: object) -> str | None:
    if all(type(arg) is int for arg in args):
        found = _found(name, len(args), settings.ROOT_URLCONF)
        return found and found % args
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


@cache
def _found(name: str, numbers: int, urlconf: str) -> str | None:
    try:
        return pattern(name, numbers)
    except NoReverseMatch:
        return None


@cache
def pattern(name: str, numbers: int = 1) -> str:
    """The address with numbers in it, found once a process: `pattern("homework:mark") % work.pk`. NoReverseMatch when there is none."""
    signs = [9_000_000_000 + n for n in range(numbers)]
    url = reverse(name, args=signs)
    for sign in signs:
        url = url.replace(str(sign), "%d")
    return url


@cache
def _view(url: str, urlconf: str | None) -> Any:
    return resolve(url, urlconf).func


def _admits(view: Any, can: frozenset[Capability], signed_in: bool) -> bool:
    doors = getattr(view, "_door", ())
    return not can.isdisjoint(doors) if doors else signed_in or getattr(view, "_public", False)


def _can(shell: Shell) -> frozenset[Capability]:
    return frozenset(grant.capability for grant in shell.scope.grants)


def open_url(shell: Shell, name: str, *args: object) -> str:
    """The address if its door opens here, else nothing: a link that answers 403 is no link. What lies in the scope is for the page to know."""
    url = url_or_none(name, *args) or ""
    return url if url and _admits(resolve(url).func, _can(shell), shell.account is not None) else ""


def sections(shell: Shell) -> tuple[Item, ...]:
    """Current: the one the view named in `shell.here`, else the one with the longest URL that the path begins with."""
    can = _can(shell)
    # A county of a city submits no plan (T3.3a): its city does.
    no_plan = shell.role == Role.COUNTY_ADMIN and shell.unit is not None and not shell.unit.direct
    names = tuple(name for _label, name, _icon in NAVIGATION.get(shell.role, ()) if not (no_plan and name == PLAN[1]))
    found = _open(shell.role, names, can, shell.account is not None, get_language(), settings.ROOT_URLCONF)
    if shell.here:
        current = next((url for _label, url, _icon, name in found if name == shell.here), "")
    else:
        path = shell.request.path
        current = max((url for _label, url, _icon, _name in found if path.startswith(url)), key=len, default="")
    return tuple(Item(label, url, icon, url == current) for label, url, icon, _name in found)


@lru_cache(maxsize=256)
def _open(
    role: str, names: tuple[str, ...], can: frozenset[Capability], signed_in: bool, language: str, urlconf: str
) -> list[tuple[str, str, str, str]]:
    """Label, address, icon and name of the sections whose door opens: a section that answers 403 is no section."""
    found = []
    for label, name, icon in NAVIGATION.get(role, ()):
        if name in names and (url := url_or_none(name)):
            if _admits(_view(url, get_urlconf()), can, signed_in):
                found.append((str(label), url, icon, name))
    return found
