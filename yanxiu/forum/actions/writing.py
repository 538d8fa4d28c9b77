"""Threads and replies."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, F, Value, When

from yanxiu.access.rules import Capability, Scope
from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.forum import rules
from yanxiu.forum.actions.outcome import LOCK, Outcome, event, unknown
from yanxiu.forum.models import Post
from yanxiu.lib import clock, text
from yanxiu.lib.decision import Decision, Reason
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import ClassStaff, TrainingClass


@dataclass(frozen=True, slots=True)
class PostIn:
    """A thread (with `title`, or answering the course's discussion `item`), or a reply (with `thread`).

    `scope`: of the writer's appointment, for staff who are not named in the class. `at`: when received; None: now.
    """

    person: int
    training_class: int
    body: str
    title: str = ""
    thread: int | None = None
    item: int | None = None
    key: UUID | None = None
    at: datetime | None = None
    scope: Scope = field(default=Scope())


def fingerprint(body: str) -> bytes:
    """Two texts that differ only in width, case, spaces and punctuation have the same."""
    return hashlib.sha256(text.normalise(body).encode("utf-8", "surrogatepass")).digest()[:16]


@transaction.atomic
def post(written: Sequence[PostIn]) -> list[Outcome]:
    """Writes each post, in the order given. Ten statements, however many.

    1. one lock a class, so that of two equal texts the second is the copy, 2. read classes, members, threads, earlier texts,
    3. decide one by one, 4. write posts, threads and events.
    """
    ids = sorted({one.training_class for one in written})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, c) FROM unnest(%s::int[]) WITH ORDINALITY AS t (c, n) ORDER BY n",
            [LOCK, ids],
        )
    now = clock.now()
    facts = _Facts(written, ids)
    made: list[Post] = []
    outcomes: list[Outcome] = []
    for one in written:
        outcome = facts.decide(one, one.at or now)
        if outcome.post is not None and outcome and not outcome.again:
            made.append(outcome.post)
        outcomes.append(outcome)
    Post.objects.bulk_create(made, batch_size=1000)
    _answered(made)
    events.record_many(
        event(
            "forum.posted",
            row,
            actor=row.author_id,
            at=row.at,
            policy=facts.classes[row.training_class_id].batch.policy_id,
            **_said(row),
        )
        for row in made
    )
    return outcomes


class _Facts:
    """What a list of posts is decided on, kept up to date while it is worked through."""

    def __init__(self, written: Sequence[PostIn], ids: Sequence[int]) -> None:
        people = {one.person for one in written}
        self.prints = {fingerprint(one.body) for one in written}
        self.classes = {c.pk: c for c in TrainingClass.objects.filter(pk__in=ids)}
        standing = Enrolment.objects.filter(
            training_class_id__in=ids, person_id__in=people, state=Enrolment.State.STANDING
        ).select_related(None)
        self.enrolments = {(e.training_class_id, e.person_id): e for e in standing}
        self.staff = set(
            ClassStaff.objects.filter(training_class_id__in=ids, person_id__in=people).values_list(
                "training_class_id", "person_id"
            )
        )
        self.threads = {
            p.pk: p for p in Post.objects.filter(pk__in={one.thread for one in written if one.thread}, thread=None)
        }
        self.items = {
            i.pk: i
            for i in Item.objects.filter(
                pk__in={one.item for one in written if one.item}, kind=Item.Kind.DISCUSSION
            ).defer("data")
        }
        self.seen = {
            (cls, bytes(print_))
            for cls, print_ in Post.objects.filter(training_class_id__in=ids, fingerprint__in=self.prints).values_list(
                "training_class_id", "fingerprint"
            )
        }
        keys = {one.key for one in written if one.key}
        self.pressed = (
            {(p.author_id, p.key): p for p in Post.objects.filter(author_id__in=people, key__in=keys)} if keys else {}
        )

    def decide(self, one: PostIn, at: datetime) -> Outcome:
        cls = self.classes.get(one.training_class)
        thread = self.threads.get(one.thread) if one.thread else None
        item = self.items.get(one.item) if one.item else None
        if (
            cls is None
            or (one.thread and (thread is None or thread.training_class_id != cls.pk))
            or (one.item and (item is None or item.version_id != cls.version_id))
        ):
            return unknown()
        body = one.body.replace("\0", "").replace("\r\n", "\n").strip()
        title = "" if thread else " ".join(one.title.replace("\0", "").split()) or (item.title if item else "")
        if one.key and (before := self.pressed.get((one.person, one.key))) is not None:
            same = before.body == body and before.training_class_id == cls.pk and before.thread_id == one.thread
            return (
                Outcome(Decision.yes(), before, again=True)
                if same
                else Outcome(Decision.no(Reason("key_conflict")), before)
            )
        enrolment = self.enrolments.get((cls.pk, one.person))
        staff = (
            (cls.pk, one.person) in self.staff
            or one.scope.covers(Capability.TEACH, training=cls.path)
            or one.scope.covers(Capability.MODERATE, training=cls.path)
        )
        decision = rules.may_write(
            member=enrolment is not None or staff,
            body=body,
            title=None if thread else title,
            thread_removed=thread is not None and thread.removed_at is not None,
            marking_ends=cls.batch.marking_ends,
            now=at,
        )
        if not decision:
            return Outcome(decision)
        print_ = fingerprint(body)
        verdict = rules.verdict(
            body=body,
            reply=thread is not None,
            at=at,
            starts=cls.batch.starts,
            ends=cls.batch.ends,
            learner=enrolment is not None and not staff,
            seen_before=(cls.pk, print_) in self.seen,
            interaction=programme.policy(cls.batch.policy_id).interaction,
        )
        self.seen.add((cls.pk, print_))
        row = Post(
            training_class=cls,
            item_id=one.item if thread is None else thread.item_id,
            thread=thread,
            author_id=one.person,
            enrolment=None if staff else enrolment,
            title=title,
            body=body,
            at=at,
            day=clock.local(at).date(),
            length=text.length(body),
            fingerprint=print_,
            verdict=verdict,
            last_at=at,
            key=one.key,
        )
        if one.key:
            self.pressed[one.person, one.key] = row
        return Outcome(decision, row)


def _answered(made: Sequence[Post]) -> None:
    """Counts the replies on their threads, in one statement."""
    last: dict[int, datetime] = {}
    more: dict[int, int] = {}
    for row in made:
        if row.thread_id:
            last[row.thread_id] = max(row.at, last.get(row.thread_id, row.at))
            more[row.thread_id] = more.get(row.thread_id, 0) + 1
    if last:
        Post.objects.filter(pk__in=last).update(
            last_at=Case(*(When(pk=pk, then=Value(at)) for pk, at in last.items()), default=F("last_at")),
            reply_count=F("reply_count")
            + Case(*(When(pk=pk, then=Value(n)) for pk, n in more.items()), default=Value(0)),
        )


def _said(row: Post) -> dict[str, Any]:
    return {
        "reply": row.thread_id is not None,
        "thread": row.thread_id,
        "item": row.item_id,
        "verdict": row.verdict,
        "length": row.length,
    }
