"""Featuring, removing, restoring: by whoever moderates the class. Points are never stored, so all of it counts anew by itself."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from yanxiu.access.rules import Capability, Scope
from yanxiu.events import actions as events
from yanxiu.forum import rules
from yanxiu.forum.actions.outcome import LOCK, Outcome, event, unknown
from yanxiu.forum.models import Post
from yanxiu.forum.queries import written_of
from yanxiu.lib import clock


@transaction.atomic
def feature(*, by: int, scope: Scope, post: int) -> Outcome:
    row, moderator = _locked(scope, post)
    if row is None:
        return unknown()
    now, batch = clock.now(), row.training_class.batch
    decision = rules.may_feature(
        moderator=moderator, own=row.author_id == by, post=written_of(row), ends=batch.ends, now=now
    )
    if decision and row.featured_at is None:
        row.featured_at, row.featured_by_id = now, by
        row.save(update_fields=["featured_at", "featured_by"])
        _record("forum.featured", row, by, now)
    return Outcome(decision, row)


@transaction.atomic
def unfeature(*, by: int, scope: Scope, post: int) -> Outcome:
    row, moderator = _locked(scope, post)
    if row is None:
        return unknown()
    now = clock.now()
    decision = rules.may_unfeature(
        moderator=moderator, featured=row.featured_at is not None, ends=row.training_class.batch.ends, now=now
    )
    if decision:
        row.featured_at = row.featured_by_id = None
        row.save(update_fields=["featured_at", "featured_by"])
        _record("forum.unfeatured", row, by, now)
    return Outcome(decision, row)


@transaction.atomic
def remove(*, by: int, scope: Scope, post: int, reason: str) -> Outcome:
    """Takes a post away from all but its author and the staff, who read why. Its points go back, the day is counted anew from what stands."""
    row, moderator = _locked(scope, post)
    if row is None:
        return unknown()
    decision = rules.may_remove(moderator=moderator, removed=row.removed_at is not None, reason=reason)
    if decision:
        now = clock.now()
        row.removed_at, row.removed_by_id, row.removed_reason = now, by, reason.strip()[:500]
        row.save(update_fields=["removed_at", "removed_by", "removed_reason"])
        _recount(row)
        _record("forum.removed", row, by, now, reason=row.removed_reason, reply=row.thread_id is not None)
    return Outcome(decision, row)


@transaction.atomic
def restore(*, by: int, scope: Scope, post: int) -> Outcome:
    """As if it had never been removed."""
    row, moderator = _locked(scope, post)
    if row is None:
        return unknown()
    decision = rules.may_restore(moderator=moderator, removed=row.removed_at is not None)
    if decision:
        row.removed_at = row.removed_by_id = None
        row.removed_reason = ""
        row.save(update_fields=["removed_at", "removed_by", "removed_reason"])
        _recount(row)
        _record("forum.restored", row, by, clock.now(), reply=row.thread_id is not None)
    return Outcome(decision, row)


def _recount(row: Post) -> None:
    if row.thread_id:
        standing = Post.objects.filter(thread_id=row.thread_id, removed_at=None).aggregate(last=Max("at"))
        opened = Post.objects.values_list("at", flat=True).get(pk=row.thread_id)
        count = Post.objects.filter(thread_id=row.thread_id, removed_at=None).count()
        Post.objects.filter(pk=row.thread_id).update(reply_count=count, last_at=standing["last"] or opened)


def _locked(scope: Scope, post: int) -> tuple[Post | None, bool]:
    """The post under the lock of its class, and whether the scope moderates there. Nothing for whoever may not."""
    training_class = Post.objects.filter(pk=post).values_list("training_class_id", flat=True).first()
    if training_class is None:
        return None, False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, training_class])
    row = Post.objects.select_related("training_class__batch", "enrolment").get(pk=post)
    return row, scope.covers(Capability.MODERATE, training=row.training_class.path)


def _record(kind: str, row: Post, by: int, at: datetime, **data: Any) -> None:
    events.record_many([event(kind, row, actor=by, at=at, policy=row.training_class.batch.policy_id, **data)])
