"""Single cases beside seats and quota: exemptions, bars, complaints, requests for quota.

Events: places.exempted {reason} · places.exemption_withdrawn · places.barred {until, reason} · places.bar_lifted {reason}
· places.complained · places.complaint_answered · places.quota_requested {amount} · places.quota_request_answered {state, amount}
(subject: the row; person: whom it concerns; unit_path: where it is dealt with)
"""

from datetime import datetime
from typing import NamedTuple

from django.db import models, transaction

from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person, Unit
from yanxiu.places.actions import seats
from yanxiu.places.actions.asking import Movement, move_quota
from yanxiu.places.models import Bar, Choice, Complaint, Exemption, QuotaRequest
from yanxiu.places.rules import LEAST_REASON
from yanxiu.places.rules import values as v
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch, Programme


class Done(NamedTuple):
    """`row` is None when refused."""

    decision: Decision
    row: models.Model | None = None

    @property
    def ok(self) -> bool:
        return self.decision.ok


def _no(*reasons: Reason) -> Done:
    return Done(Decision.no(*reasons))


def _given(text: str, clause: str) -> list[Reason]:
    return [] if len(text.strip()) >= LEAST_REASON else [Reason("reason_too_short", clause, {"least": LEAST_REASON})]


# --- exemptions (T1.2, 原则上) ---------------------------------------------------------------------------------------------


@transaction.atomic
def exempt(*, programme: int, person: int, reason: str, by: int) -> Done:
    whom = Person.objects.select_for_update(no_key=True).get(pk=person)
    policy = programmes.policy(programmes.current_version(Programme.objects.get(pk=programme)))
    against = _given(reason, "T1.2")
    if not policy.repeat.exemption:
        against.append(Reason("no_exemptions", "T1.2"))
    if by == person:
        against.append(Reason("self_decision", "S1.0"))
    if Exemption.objects.filter(programme_id=programme, person_id=person, withdrawn_at=None).exists():
        against.append(Reason("already_exempt", "T1.2"))
    if against:
        return _no(*against)
    row = Exemption.objects.create(programme_id=programme, person_id=person, reason=reason, by_id=by, at=clock.now())
    events.record(
        "places.exempted",
        actor=by,
        person=person,
        unit_path=whom.school_path,
        subject_id=row.pk,
        data={"reason": reason},
    )
    return Done(Decision.yes(), row)


@transaction.atomic
def withdraw_exemption(*, exemption: int, by: int) -> Done:
    """What was chosen under it stays a hold; the school's enrolment asks again."""
    row = Exemption.objects.select_for_update(no_key=True).select_related("person").get(pk=exemption)
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        row.save()
        events.record(
            "places.exemption_withdrawn",
            actor=by,
            person=row.person_id,
            unit_path=row.person.school_path,
            subject_id=row.pk,
        )
    return Done(Decision.yes(), row)


# --- bars (T4.2b) ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_bar(*, person: int, year: int, until: datetime, reason: str, by: int | None) -> Done:
    """Cancels what has not started, in every programme; what runs finishes, or stops where the policy says so.

    The person is locked without its key (FOR NO KEY UPDATE): a choice being inserted refers to the person while it holds the batch's lock.
    Locks every batch that has not ended, not only those with a choice of this person: a choice made at the same moment either sees the bar or is seen here.
    """
    whom = Person.objects.select_for_update(no_key=True).get(pk=person)
    if against := _given(reason, "T4.2b"):
        return _no(*against)
    row = Bar.objects.create(person_id=person, year=year, until=until, reason=reason, by_id=by, at=clock.now())
    data = {"until": until.isoformat(), "reason": reason}
    events.record("places.barred", actor=by, person=person, unit_path=whom.school_path, subject_id=row.pk, data=data)
    for batch in Batch.objects.filter(ends__gt=clock.now()).order_by("id").values_list("id", flat=True):
        seats.run(batch, [v.Cancel(person=person, reason=reason, by=by)])
    return Done(Decision.yes(), row)


@transaction.atomic
def lift_bar(*, bar: int, by: int | None, reason: str) -> Done:
    """A reversal. What was cancelled does not come back: the seats have gone to others; the teacher may choose again."""
    row = Bar.objects.select_for_update(no_key=True).select_related("person").get(pk=bar)
    if against := _given(reason, "T4.2b"):
        return _no(*against)
    if row.lifted_at is None:
        row.lifted_at = clock.now()
        row.save()
        events.record(
            "places.bar_lifted",
            actor=by,
            person=row.person_id,
            unit_path=row.person.school_path,
            subject_id=row.pk,
            data={"reason": reason},
        )
    return Done(Decision.yes(), row)


# --- complaints about a school's refusal -------------------------------------------------------------------------------------


@transaction.atomic
def complain(*, choice: int, person: int, text: str) -> Done:
    row = Choice.objects.select_for_update(no_key=True).get(pk=choice, person_id=person)
    against = _given(text, "T3.2c")
    if row.state != Choice.State.REFUSED:
        against.append(Reason("nothing_to_complain", "T3.2c"))
    if Complaint.objects.filter(choice=row).exists():
        against.append(Reason("already_complained", "T3.2c"))
    if against:
        return _no(*against)
    made = Complaint.objects.create(choice=row, text=text, at=clock.now())
    events.record(
        "places.complained",
        actor=person,
        person=person,
        unit_path=row.school_path,
        batch=row.batch_id,
        subject_id=made.pk,
    )
    return Done(Decision.yes(), made)


@transaction.atomic
def answer_complaint(*, complaint: int, by: int, answer: str) -> Done:
    row = Complaint.objects.select_for_update(no_key=True).select_related("choice").get(pk=complaint)
    against = _given(answer, "T3.2c")
    if row.answered_at is not None:
        against.append(Reason("already_answered", "T3.2c"))
    if by == row.choice.person_id:
        against.append(Reason("self_decision", "S1.0"))
    if against:
        return _no(*against)
    row.answer, row.answered_at, row.answered_by_id = answer, clock.now(), by
    row.save()
    choice = row.choice
    events.record(
        "places.complaint_answered",
        actor=by,
        person=choice.person_id,
        unit_path=choice.school_path,
        batch=choice.batch_id,
        subject_id=row.pk,
    )
    return Done(Decision.yes(), row)


# --- a unit asks the one above for quota -----------------------------------------------------------------------------------


@transaction.atomic
def request_quota(*, batch: int, unit: int, amount: int, reason: str, by: int) -> Done:
    """Not of the sixteen offices: their source is the plan, reopened by the province."""
    asker = Unit.objects.select_related("parent").get(pk=unit)
    against = []
    if asker.parent is None or asker.parent.level == Unit.Level.PROVINCE:
        against.append(Reason("plan_is_the_way", "T3.3a"))
    if amount <= 0:
        against.append(Reason("amount_not_positive", "T3.2b", {"amount": amount}))
    starts = Batch.objects.get(pk=batch).starts
    if clock.now() >= starts:
        against.append(Reason("window_closed", "T3.2b", {"closed": starts}))
    if QuotaRequest.objects.filter(batch_id=batch, unit=asker, state=QuotaRequest.State.OPEN).exists():
        against.append(Reason("already_requested", "T3.2b"))
    if against:
        return _no(*against)
    row = QuotaRequest.objects.create(
        batch_id=batch, unit=asker, amount=amount, reason=reason, by_id=by, at=clock.now()
    )
    events.record(
        "places.quota_requested",
        actor=by,
        unit_path=asker.path,
        batch=batch,
        subject_id=row.pk,
        data={"amount": amount},
    )
    return Done(Decision.yes(), row)


@transaction.atomic
def answer_quota_request(*, request: int, by: int, amount: int, answer: str = "") -> Done:
    """`amount` 0 declines, and then the answer is obligatory; else it is allotted in the same transaction."""
    row = QuotaRequest.objects.select_for_update(no_key=True).select_related("unit").get(pk=request)
    against = [] if amount > 0 else _given(answer, "T3.2b")
    if row.state != QuotaRequest.State.OPEN:
        against.append(Reason("already_answered", "T3.2b"))
    if by == row.by_id:
        against.append(Reason("self_decision", "S1.0"))
    if against:
        return _no(*against)
    if amount > 0:
        (moved,) = move_quota(
            batch=row.batch_id, movements=[Movement("allot", row.unit.parent_id, row.unit_id, amount)], by=by
        )
        if not moved.ok:
            return Done(moved.decision)
    row.state = QuotaRequest.State.GRANTED if amount > 0 else QuotaRequest.State.DECLINED
    row.answer, row.answered_at, row.answered_by_id = answer, clock.now(), by
    row.save()
    data = {"state": row.state, "amount": amount}
    events.record(
        "places.quota_request_answered",
        actor=by,
        unit_path=row.unit.path,
        batch=row.batch_id,
        subject_id=row.pk,
        data=data,
    )
    return Done(Decision.yes(), row)
