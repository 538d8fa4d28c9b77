"""The sections of each role, in order. A section whose url name does not exist (yet) is left out; the first five are the phone's tabs.

A package adds a section by a line in this table: (label, url name, icon).
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yanxiu.access.models import Role
from yanxiu.web.shell import TEACHER, VISITOR

Section = tuple[object, str, str]
DESK: Section = (_("工作台"), "desks:desk", "home")
WATCH: Section = (_("监测"), "monitoring:watch", "chart-bar")
STATUS: Section = (_("学情"), "monitoring:watch", "chart-bar")
QUOTA: Section = (_("配额"), "places:quota", "table")
PLAN: Section = (_("计划"), "places:plan", "calendar-event")
ENROLMENTS: Section = (_("报名"), "places:enrolments", "user-check")
PEOPLE: Section = (_("人员"), "administration:people", "users")
UNITS: Section = (_("单位"), "administration:units", "hierarchy-2")
APPOINTMENTS: Section = (_("任职"), "administration:appointments", "id-badge-2")
ANNOUNCE: Section = (_("公告"), "notices:announcements", "speakerphone")
AUDIT: Section = (_("审计记录"), "administration:audit", "shield-check")

_READERS: list[Section] = [DESK, WATCH, QUOTA, ENROLMENTS, PEOPLE]
NAVIGATION: dict[str, list[Section]] = {
    VISITOR: [
        (_("通知"), "programme:notice", "file-text"),
        (_("期次"), "programme:calendar", "calendar"),
        (_("课程"), "programme:catalogue", "book"),
        (_("证书查验"), "recognition:verify", "certificate"),
    ],
    TEACHER: [
        (_("首页"), "desks:desk", "home"),
        (_("选课"), "places:choose", "list-search"),
        (_("学习"), "classroom:home", "book"),
        (_("成绩"), "scoring:mine", "chart-bar"),
        (_("讨论"), "forum:mine", "messages"),
        (_("证书"), "recognition:mine", "certificate"),
    ],
    Role.PROVINCE_ADMIN: [
        DESK,
        WATCH,
        QUOTA,
        (_("课程"), "catalogue:courses", "book"),
        (_("证书"), "recognition:issue", "certificate"),
        (_("期次与培训班"), "programme:batches", "calendar"),
        (_("规则"), "programme:policy", "scale"),
        (_("异议"), "scoring:objections", "gavel"),
        ENROLMENTS,
        PEOPLE,
        UNITS,
        APPOINTMENTS,
        ANNOUNCE,
        AUDIT,
    ],
    Role.PROVINCE_LEADER: _READERS,
    Role.GENERAL_ADMIN: [DESK, WATCH, QUOTA, ENROLMENTS, ANNOUNCE],
    Role.CITY_ADMIN: [DESK, QUOTA, ENROLMENTS, STATUS, PLAN, PEOPLE, APPOINTMENTS, ANNOUNCE],
    Role.CITY_LEADER: _READERS,
    Role.COUNTY_ADMIN: [DESK, QUOTA, ENROLMENTS, STATUS, PEOPLE, PLAN, APPOINTMENTS, ANNOUNCE],
    Role.COUNTY_LEADER: _READERS,
    Role.SCHOOL_ADMIN: [DESK, ENROLMENTS, STATUS, (_("账号"), "administration:people", "users"), QUOTA, ANNOUNCE],
    Role.SCHOOL_LEADER: _READERS,
    Role.GROUP_HEAD: [DESK, STATUS],
    Role.TUTOR: [
        DESK,
        (_("批改"), "homework:queue", "pencil"),
        (_("讨论"), "forum:moderate", "messages"),
        STATUS,
        (_("申诉"), "scoring:objections", "gavel"),
    ],
    Role.EXPERT: [DESK],
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


def url_or_none(name: str, *args: object) -> str | None:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def sections(request: HttpRequest, role: str, here: str = "") -> list[Item]:
    """The sections that exist. Current: the one the view named in `shell.here`, else the one with the longest URL that the path begins with."""
    found = [
        (str(label), url, icon, name) for label, name, icon in NAVIGATION.get(role, []) if (url := url_or_none(name))
    ]
    if here:
        current = next((url for _label, url, _icon, name in found if name == here), "")
    else:
        current = max((url for _label, url, _icon, _name in found if request.path.startswith(url)), key=len, default="")
    return [Item(label, url, icon, url == current) for label, url, icon, _name in found]
