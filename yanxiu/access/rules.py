"""What a role may do, and where. Pure: a person's appointments give a Scope, a frozen set of grants."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from yanxiu.lib.decision import Reason


class Capability(StrEnum):
    READ_FIGURES = "read_figures"
    READ_PEOPLE = "read_people"
    MANAGE_ACCOUNTS = "manage_accounts"
    IMPORT_ROSTER = "import_roster"
    MANAGE_UNITS = "manage_units"
    APPOINT = "appoint"
    READ_AUDIT = "read_audit"
    REVEAL_IDENTITY = "reveal_identity"
    MANAGE_POLICY = "manage_policy"
    MANAGE_CLASSES = "manage_classes"
    SUBMIT_PLAN = "submit_plan"
    DECIDE_PLAN = "decide_plan"
    APPROVE_BELOW = "approve_below"
    ALLOT_QUOTA = "allot_quota"
    READ_QUOTA = "read_quota"
    ENROL = "enrol"
    ENROL_INSTEAD = "enrol_instead"  # where a school cannot: places.queries.instead
    READ_ENROLMENTS = "read_enrolments"
    ANSWER_COMPLAINTS = "answer_complaints"
    EXEMPT = "exempt"
    BAR = "bar"
    TEACH = "teach"
    MARK = "mark"
    MODERATE = "moderate"
    DECIDE_OBJECTIONS = "decide_objections"
    ISSUE_CERTIFICATES = "issue_certificates"
    ANNOUNCE = "announce"
    URGE = "urge"


C = Capability
_READER = frozenset({C.READ_FIGURES, C.READ_PEOPLE, C.READ_QUOTA, C.READ_ENROLMENTS})
_OFFICE = _READER | {
    C.ALLOT_QUOTA,
    C.ANNOUNCE,
    C.APPOINT,
    C.IMPORT_ROSTER,
    C.MANAGE_ACCOUNTS,
    C.ANSWER_COMPLAINTS,
    C.URGE,
    C.REVEAL_IDENTITY,
}
# A leadership group reads all below and approves what its office submits; it edits nothing.
_LEADERS = _READER | {C.APPROVE_BELOW}

CAPABILITIES: dict[str, frozenset[Capability]] = {
    "province_admin": _OFFICE
    | {
        C.DECIDE_PLAN,
        C.MANAGE_UNITS,
        C.MANAGE_CLASSES,
        C.MANAGE_POLICY,
        C.EXEMPT,
        C.BAR,
        C.DECIDE_OBJECTIONS,
        C.ISSUE_CERTIFICATES,
        C.READ_AUDIT,
    },
    "province_leader": _LEADERS,
    "general_admin": _READER | {C.ANNOUNCE, C.URGE},
    "city_admin": _OFFICE | {C.SUBMIT_PLAN},
    "city_leader": _LEADERS,
    # The three directly addressed counties submit a plan too; places.rules asks whether the unit is one of the sixteen.
    "county_admin": _OFFICE | {C.SUBMIT_PLAN, C.ENROL_INSTEAD},
    "county_leader": _LEADERS,
    "school_admin": _READER | {C.ENROL, C.MANAGE_ACCOUNTS, C.ALLOT_QUOTA, C.ANNOUNCE, C.URGE, C.REVEAL_IDENTITY},
    "school_leader": _READER,
    "group_head": frozenset({C.READ_FIGURES}),
    "tutor": frozenset({C.TEACH, C.MARK, C.MODERATE, C.READ_FIGURES}),
    "expert": frozenset({C.TEACH}),
    "auditor": frozenset({C.READ_AUDIT}),
    "security_officer": frozenset({C.READ_AUDIT, C.REVEAL_IDENTITY}),
    "system_officer": frozenset({C.MANAGE_UNITS}),
}
UNITS, TRAINING = "units", "training"


@dataclass(frozen=True, slots=True)
class Grant:
    """`capability` everywhere below `prefix` of `tree`. Only UNITS or TRAINING."""

    capability: Capability
    tree: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What one appointment opens. Several appointments a person: one Scope at a time (silent.md, Offices)."""

    grants: frozenset[Grant] = frozenset()

    def can(self, capability: Capability) -> bool:
        return any(g.capability is capability for g in self.grants)

    def covers(self, capability: Capability, *, unit: str = "", training: str = "") -> bool:
        """True when a grant of the capability covers the unit path or the training path given."""
        return any(
            g.capability is capability
            and (unit.startswith(g.prefix) if g.tree == UNITS else bool(training) and training.startswith(g.prefix))
            for g in self.grants
        )

    def prefixes(self, capability: Capability, tree: str = UNITS) -> tuple[str, ...]:
        return tuple(sorted(g.prefix for g in self.grants if g.capability is capability and g.tree == tree))


def scope_of(appointments: Iterable[tuple[str, str, str]]) -> Scope:
    """`appointments`: (role, unit path or "", training path or "")."""
    grants = set()
    for role, unit, training in appointments:
        for capability in CAPABILITIES.get(role, frozenset()):
            if training:
                grants.add(Grant(capability, TRAINING, training))
            elif unit:
                grants.add(Grant(capability, UNITS, unit))
    return Scope(frozenset(grants))


# --- appointments --------------------------------------------------------------------------------------------------------

PROVINCE_ROLES = ("province_admin", "province_leader", "general_admin", "auditor", "security_officer", "system_officer")
LEVEL_OF_ROLE = {
    **dict.fromkeys(PROVINCE_ROLES, "province"),
    "city_admin": "city",
    "city_leader": "city",
    "county_admin": "county",
    "county_leader": "county",
    "school_admin": "school",
    "school_leader": "school",
    "group_head": "school",
}
TRAINING_ROLES = ("tutor", "expert")
# S1.4.1: one city administrator; S1.6.1: one or two county administrators.
SLOTS = {"city_admin": 1, "county_admin": 2}
# Three officers, three people (design §4).
OFFICERS = frozenset({"auditor", "security_officer", "system_officer"})


def slots_reason(role: str) -> Reason:
    return Reason("slots_taken", "S1.4.1" if role == "city_admin" else "S1.6.1", {"most": SLOTS[role]})


def not_about_oneself(actor: int | None, concerned: int | Iterable[int]) -> list[Reason]:
    """Nobody decides about herself or himself (silent.md, Offices). Empty: nothing against it."""
    people = {concerned} if isinstance(concerned, int) else set(concerned)
    return [Reason("self_decision", "S1.0")] if actor is not None and actor in people else []


def may_appoint(scope: Scope, *, role: str, unit_path: str, unit_level: str, training_path: str = "") -> list[Reason]:
    """An office appoints strictly below itself; the province also its own offices, tutors and experts. Empty: it may."""
    prefixes = scope.prefixes(Capability.APPOINT)
    if role in TRAINING_ROLES:
        return (
            []
            if any(unit_level_of(prefix) == "province" for prefix in prefixes) and training_path
            else [Reason("out_of_scope", "S1.0")]
        )
    if LEVEL_OF_ROLE.get(role) != unit_level:
        return [Reason("role_not_at_level", "S1.0")]
    if role in PROVINCE_ROLES:
        return [] if unit_path in prefixes else [Reason("out_of_scope", "S1.0")]
    below = any(unit_path.startswith(prefix) and unit_path != prefix for prefix in prefixes)
    # Leaders of the own level are named by the office itself (S1.3, S1.5): they have no office's rights.
    own_leader = role in ("city_leader", "county_leader") and unit_path in prefixes
    return [] if below or own_leader else [Reason("out_of_scope", "S1.0")]


def unit_level_of(path: str) -> str:
    """By depth alone, enough to know the province; a county may stand at the second level."""
    return {1: "province"}.get(path.count("/") - 1, "")


def officers_apart(role: str, held: Iterable[str]) -> list[Reason]:
    """The system, security and audit officers are separate people."""
    return [Reason("officers_apart", "S1.0")] if role in OFFICERS and OFFICERS & set(held) - {role} else []
