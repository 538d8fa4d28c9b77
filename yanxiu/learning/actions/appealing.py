"""An appeal on refused time: asked by the learner, decided by the class's tutor (A1.4)."""

from datetime import datetime

from django.db import connection, transaction

from yanxiu.access.rules import Scope
from yanxiu.catalogue.queries import seconds_of
from yanxiu.events import actions as events
from yanxiu.learning import queries, rules
from yanxiu.learning.models import ItemTime, LearnerTime, LearningMeter, TimeAppeal
from yanxiu.lib import bitmap, clock
from yanxiu.lib.decision import Decision
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme


@transaction.atomic
def appeal(*, enrolment: Enrolment, item: int, text: str) -> Decision:
    """On all that was refused of one item."""
    _lock(enrolment.person_id)
    time = ItemTime.objects.filter(enrolment=enrolment, item_id=item).first()
    refused = time.refused if time else []
    now = clock.now()
    decision = rules.may_appeal(
        now=now,
        until=queries.appeals_end(enrolment.batch),
        text=text,
        open_already=TimeAppeal.objects.filter(enrolment=enrolment, item_id=item, state=TimeAppeal.State.OPEN).exists(),
        refused_seconds=sum(end - start for start, end, *_ in refused),
    )
    if decision:
        spans = [[start, end, code] for start, end, code, _at in refused]
        made = TimeAppeal.objects.create(enrolment=enrolment, item_id=item, spans=spans, text=text.strip(), at=now)
        _record(
            "learning.appealed",
            made,
            actor=enrolment.person_id,
            at=now,
            data={"seconds": sum(b - a for a, b, _ in spans)},
        )
    return decision


@transaction.atomic
def decide_appeal(*, scope: Scope, appeal: int, by: Person, grant: bool, reason: str) -> Decision:
    """By the class's tutor. Granted: the refused seconds that are still not credited are set, within the item's length. Raises DoesNotExist outside the scope."""
    found = queries.appeals(scope).select_related("enrolment__batch", "item").get(pk=appeal)
    _lock(found.enrolment.person_id)
    found = TimeAppeal.objects.select_related("enrolment__batch", "item").select_for_update(of=("self",)).get(pk=appeal)
    decision = rules.may_decide(
        is_open=found.state == TimeAppeal.State.OPEN, own=found.enrolment.person_id == by.pk, reason=reason
    )
    if not decision:
        return decision
    now = clock.now()
    found.granted_seconds = _grant(found, now) if grant else 0
    found.state = TimeAppeal.State.GRANTED if grant else TimeAppeal.State.DECLINED
    found.decided_at, found.decided_by, found.reason = now, by, reason.strip()
    found.save()
    _record(
        "learning.appeal_decided",
        found,
        actor=by.pk,
        at=now,
        data={"granted": found.granted_seconds, "reason": found.reason},
    )
    return decision


def _grant(found: TimeAppeal, now: datetime) -> int:
    time = ItemTime.objects.select_for_update().get(enrolment=found.enrolment, item=found.item)
    worth = seconds_of(found.item, programme.policy(found.enrolment.batch.policy_id))
    if found.item.kind == "video":
        asked = bitmap.clip(bitmap.from_spans((a, b) for a, b, _code in found.spans), worth)
        seconds = bitmap.count(bitmap.difference(asked, bytes(time.cells)))
        time.cells = bitmap.merge(bytes(time.cells), asked)
        time.refused = rules.painted(time.refused, [], at=0, credited=time.cells)
    else:
        seconds = max(0, min(worth - time.seconds, sum(b - a for a, b, _code in found.spans)))
        codes = {code for _a, _b, code in found.spans}
        time.refused = [refusal for refusal in time.refused if refusal[2] not in codes]
    time.seconds += seconds
    time.changed_at = now
    time.save()
    total, _ = LearnerTime.objects.select_for_update().get_or_create(enrolment=found.enrolment)
    total.seconds += seconds
    total.save(update_fields=["seconds"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT yx_learning_credited(%s::bigint[], %s::int[])", [[found.enrolment_id], [seconds]])
    return seconds


def _lock(person: int) -> None:
    """The same lock as the act's: a report in flight waits."""
    LearningMeter.objects.select_for_update().filter(person_id=person).first()


def _record(kind: str, of: TimeAppeal, *, actor: int, at: datetime, data: dict[str, object]) -> None:
    enrolment = of.enrolment
    events.record(
        kind,
        at=at,
        actor=actor,
        person=enrolment.person_id,
        unit_path=enrolment.school_path,
        training_path=enrolment.class_path,
        batch=enrolment.batch_id,
        subject_id=of.pk,
        policy=enrolment.batch.policy_id,
        data={"enrolment": enrolment.pk, "item": of.item_id, **data},
    )
