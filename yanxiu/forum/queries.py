"""Every read of the discussion. Who may read a class's: its standing learners and its staff; for others it is not there."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yanxiu.access import queries as access
from yanxiu.access.rules import Capability, Scope
from yanxiu.catalogue.models import Item
from yanxiu.forum.models import Post
from yanxiu.forum.rules import Tally, Written, tally
from yanxiu.lib.text import search_terms
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch, ClassStaff, TrainingClass
from yanxiu.programme.rules import Policy

_WRITTEN = ("pk", "enrolment_id", "day", "thread_id", "verdict", "removed_at", "featured_at", "length")


@dataclass(frozen=True)
class Membership:
    """Somebody in a class. `enrolment`: as a learner; staff are by name or by the scope of their appointment."""

    training_class: TrainingClass
    policy: Policy
    enrolment: int | None
    staff: bool
    moderator: bool


def membership(scope: Scope, person: Person, training_class: int) -> Membership | None:
    found = TrainingClass.objects.filter(pk=training_class).select_related("batch", "version__course").first()
    if found is None:
        return None
    enrolment = (
        Enrolment.objects.filter(training_class=found, person=person, state=Enrolment.State.STANDING)
        .values_list("pk", flat=True)
        .first()
    )
    moderator = scope.covers(Capability.MODERATE, training=found.path)
    staff = (
        moderator or scope.covers(Capability.TEACH, training=found.path) or found.staff.filter(person=person).exists()
    )
    if enrolment is None and not staff:
        return None
    return Membership(found, programme.policy(found.batch.policy_id), enrolment, staff, moderator)


def classes_of(scope: Scope, person: Person) -> QuerySet[TrainingClass]:
    """Where somebody takes part: as a learner, by name, or by the present appointment. Newest batch first."""
    learner = Exists(
        Enrolment.objects.filter(training_class=OuterRef("pk"), person=person, state=Enrolment.State.STANDING)
    )
    named = Exists(ClassStaff.objects.filter(training_class=OuterRef("pk"), person=person))
    by_scope = access.within(scope, Capability.MODERATE, training="path") | access.within(
        scope, Capability.TEACH, training="path"
    )
    return (
        TrainingClass.objects.filter(Q(learner) | Q(named) | by_scope)
        .select_related("batch", "version__course")
        .annotate(threads=Count("posts", filter=Q(posts__thread=None, posts__removed_at=None)))
        .order_by("-batch__starts", "subject", "number")
    )


def discussions(training_class: TrainingClass) -> list[Item]:
    """The course's own discussions, pinned above the threads; `answers`: threads that answer it."""
    items = list(
        Item.objects.filter(version_id=training_class.version_id, kind=Item.Kind.DISCUSSION).order_by("position")
    )
    counts = dict(
        Post.objects.filter(training_class=training_class, thread=None, removed_at=None, item__in=items)
        .order_by()
        .values_list("item_id")
        .annotate(n=Count("pk"))
    )
    for item in items:
        item.answers = counts.get(item.pk, 0)  # type: ignore[attr-defined]
    return items


def threads(
    training_class: TrainingClass, *, item: int | None = None, featured: bool = False, word: str = ""
) -> QuerySet[Post]:
    """Last answered first."""
    rows = Post.objects.filter(training_class=training_class, thread=None).select_related("author__school", "item")
    if item is not None:
        rows = rows.filter(item_id=item)
    if featured:
        rows = rows.filter(
            Q(featured_at__isnull=False) | Exists(Post.objects.filter(thread=OuterRef("pk"), featured_at__isnull=False))
        )
    for term in search_terms(word)[:8]:
        rows = rows.filter(Q(title__icontains=term) | Q(body__icontains=term), removed_at=None)
    return rows.order_by("-last_at", "-pk")


def post(pk: int) -> Post | None:
    return (
        Post.objects.filter(pk=pk)
        .select_related("author__school", "item", "training_class", "removed_by", "featured_by")
        .first()
    )


def replies(thread: Post) -> QuerySet[Post]:
    return thread.replies.select_related("author__school", "removed_by", "featured_by").order_by("pk")


def recent(scope: Scope, *, batch: int | None = None) -> QuerySet[Post]:
    """For those who keep a discussion in order: every post of their classes, newest first."""
    rows = Post.objects.filter(access.within(scope, Capability.MODERATE, training="training_class__path"))
    if batch is not None:
        rows = rows.filter(training_class__batch_id=batch)
    return rows.select_related("author__school", "training_class", "thread").order_by("-pk")


def staff_of(training_class: TrainingClass) -> dict[int, str]:
    """Person → what the person is in the class."""
    return dict(ClassStaff.objects.filter(training_class=training_class).values_list("person_id", "kind"))


def progress(enrolments: Collection[int]) -> dict[int, Tally]:
    """What each learner's posts come to by the batch's policy: points, counted posts, days, and every post's own worth. Three statements."""
    batch_of = dict(Enrolment.objects.filter(pk__in=set(enrolments)).values_list("pk", "batch_id"))
    policies = {b.pk: programme.policy(b.policy_id) for b in Batch.objects.filter(pk__in=set(batch_of.values()))}
    written: dict[int, list[Written]] = defaultdict(list)
    for row in Post.objects.filter(enrolment_id__in=batch_of).order_by("pk").values_list(*_WRITTEN):
        written[row[1]].append(_written(row))
    return {pk: tally(written[pk], policies[batch].interaction) for pk, batch in batch_of.items()}


def tally_of(enrolment: int) -> Tally:
    return progress([enrolment])[enrolment]


def written_of(row: Post) -> Written:
    return Written(
        row.pk,
        row.day,
        row.thread_id is not None,
        row.verdict,
        row.removed_at is not None,
        row.featured_at is not None,
        row.length,
    )


def _written(row: tuple) -> Written:
    pk, _, day, thread, verdict, removed, featured, length = row
    return Written(pk, day, thread is not None, verdict, removed is not None, featured is not None, length)


def open_until(training_class: TrainingClass) -> datetime:
    return training_class.batch.marking_ends
