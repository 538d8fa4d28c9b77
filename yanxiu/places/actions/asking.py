"""Acts on places as others call them: keyword-only, ids in, answers out. Each is a list for `seats.run`, mostly a list of one.

`by` presses; None: the platform. `key` (UUID) makes a repeat safe: the same key gives the same answer, with another body a conflict.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from yanxiu.lib import clock
from yanxiu.lib.decision import Reason
from yanxiu.places.actions import seats
from yanxiu.places.rules import values as v
from yanxiu.places.rules.values import Answer
from yanxiu.programme.models import Batch, TrainingClass

Key = UUID | str | None


class EnrolRow(NamedTuple):
    """`training_class` only for a teacher who chose nothing."""

    person: int
    training_class: int | None = None


class Movement(NamedTuple):
    """Kinds and who stands where: models.QuotaMovement."""

    kind: str
    giver: int | None
    taker: int
    amount: int
    note: str = ""


def choose(
    *, person: int, training_class: int, change: bool = False, presser: int | None = None, key: Key = None
) -> Answer:
    """`change`: gives up the present class, even a hold, and joins at the end."""
    batch = TrainingClass.objects.values_list("batch_id", flat=True).filter(pk=training_class).first()
    if batch is None:
        return v.no([Reason("class_unknown", "T2.2")])
    return _one(
        batch,
        v.Choose(person=person, training_class=training_class, change=change, by=presser or person, key=_key(key)),
    )


def withdraw(*, batch: int, person: int, presser: int | None = None, key: Key = None) -> Answer:
    return _one(batch, v.Withdraw(person=person, by=presser or person, key=_key(key)))


def enrol(
    *, batch: int, school: int, rows: Sequence[EnrolRow | tuple[int, int | None]], by: int | None, key: Key = None
) -> list[Answer]:
    """Each row its own outcome and reasons, in the order of the rows."""
    asked = [
        v.Enrol(person=person, school=school, training_class=training_class, by=by, key=_key(key), row=i)
        for i, (person, training_class) in enumerate(rows)
    ]
    return seats.run(batch, asked)


def confirm(
    *, batch: int, persons: Sequence[int], by: int | None, yes: bool = True, reason: str = "", key: Key = None
) -> list[Answer]:
    """The county's review, where the policy asks for one."""
    return seats.run(
        batch,
        [v.Confirm(person=p, yes=yes, reason=reason, by=by, key=_key(key), row=i) for i, p in enumerate(persons)],
    )


def refuse(*, batch: int, school: int, person: int, reason: str, by: int | None, key: Key = None) -> Answer:
    return _one(batch, v.Refuse(person=person, school=school, reason=reason, by=by, key=_key(key)))


def return_enrolment(*, batch: int, school: int, person: int, reason: str, by: int | None, key: Key = None) -> Answer:
    """退回报名."""
    return _one(batch, v.Return(person=person, school=school, reason=reason, by=by, key=_key(key)))


def replace(
    *, batch: int, school: int, person: int, successor: int, reason: str, by: int | None, key: Key = None
) -> Answer:
    """换人."""
    return _one(
        batch, v.Replace(person=person, successor=successor, school=school, reason=reason, by=by, key=_key(key))
    )


def move_quota(
    *, batch: int, movements: Sequence[Movement | tuple[str, int | None, int, int]], by: int | None, key: Key = None
) -> list[Answer]:
    """Each movement its own outcome; later ones see earlier ones. For all or nothing: `move_quota_together`."""
    asked = []
    for i, movement in enumerate(movements):
        m = Movement(*movement)
        asked.append(
            v.Move(
                kind=m.kind,
                giver=m.giver,
                taker=m.taker,
                amount=m.amount,
                note=m.note,
                by=by,
                key=_key(key),
                row=i,
            )
        )
    return seats.run(batch, asked)


class NotAll(Exception):
    def __init__(self, answers: list[Answer]) -> None:
        super().__init__([a.codes for a in answers if not a.ok])
        self.answers = answers


def move_quota_together(
    *, batch: int, movements: Sequence[Movement | tuple[str, int | None, int, int]], by: int | None, key: Key = None
) -> list[Answer]:
    """A grid is saved as a whole: when one movement is refused, none happens and the answers say which."""
    try:
        with transaction.atomic():
            answers = move_quota(batch=batch, movements=movements, by=by, key=key)
            if not all(a.ok for a in answers):
                raise NotAll(answers)
    except NotAll as refused:
        return refused.answers
    return answers


@transaction.atomic
def follow_school(*, persons: Iterable[int]) -> None:
    """Their school has changed (in this transaction, or before): choices not enrolled pass to the present school.

    Locks every batch that has not started, not only those with a choice of theirs: a choice made meanwhile under the old school is then seen.
    """
    moved = list(persons)
    for batch in not_started():
        if moved:
            seats.run(batch, [v.Follow(person=person) for person in moved])


def change_seats(*, training_class: int, seats: int, by: int | None, key: Key = None) -> Answer:
    """More seats move the line in the same act; fewer only down to those taken."""
    batch = TrainingClass.objects.values_list("batch_id", flat=True).filter(pk=training_class).first()
    if batch is None:
        return v.no([Reason("class_unknown", "T2.2")])
    return _one(batch, v.Reseat(training_class=training_class, seats=seats, by=by, key=_key(key)))


def not_started() -> list[int]:
    """Batches whose places can still change hands, in the one order in which several are locked."""
    return list(Batch.objects.filter(starts__gt=clock.now()).order_by("id").values_list("id", flat=True))


def _one(batch: int, request: v.Request) -> Answer:
    return seats.run(batch, [request])[0]


def _key(key: Key) -> str | None:
    return None if key is None else str(UUID(str(key)))


__all__ = [
    "EnrolRow",
    "Movement",
    "change_seats",
    "choose",
    "confirm",
    "enrol",
    "follow_school",
    "move_quota",
    "move_quota_together",
    "not_started",
    "refuse",
    "replace",
    "return_enrolment",
    "withdraw",
]
