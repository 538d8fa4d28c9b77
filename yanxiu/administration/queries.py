"""Reads for the pages of administration: the tree, people, accounts, the audit trail, each by the scope first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from yanxiu.access import queries as access
from yanxiu.access.models import Account, Appointment
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.models import Event
from yanxiu.events.ready import read
from yanxiu.lib import clock
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person, ProfileCorrection, RosterImport, Unit, UnitCount
from yanxiu.web.shell import TEACHER, Shell

C = Capability


def must(shell: Shell) -> str | None:
    """What the first sign-in still asks: an own password, then the profile (S2.1.1). A wish to correct lets the learner go on."""
    if shell.account is not None and shell.account.must_set_password:
        return reverse("administration:password")
    person = shell.person
    if shell.role == TEACHER and person and person.on_roster and person.profile_confirmed_at is None:
        if not ProfileCorrection.objects.filter(person=person).exists():
            return reverse("administration:profile")
    return None


# --- units ---------------------------------------------------------------------------------------------------------------


def units(scope: Scope) -> QuerySet[Unit]:
    return Unit.objects.filter(
        access.within(scope, C.READ_PEOPLE, units="path") | access.within(scope, C.MANAGE_UNITS, units="path")
    )


def roots(scope: Scope) -> list[Unit]:
    """Where the tree begins for this scope."""
    return list(
        Unit.objects.filter(path__in={*scope.prefixes(C.READ_PEOPLE), *scope.prefixes(C.MANAGE_UNITS)}).order_by("path")
    )


def children(scope: Scope, unit: Unit, count_date: date | None) -> QuerySet[Unit]:
    counts = UnitCount.objects.filter(unit=OuterRef("pk"), count_date=count_date or date.min).values("teachers")
    admins = Appointment.objects.filter(
        unit=OuterRef("pk"), role__in=("city_admin", "county_admin", "school_admin"), period__contains=clock.now()
    )
    return (
        units(scope)
        .filter(parent=unit)
        .annotate(counted=Subquery(counts), has_admin=Exists(admins))
        .order_by("closed_on", "direct", "code")
    )


def last_count_date() -> date | None:
    return UnitCount.objects.order_by("-count_date").values_list("count_date", flat=True).first()


def teachers_below(unit: Unit) -> int:
    return organisation.people_below(unit.path).filter(on_roster=True).count()


# --- people --------------------------------------------------------------------------------------------------------------


_STATE = Case(
    When(is_active=False, then=Value("closed")), When(last_login=None, then=Value("unused")), default=Value("used")
)
_ACCOUNT = Subquery(Account.objects.filter(person=OuterRef("pk")).values_list(_STATE))


def people(scope: Scope) -> QuerySet[Person]:
    """What of a person these pages show is masked; sealed columns are not even read. `account_state`: closed, unused, used; None without an account."""
    return (
        Person.objects.filter(access.within(scope, C.READ_PEOPLE, units="school_path"))
        .select_related("school")
        .defer("identity_sealed", "phone_sealed", "name_grams")
        .annotate(account_state=_ACCOUNT)
    )


def manageable(scope: Scope) -> QuerySet[Person]:
    return Person.objects.filter(access.within(scope, C.MANAGE_ACCOUNTS, units="school_path")).select_related("school")


def corrections(scope: Scope) -> QuerySet[ProfileCorrection]:
    rows = ProfileCorrection.objects.filter(access.within(scope, C.MANAGE_ACCOUNTS, units="person__school_path"))
    return rows.select_related("person__school", "decided_by").order_by("-pk")


def open_corrections(scope: Scope) -> int:
    rows = read(
        "SELECT count(*) FROM organisation_profilecorrection c JOIN organisation_person p ON p.id = c.person_id "
        "WHERE c.state = 'open' AND p.school_path ^@ ANY(%s::text[])",
        [list(scope.prefixes(C.MANAGE_ACCOUNTS))],
    )
    found: int = rows[0][0]
    return found


# --- rosters -------------------------------------------------------------------------------------------------------------


def imports(scope: Scope) -> QuerySet[RosterImport]:
    rows = RosterImport.objects.filter(access.within(scope, C.IMPORT_ROSTER, units="unit_path"))
    return rows.select_related("unit", "by").order_by("-pk")


# --- appointments --------------------------------------------------------------------------------------------------------


def appointable_units(scope: Scope) -> QuerySet[Unit]:
    return Unit.objects.filter(access.within(scope, C.APPOINT, units="path"), closed_on=None).order_by("path")


def candidates(scope: Scope, number: str) -> Person | None:
    """By exact identity or teacher number, anywhere below whoever appoints."""
    return organisation.matching(
        Person.objects.filter(access.within(scope, C.APPOINT, units="school_path")), number
    ).first()


# --- the audit trail -----------------------------------------------------------------------------------------------------


def audit(scope: Scope) -> QuerySet[Event]:
    """The whole province's record includes what has no unit (the platform's own)."""
    q = access.within(scope, C.READ_AUDIT, units="unit_path")
    if any(prefix.count("/") == 2 for prefix in scope.prefixes(C.READ_AUDIT)):
        q |= Q(unit_path="")
    return Event.objects.filter(q).order_by("-id")


def audit_kinds() -> list[str]:
    """A loose index scan: the kinds that ever happened, not a scan of the record."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE k AS ((SELECT kind FROM events_event ORDER BY kind LIMIT 1) UNION ALL "
            "SELECT (SELECT kind FROM events_event e WHERE e.kind > k.kind ORDER BY kind LIMIT 1) FROM k WHERE k.kind IS NOT NULL) "
            "SELECT kind FROM k WHERE kind IS NOT NULL"
        )
        return [row[0] for row in cursor.fetchall()]


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in={pk for pk in ids if pk}).values_list("pk", "name"))


def units_of(paths: Iterable[str]) -> dict[str, str]:
    return {unit.path: unit.display for unit in Unit.objects.filter(path__in={path for path in paths if path})}


# --- the own data --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnData:
    """Everything these packages hold about a person, for the person (design §4: learners can read and export their data)."""

    person: dict[str, Any]
    corrections: list[dict[str, Any]]
    appointments: list[dict[str, Any]]
    past: list[dict[str, Any]]
    notifications: list[dict[str, Any]]
    events: list[dict[str, Any]]


def own_data(person: Person) -> OwnData:
    full = Person.objects.select_related("school").get(pk=person.pk)

    def opened(blob: Any, context: str) -> str:
        return organisation.open_sealed(bytes(blob), context) if blob is not None else ""

    def when(moment: datetime | None) -> str | None:
        return clock.local(moment).isoformat(timespec="seconds") if moment else None

    return OwnData(
        person={
            "name": full.name, "identity": opened(full.identity_sealed, organisation.IDENTITY), "phone": opened(full.phone_sealed, organisation.PHONE),
            "teacher_number": full.teacher_number, "school": full.school.display if full.school else "", "stage": full.stage, "subject": full.subject,
            "title": full.title, "on_roster": full.on_roster, "on_duty": full.on_duty, "profile_confirmed_at": when(full.profile_confirmed_at),
        },
        corrections=[
            {"asked_at": when(c.asked_at), "fields": sorted(c.changes), "note": c.note, "state": c.state, "answer": c.answer}
            for c in ProfileCorrection.objects.filter(person=full).order_by("pk")
        ],
        appointments=[
            {"role": a.role, "unit": a.unit.display if a.unit else a.training_path, "from": when(a.period.lower), "to": when(a.period.upper)}
            for a in Appointment.objects.filter(person=full).select_related("unit").order_by("pk")
        ],
        past=[dict(row) for row in full.past.order_by("year").values("series", "year")],
        notifications=[{"at": when(n["at"]), "code": n["code"], "params": n["params"]} for n in full.notifications.order_by("pk").values("at", "code", "params")],
        events=[
            {"at": when(e.at), "kind": e.kind, "own_act": e.actor == full.pk, "data": e.data} for e in Event.objects.filter(person=full.pk).order_by("pk")
        ],
    )  # fmt: skip


def school_figures(scope: Scope) -> dict[str, int]:
    """For the head of the people's page: on the roster, with an account, who has signed in, open wishes."""
    found = Person.objects.filter(access.within(scope, C.READ_PEOPLE, units="school_path"), on_roster=True)
    figures = found.aggregate(
        people=Count("pk"),
        accounts=Count("account", filter=Q(account__is_active=True)),
        used=Count("account", filter=Q(account__last_login__isnull=False)),
    )
    confirmed = found.filter(profile_confirmed_at__isnull=False).count()
    return {**figures, "confirmed": confirmed}


def subjects(scope: Scope) -> list[str]:
    rows = Person.objects.filter(access.within(scope, C.READ_PEOPLE, units="school_path")).exclude(subject="")
    return list(rows.order_by(F("subject")).values_list("subject", flat=True).distinct()[:60])
