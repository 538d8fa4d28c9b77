"""People: made, changed, moved, gone; their wishes to correct the profile (S2.1.1).

Events: organisation.person_created · organisation.people_created {people} · organisation.changed {fields} · organisation.moved {from, to, from_path, to_path}
(places moves choices) · organisation.gone {school} (places puts holds before the school) · organisation.profile_confirmed
· organisation.correction_asked {fields} · organisation.correction_decided {accepted, fields} · organisation.revealed {field, reason}.
No event carries an identity number, a phone or a name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.lib import clock, identity, text
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation import queries, rules
from yanxiu.organisation.models import Person, ProfileCorrection, Unit

CORRECTABLE = ("name", "phone", "stage", "subject", "title")
PLAIN = ("stage", "subject", "title", "on_duty", "on_roster")
LEAST_REASON = 5


@dataclass(frozen=True)
class NewPerson:
    """`unit`: the school; an office for its staff (then on_roster=False)."""

    name: str
    unit: Unit | None
    identity: str = ""
    phone: str = ""
    teacher_number: str | None = None
    stage: str = ""
    subject: str = ""
    title: str = ""
    on_roster: bool = True
    on_duty: bool = True


def _name(person: Person, name: str) -> None:
    person.name = rules.clean_name(name)
    person.name_key = text.pinyin_key(person.name)[:240]
    person.name_grams = text.bigrams(person.name)


def _identity(person: Person, number: str) -> None:
    number = identity.normalise(number)
    wrong = identity.check(number)
    if wrong:
        raise ValueError(f"identity number: {wrong.value}")
    person.identity_sealed = queries.seal(number, queries.IDENTITY)
    person.identity_hash = queries.identity_hash(number)
    person.identity_mask = identity.mask(number)


def _phone(person: Person, number: str) -> None:
    number = identity.normalise_phone(number)
    wrong = identity.check_phone(number)
    if wrong:
        raise ValueError(f"phone: {wrong.value}")
    person.phone_sealed = queries.seal(number, queries.PHONE)
    person.phone_hash = queries.phone_hash(number)
    person.phone_mask = identity.mask_phone(number)


@transaction.atomic
def create_people(rows: Iterable[NewPerson], *, by: int | None = None) -> list[Person]:
    """Any number of people, few statements. ValueError for an identity number or phone that is none: the caller has checked."""
    people = []
    for row in rows:
        person = Person(
            teacher_number=row.teacher_number, school=row.unit, school_path=row.unit.path if row.unit else "", stage=row.stage, subject=row.subject,
            title=row.title, on_roster=row.on_roster, on_duty=row.on_duty,
        )  # fmt: skip
        _name(person, row.name)
        if row.identity:
            _identity(person, row.identity)
        if row.phone:
            _phone(person, row.phone)
        people.append(person)
    people = Person.objects.bulk_create(people, batch_size=1000)
    if len(people) == 1:
        events.record("organisation.person_created", actor=by, person=people[0].pk, unit_path=people[0].school_path)
    elif people:
        events.record(
            "organisation.people_created", actor=by, unit_path=people[0].school_path, data={"people": len(people)}
        )
    return people


def create_person(row: NewPerson, *, by: int | None = None) -> Person:
    return create_people([row], by=by)[0]


@transaction.atomic
def update_person(person_id: int, changes: Mapping[str, object], *, by: int | None = None) -> Decision:
    """`changes`: name, identity, phone, teacher_number, stage, subject, title, on_duty, on_roster, school (a Unit)."""
    person = Person.objects.select_for_update().get(pk=person_id)
    against = list(_wrong(person, changes))
    if against:
        return Decision.no(*against)
    before = (person.school_id, person.school_path)
    fields = []
    for name, value in changes.items():
        if name == "name" and rules.clean_name(str(value)) != person.name:
            _name(person, str(value))
        elif name == "identity" and queries.identity_hash(identity.normalise(str(value))) != _bytes(
            person.identity_hash
        ):
            _identity(person, str(value))
        elif name == "phone" and queries.phone_hash(identity.normalise_phone(str(value))) != _bytes(person.phone_hash):
            _phone(person, str(value))
        elif name == "school" and isinstance(value, Unit) and value.pk != person.school_id:
            person.school, person.school_path = value, value.path
        elif name in (*PLAIN, "teacher_number") and value != getattr(person, name):
            setattr(person, name, value)
        else:
            continue
        fields.append(name)
    if not fields:
        return Decision.yes()
    if person.on_roster:
        person.gone_at = None
    person.save()
    if rest := [name for name in fields if name != "school"]:
        events.record(
            "organisation.changed", actor=by, person=person.pk, unit_path=person.school_path, data={"fields": rest}
        )
    if "school" in fields:
        events.record_many([moved_event(person.pk, *before, person.school_id, person.school_path, by=by)])
    return Decision.yes()


def moved_event(
    person: int, old: int | None, old_path: str, new: int | None, new_path: str, *, by: int | None
) -> Event:
    data = {"from": old, "to": new, "from_path": old_path, "to_path": new_path}
    return Event(kind="organisation.moved", at=clock.now(), actor=by, person=person, unit_path=new_path, data=data)


def _bytes(value: object) -> bytes:
    return bytes(value) if value is not None else b""  # type: ignore[call-overload]


def _wrong(person: Person, changes: Mapping[str, object]) -> Iterable[Reason]:
    if "name" in changes and not text.length(str(changes["name"])):
        yield Reason("name_empty", "S2.1.1")
    if "phone" in changes and (wrong := identity.check_phone(str(changes["phone"]))):
        yield Reason(f"phone_{wrong.value}", "S2.1.1")
    if "identity" in changes:
        number = identity.normalise(str(changes["identity"]))
        if wrong_id := identity.check(number, today=clock.today()):
            yield Reason(f"identity_{wrong_id.value}", "S2.1.1")
        elif Person.objects.filter(identity_hash=queries.identity_hash(number)).exclude(pk=person.pk).exists():
            yield Reason("identity_taken", "S2.1.1")
    wanted = changes.get("teacher_number")
    if wanted and Person.objects.filter(teacher_number=str(wanted)).exclude(pk=person.pk).exists():
        yield Reason("teacher_number_taken", "S2.1.1")
    if changes.get("stage") and changes["stage"] not in rules.STAGES:
        yield Reason("stage_unknown", "S2.1.1")


@transaction.atomic
def mark_gone(person_ids: Sequence[int], *, by: int | None = None) -> int:
    """No longer on the roster: what runs goes on, holds are put before the school (silent.md). Returns how many were on it."""
    people = list(
        Person.objects.select_for_update()
        .filter(pk__in=person_ids, on_roster=True)
        .order_by("pk")
        .only("pk", "school_id", "school_path")
    )
    Person.objects.filter(pk__in=[p.pk for p in people]).update(on_roster=False, gone_at=clock.now())
    events.record_many(
        Event(
            kind="organisation.gone",
            at=clock.now(),
            actor=by,
            person=p.pk,
            unit_path=p.school_path,
            data={"school": p.school_id},
        )
        for p in people
    )
    return len(people)


# --- the profile (S2.1.1) ------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_profile(person_id: int) -> None:
    """The learner says that the data is right."""
    person = Person.objects.select_for_update().get(pk=person_id)
    person.profile_confirmed_at = clock.now()
    person.save(update_fields=["profile_confirmed_at"])
    events.record("organisation.profile_confirmed", actor=person_id, person=person_id, unit_path=person.school_path)


@transaction.atomic
def ask_correction(person_id: int, *, changes: Mapping[str, str], note: str = "") -> Decision:
    """One open wish a person: a new one replaces it. The phone is sealed while it waits."""
    person = Person.objects.select_for_update().get(pk=person_id)
    wanted = {name: value.strip() for name, value in changes.items() if name in CORRECTABLE and value.strip()}
    wanted = {name: value for name, value in wanted.items() if name == "phone" or value != getattr(person, name)}
    if "phone" in wanted and queries.phone_hash(identity.normalise_phone(wanted["phone"])) == _bytes(person.phone_hash):
        del wanted["phone"]
    if not wanted and not note.strip():
        return Decision.no(Reason("correction_empty", "S2.1.1"))
    against = list(_wrong(person, wanted))
    if against:
        return Decision.no(*against)
    if "phone" in wanted:
        number = identity.normalise_phone(wanted.pop("phone"))
        wanted |= {"phone_sealed": queries.seal(number, queries.PHONE).hex(), "phone_mask": identity.mask_phone(number)}
    ProfileCorrection.objects.filter(person=person, state="open").delete()
    correction = ProfileCorrection.objects.create(
        person=person, changes=wanted, note=note.strip()[:500], asked_at=clock.now()
    )
    fields = sorted({name.split("_")[0] for name in wanted})
    events.record(
        "organisation.correction_asked",
        actor=person_id,
        person=person_id,
        unit_path=person.school_path,
        subject_id=correction.pk,
        data={"fields": fields},
    )
    return Decision.yes()


@transaction.atomic
def decide_correction(correction_id: int, *, accept: bool, answer: str = "", by: int) -> Decision:
    """The school admin accepts (the data changes) or declines with a reason; never the own one."""
    correction = ProfileCorrection.objects.select_for_update().get(pk=correction_id)
    if correction.state != "open":
        return Decision.no(Reason("changed_meanwhile"))
    if correction.person_id == by:
        return Decision.no(Reason("self_decision", "S1.0"))
    if not accept and text.length(answer) < LEAST_REASON:
        return Decision.no(Reason("reason_too_short", "S2.1.1", {"least": LEAST_REASON}))
    fields = sorted({name.split("_")[0] for name in correction.changes})
    if accept:
        changes: dict[str, object] = {
            name: value for name, value in correction.changes.items() if not name.startswith("phone_")
        }
        if "phone_sealed" in correction.changes:
            changes["phone"] = queries.open_sealed(bytes.fromhex(correction.changes["phone_sealed"]), queries.PHONE)
        decided = update_person(correction.person_id, changes, by=by)
        if not decided:
            return decided
        Person.objects.filter(pk=correction.person_id).update(profile_confirmed_at=clock.now())
    correction.state = "accepted" if accept else "declined"
    correction.decided_at, correction.decided_by_id, correction.answer = clock.now(), by, answer.strip()[:500]
    correction.changes = {name: value for name, value in correction.changes.items() if name != "phone_sealed"}
    correction.save()
    person = correction.person
    events.record(
        "organisation.correction_decided", actor=by, person=person.pk, unit_path=person.school_path, subject_id=correction.pk,
        data={"accepted": accept, "fields": fields, "answer": correction.answer},
    )  # fmt: skip
    return Decision.yes()


@transaction.atomic
def reveal(person_id: int, *, field: str, reason: str, by: int, appointment: int | None = None) -> str | Decision:
    """The whole identity number or phone, against a reason that stays on the audit trail (design §4)."""
    if text.length(reason) < LEAST_REASON:
        return Decision.no(Reason("reason_too_short", "S1.0", {"least": LEAST_REASON}))
    person = Person.objects.get(pk=person_id)
    blob, context = {
        "identity": (person.identity_sealed, queries.IDENTITY),
        "phone": (person.phone_sealed, queries.PHONE),
    }[field]
    events.record(
        "organisation.revealed", actor=by, appointment=appointment, person=person.pk, unit_path=person.school_path,
        data={"field": field, "reason": reason.strip()[:500]},
    )  # fmt: skip
    return queries.open_sealed(bytes(blob), context) if blob is not None else ""
