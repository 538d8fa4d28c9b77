"""Every read of the discussion. Who may read a class's: its standing learners and its staff; for others it is not there."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yanxiu.access import queries as access
from yanxiu.access.rules import Capability, Scope
from yanxiu.catalogue.models import Item
from yanxiu.events.ready import Ready
from yanxiu.forum.models import Post
from yanxiu.forum.rules import Tally, Written, tally
from yanxiu.lib.text import search_terms
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import ClassStaff, TrainingClass
from yanxiu.programme.rules import Policy

PAGE = 50  # replies
_WRITTEN = ("pk", "day", "thread_id", "verdict", "removed_at", "featured_at", "length")


@dataclass(frozen=True)
class Membership:
    """Somebody in a class. `enrolment`: as a learner; staff are by name or by the scope of their appointment; `named`: person → what they are."""

    training_class: TrainingClass
    policy: Policy
    enrolment: int | None
    staff: bool
    moderator: bool
    named: dict[int, str]


_CLASS = Ready(lambda pk: TrainingClass.objects.filter(pk=pk).select_related("batch"))
_ENROLMENT = Ready(
    lambda training_class, person: Enrolment.objects.filter(
        training_class=training_class, person=person, state=Enrolment.State.STANDING
    ).values_list("pk")[:1]
)
_STAFF = Ready(
    lambda training_class: ClassStaff.objects.filter(training_class=training_class).values_list("person_id", "kind")
)


def membership(scope: Scope, person: Person, training_class: int) -> Membership | None:
    found = _CLASS.first(training_class)
    if found is None:
        return None
    (enrolment,) = _ENROLMENT.first(training_class, person.pk) or (None,)
    named = dict(_STAFF.all(training_class))
    moderator = scope.covers(Capability.MODERATE, training=found.path)
    staff = moderator or scope.covers(Capability.TEACH, training=found.path) or person.pk in named
    if enrolment is None and not staff:
        return None
    return Membership(found, programme.policy(found.batch.policy_id), enrolment, staff, moderator, named)


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


_POST = Ready(
    lambda pk: Post.objects.filter(pk=pk).select_related(
        "author__school", "item", "training_class", "removed_by", "featured_by"
    )
)
_COUNT = Ready(
    lambda thread: (
        Post.objects.filter(thread=thread).order_by().values("thread").annotate(n=Count("pk")).values_list("n")
    )
)


def post(pk: int) -> Post | None:
    return _POST.first(pk)


@dataclass(frozen=True)
class Replies:
    """Of a thread, as a Paginator of PAGE asks for them."""

    thread: int

    def count(self) -> int:
        return (_COUNT.first(self.thread) or (0,))[0]

    def __getitem__(self, cut: slice) -> list[Post]:
        return _replies(cut.start).all(self.thread)


@lru_cache(maxsize=100)
def _replies(start: int) -> Ready[Post]:
    """With what a page of them shows, and no more: people are large. Where a page begins is part of its statement."""
    return Ready(
        lambda thread: Post.objects.filter(thread=thread)
        .select_related("author__school", "removed_by")
        .only(
            "thread_id", "author_id", "enrolment_id", "body", "at", "length", "verdict", "featured_at", "removed_at", "removed_reason",
            "author__name", "author__school__name", "removed_by__name",
        )
        .order_by("pk")[start : start + PAGE]
    )  # fmt: skip


def recent(scope: Scope, *, batch: int | None = None) -> QuerySet[Post]:
    """For those who keep a discussion in order: every post of their classes, newest first."""
    rows = Post.objects.filter(access.within(scope, Capability.MODERATE, training="training_class__path"))
    if batch is not None:
        rows = rows.filter(training_class__batch_id=batch)
    return rows.select_related("author__school", "training_class", "thread").order_by("-pk")


_TALLY = Ready(lambda enrolment: Post.objects.filter(enrolment=enrolment).order_by("pk").values_list(*_WRITTEN))


def tally_of(enrolment: int, policy: Policy) -> Tally:
    """What a learner's posts come to by the batch's policy: points, counted posts, days, and every post's own worth."""
    return tally(map(_written, _TALLY.all(enrolment)), policy.interaction)


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
    pk, day, thread, verdict, removed, featured, length = row
    return Written(pk, day, thread is not None, verdict, removed is not None, featured is not None, length)


def open_until(training_class: TrainingClass) -> datetime:
    return training_class.batch.marking_ends
