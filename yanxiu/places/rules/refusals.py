"""Everything that stands against a request on places: all of it at once, each with clause and numbers (silent.md, Who, when).

A waiting line is not here: that seat or quota is missing refuses nobody who can wait (seats.py decides it).
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from yanxiu.lib.decision import Reason

from .values import (
    ENROLLED,
    HOLDING,
    WAITING,
    BatchFacts,
    Choose,
    ClassFacts,
    Confirm,
    Enrol,
    Move,
    PersonFacts,
    Place,
    Quota,
    Refuse,
    Replace,
    Request,
    Reseat,
    Return,
    Withdraw,
)

LEAST_REASON = 4  # characters


# --- when ----------------------------------------------------------------------------------------------------------------


def _window(batch: BatchFacts, at: datetime, opens: datetime) -> Iterator[Reason]:
    if at < opens:
        yield Reason("window_not_open", "T3.3b", {"opens": opens})
    elif at >= batch.starts or batch.lapsed:
        yield Reason("window_closed", "T3.3b", {"closed": batch.starts})


def _until_end(batch: BatchFacts, at: datetime, policy_key: str) -> Iterator[Reason]:
    if at >= batch.ends:
        yield Reason("batch_ended", "T4.1b", {"ended": batch.ends})
    elif policy_key == "start" and at >= batch.starts:
        yield Reason("batch_started", "T4.1b", {"started": batch.starts})


# --- who -----------------------------------------------------------------------------------------------------------------


def _repeat(person: PersonFacts, batch: BatchFacts, at: datetime) -> Iterator[Reason]:
    """What the programme forbids whoever asks, teacher or school."""
    if person.barred_until is not None and person.barred_until > at:
        yield Reason("barred", "T4.2b", {"until": person.barred_until})
    recent = [year for year in person.took_part if batch.year - batch.policy.gap_years <= year < batch.year]
    if recent and not (person.exempt and batch.policy.exemption):
        yield Reason("consecutive_year", "T1.2", {"year": max(recent)})
    if batch.policy.once_a_year and person.elsewhere is not None:
        yield Reason("same_year", "T1.2", {"batch": person.elsewhere})


def _eligible(person: PersonFacts, training_class: ClassFacts, batch: BatchFacts, at: datetime) -> Iterator[Reason]:
    if not person.on_roster or person.school is None:
        yield Reason("not_on_roster", "T1.1")
    elif not person.on_duty:
        yield Reason("off_duty", "T1.1")
    if batch.policy.stage_must_match and training_class.stages and not person.stage:
        yield Reason("no_stage", "T2.2")
    elif batch.policy.stage_must_match and training_class.stages and person.stage not in training_class.stages:
        yield Reason("stage_mismatch", "T2.2", {"wanted": "、".join(training_class.stages), "stage": person.stage})
    if training_class.opened_at is not None and training_class.opened_at > at:
        yield Reason("class_not_open", "T2.2")
    yield from _repeat(person, batch, at)


def _deciding(request: Request, *persons: int) -> Iterator[Reason]:
    """Nobody decides about herself or himself (silent.md, Offices)."""
    if request.by is not None and request.by in persons:
        yield Reason("self_decision", "S1.0")


def _reason_given(text: str) -> Iterator[Reason]:
    if len(text.strip()) < LEAST_REASON:
        yield Reason("reason_too_short", "T4.1b", {"least": LEAST_REASON})


# --- missing -------------------------------------------------------------------------------------------------------------


def missing(training_class: ClassFacts, quota: Quota | None, batch: BatchFacts) -> Iterator[Reason]:
    """Seat and quota must both be free for a hold."""
    if training_class.free <= 0:
        yield Reason("no_seat", "T4.1a", {"seats": training_class.seats})
    if quota is None or quota.free <= 0:
        yield Reason(
            "no_quota", "T3.2b", {"batch": batch.number, "quota": quota.received - quota.passed_on if quota else 0}
        )


# --- each act ------------------------------------------------------------------------------------------------------------


def choosing(
    request: Choose,
    person: PersonFacts | None,
    training_class: ClassFacts | None,
    mine: Place | None,
    mine_class: ClassFacts | None,
    batch: BatchFacts,
) -> Iterator[Reason]:
    yield from _window(batch, request.at, batch.choice_opens)
    if person is None:
        yield Reason("person_unknown")
    if training_class is None:
        yield Reason("class_unknown", "T2.2")
    if person is not None and training_class is not None:
        yield from _eligible(person, training_class, batch, request.at)
    if mine is not None:
        name = mine_class.name if mine_class else ""
        if mine.state == ENROLLED:
            yield Reason("already_enrolled", "T3.2c", {"class": name})
        elif not request.change or mine.training_class == request.training_class:
            yield Reason("duplicate_choice", "T4.1a", {"class": name})


def withdrawing(request: Withdraw, mine: Place | None, batch: BatchFacts) -> Iterator[Reason]:
    """An enrolment is the school's to return, not the teacher's."""
    if request.at >= batch.starts or batch.lapsed:
        yield Reason("window_closed", "T3.3b", {"closed": batch.starts})
    if mine is None:
        yield Reason("nothing_to_leave", "T4.1a")
    elif mine.state == ENROLLED:
        yield Reason("enrolled_cannot_leave", "T4.1b")


def pressing(request: Enrol, rights: Collection[tuple[int, int]]) -> Iterator[Reason]:
    """Where no page has asked who presses (the gate)."""
    if request.under is not None and (request.under, request.school) not in rights:
        yield Reason("out_of_scope", "S1.0")


def enrolling(
    request: Enrol,
    person: PersonFacts | None,
    training_class: ClassFacts | None,
    mine: Place | None,
    quota: Quota | None,
    batch: BatchFacts,
) -> Iterator[Reason]:
    """`training_class`: of the place, else the one asked for. Of a hold roster and duty are not asked again: they were put before the school."""
    yield from _window(batch, request.at, batch.enrolment_opens)
    yield from _deciding(request, request.person)
    if person is None:
        yield Reason("person_unknown")
        return
    if (mine.school if mine else person.school) != request.school:
        yield Reason("not_own_school", "S1.0")
        return
    if training_class is None:
        yield Reason("nothing_to_enrol" if request.training_class is None else "class_unknown", "T3.2c")
        return
    if mine is None:
        yield from _eligible(person, training_class, batch, request.at)
        yield from missing(training_class, quota, batch)
    elif mine.state == ENROLLED or mine.proposed:
        yield Reason("already_enrolled", "T3.2c", {"class": training_class.name})
    else:
        if request.training_class not in (None, mine.training_class):
            yield Reason("chose_other_class", "T3.2c", {"class": training_class.name})
        yield from _repeat(person, batch, request.at)
        if mine.state == WAITING:
            yield from missing(training_class, quota, batch)


def confirming(request: Confirm, mine: Place | None, batch: BatchFacts) -> Iterator[Reason]:
    yield from _window(batch, request.at, batch.enrolment_opens)
    yield from _deciding(request, request.person)
    if mine is None or mine.state != HOLDING or not mine.proposed:
        yield Reason("nothing_to_confirm", "T3.3b")
    if not request.yes:
        yield from _reason_given(request.reason)


def refusing(request: Refuse, mine: Place | None, batch: BatchFacts) -> Iterator[Reason]:
    """A hold or a place in line; the teacher may complain to the county."""
    if request.at >= batch.starts or batch.lapsed:
        yield Reason("window_closed", "T3.3b", {"closed": batch.starts})
    yield from _deciding(request, request.person)
    yield from _reason_given(request.reason)
    if mine is None or mine.state not in (HOLDING, WAITING):
        yield Reason("nothing_to_enrol", "T3.2c")
    elif mine.school != request.school:
        yield Reason("not_own_school", "S1.0")


def returning(request: Return, mine: Place | None, batch: BatchFacts) -> Iterator[Reason]:
    yield from _until_end(batch, request.at, batch.policy.return_until)
    yield from _deciding(request, request.person)
    yield from _reason_given(request.reason)
    yield from _standing(mine, request.school)


def replacing(
    request: Replace,
    mine: Place | None,
    training_class: ClassFacts | None,
    successor: PersonFacts | None,
    successors: Place | None,
    successors_class: ClassFacts | None,
    first: Place | None,
    batch: BatchFacts,
) -> Iterator[Reason]:
    """`first`: of the same school in the class's line, before the start (None: nobody waits). The successor's own wait or hold is no obstacle: it ends."""
    yield from _until_end(batch, request.at, batch.policy.replace_until)
    yield from _deciding(request, request.person, request.successor)
    yield from _reason_given(request.reason)
    yield from _standing(mine, request.school)
    if successor is None:
        yield Reason("person_unknown")
        return
    if successor.school != request.school:
        yield Reason("not_own_school", "S1.0")
    if training_class is not None:
        yield from _eligible(successor, training_class, batch, request.at)
    if successors is not None and successors.state == ENROLLED:
        yield Reason("already_enrolled", "T3.2c", {"class": successors_class.name if successors_class else ""})
    if first is not None and first.person != request.successor:
        yield Reason("replacement_first_in_line", "T4.1a", {"name": first.name})


def _standing(mine: Place | None, school: int) -> Iterator[Reason]:
    if mine is None or mine.state != ENROLLED:
        yield Reason("nothing_to_return", "T4.1b")
    elif mine.school != school:
        yield Reason("not_own_school", "S1.0")


def moving(request: Move, giver: Quota | None, taker: Quota | None, batch: BatchFacts) -> Iterator[Reason]:
    """Only what is unused moves, only between neighbours of the tree, only until the start day."""
    if request.at >= batch.starts:
        yield Reason("window_closed", "T3.2b", {"closed": batch.starts})
    if request.amount <= 0:
        yield Reason("amount_not_positive", "T3.2b", {"amount": request.amount})
    if taker is None or (giver is None) != (request.kind == "approve") or not _neighbours(request.kind, giver, taker):
        yield Reason("not_next_level", "T3.2b")
    elif giver is not None and giver.free < request.amount:
        yield Reason(
            "quota_short",
            "T3.2b",
            {"free": giver.free, "wanted": request.amount, "used": giver.used, "passed_on": giver.passed_on},
        )


def reseating(request: Reseat, training_class: ClassFacts | None, batch: BatchFacts) -> Iterator[Reason]:
    if request.at >= batch.ends:
        yield Reason("batch_ended", "T2.2", {"ended": batch.ends})
    if training_class is None:
        yield Reason("class_unknown", "T2.2")
    elif request.seats < max(1, training_class.used):
        yield Reason("seats_taken", "T2.2", {"used": training_class.used, "seats": request.seats})


def _neighbours(kind: str, giver: Quota | None, taker: Quota) -> bool:
    if giver is None:
        return kind == "approve"
    return {
        "allot": taker.parent == giver.unit,
        "give_back": giver.parent == taker.unit,
        "take_back": giver.parent == taker.unit and taker.level != "province",
        "move": giver.parent == taker.parent and giver.unit != taker.unit,
        "reduce": giver.parent == taker.unit and taker.level == "province",
    }.get(kind, False)
