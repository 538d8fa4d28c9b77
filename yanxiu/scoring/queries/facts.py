"""What the ledgers below say about enrolments, as evidence. Eight statements, however many enrolments."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, Value, When

from yanxiu.catalogue.models import Item
from yanxiu.forum.models import Post
from yanxiu.homework.models import QuizAttempt, Work
from yanxiu.learning.models import ItemTime, LearnerTime
from yanxiu.places.models import Enrolment
from yanxiu.scoring import rules

NO_CELLS = ("video", "text")


def facts(enrolment_ids: Collection[int]) -> dict[int, rules.Evidence]:
    """Live evidence of these enrolments."""
    ids = list(enrolment_ids)
    versions = dict(Enrolment.objects.filter(pk__in=ids).values_list("pk", "training_class__version_id"))
    items = _items(set(versions.values()))
    seconds, refused = _seconds(ids), _refused(ids)
    attempts, works, talk = _attempts(ids), _works(ids), _talk(ids)
    found = {}
    for pk, version in versions.items():
        quizzes, homework = items[version]
        found[pk] = rules.Evidence(
            video_seconds=seconds[pk]["video"],
            text_seconds=seconds[pk]["text"],
            other_seconds=seconds[pk]["other"],
            refused_seconds=refused[pk],
            quizzes=tuple(rules.Quiz(item, title, tuple(attempts[pk, item])) for item, title in quizzes),
            works=tuple(works.get((pk, item)) or rules.Work(item, title) for item, title in homework),
            days=talk[pk].days,
            featured=talk[pk].featured,
            uncounted=talk[pk].uncounted,
        )
    return found


def works_now(enrolment_ids: Collection[int]) -> dict[int, tuple[rules.Work, ...]]:
    """Only the works: marks go on for the marking days after everything else is frozen."""
    ids = list(enrolment_ids)
    versions = dict(Enrolment.objects.filter(pk__in=ids).values_list("pk", "training_class__version_id"))
    items, works = _items(set(versions.values())), _works(ids)
    return {
        pk: tuple(works.get((pk, item)) or rules.Work(item, title) for item, title in items[version][1])
        for pk, version in versions.items()
    }


def material_left(enrolment_ids: Collection[int]) -> dict[int, int]:
    """Creditable seconds of the class's material that are not credited yet."""
    whole = dict(
        Enrolment.objects.filter(pk__in=enrolment_ids)
        .annotate(whole=Sum("training_class__version__items__seconds"))
        .values_list("pk", "whole")
    )
    done = dict(
        ItemTime.objects.filter(enrolment_id__in=enrolment_ids)
        .values("enrolment_id")
        .annotate(n=Sum("seconds"))
        .values_list("enrolment_id", "n")
    )
    return {pk: max(0, (seconds or 0) - (done.get(pk) or 0)) for pk, seconds in whole.items()}


def _items(versions: set[int]) -> dict[int, tuple[list[tuple[int, str]], list[tuple[int, str]]]]:
    """Per course version: its quizzes, its homeworks, in order."""
    found: dict[int, tuple[list[Any], list[Any]]] = {version: ([], []) for version in versions}
    rows = Item.objects.filter(version_id__in=versions, kind__in=(Item.Kind.QUIZ, Item.Kind.HOMEWORK)).order_by(
        "position"
    )
    for version, kind, pk, title in rows.values_list("version_id", "kind", "pk", "title"):
        found[version][kind == Item.Kind.HOMEWORK].append((pk, title))
    return found


def _seconds(ids: list[int]) -> dict[int, Counter[str]]:
    """By kind of material. The learner's total rules: what it has beyond the items (an appeal) stands as other."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, kind, seconds in (
        ItemTime.objects.filter(enrolment_id__in=ids)
        .values_list("enrolment_id", "item__kind")
        .annotate(n=Sum("seconds"))
    ):
        found[pk][kind if kind in NO_CELLS else "other"] += seconds
    for pk, seconds in LearnerTime.objects.filter(enrolment_id__in=ids).values_list("pk", "seconds"):
        found[pk]["other"] += max(0, seconds - sum(found[pk].values()))
    return found


def _refused(ids: list[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for pk, spans in (
        ItemTime.objects.filter(enrolment_id__in=ids).exclude(refused=[]).values_list("enrolment_id", "refused")
    ):
        found[pk] += sum(span[1] - span[0] for span in spans)
    return found


def _attempts(ids: list[int]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    found: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    rows = QuizAttempt.objects.filter(enrolment_id__in=ids, submitted_at__isnull=False).order_by("number")
    for pk, item, points, out_of in rows.values_list("enrolment_id", "item_id", "points", "out_of"):
        found[pk, item].append((points or 0, out_of or 0))
    return found


def _works(ids: list[int]) -> dict[tuple[int, int], rules.Work]:
    rows = Work.objects.filter(enrolment_id__in=ids).values_list(
        "enrolment_id",
        "item_id",
        "item__title",
        "pk",
        "submitted_at",
        "late",
        "state",
        "points",
        "excellent",
        "revise_until",
    )
    found = {}
    for pk, item, title, work, submitted, late, state, points, excellent, until in rows:
        marked = state == Work.State.MARKED
        found[pk, item] = rules.Work(
            item=item,
            title=title,
            work=work,
            handed_in=submitted is not None,
            late=late,
            points=points if marked else None,
            excellent=excellent and marked,
            revise_until=until if state == Work.State.RETURNED else None,
        )
    return found


class _Talk:
    def __init__(self) -> None:
        self.by_day: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
        self.featured = 0
        self.why_not: Counter[str] = Counter()

    @property
    def days(self) -> tuple[rules.TalkDay, ...]:
        return tuple(rules.TalkDay(day, posts, replies) for day, (posts, replies) in sorted(self.by_day.items()))

    @property
    def uncounted(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self.why_not.items()))


def _talk(ids: list[int]) -> dict[int, _Talk]:
    """What counts: no verdict against it, not removed."""
    found: dict[int, _Talk] = defaultdict(_Talk)
    counts = Q(verdict="", removed_at=None)
    rows = Post.objects.filter(enrolment_id__in=ids).values_list("enrolment_id", "day")
    for pk, day, posts, replies, featured in rows.annotate(
        posts=Count("pk", filter=counts & Q(thread=None)),
        answers=Count("pk", filter=counts & Q(thread__isnull=False)),
        stars=Count("pk", filter=counts & Q(featured_at__isnull=False)),
    ):
        if posts or replies:
            found[pk].by_day[day] = [posts, replies]
        found[pk].featured += featured
    why = Case(When(removed_at__isnull=False, then=Value("removed")), default=F("verdict"))
    against = Post.objects.filter(enrolment_id__in=ids).exclude(counts).annotate(why=why)
    for pk, code, n in against.values_list("enrolment_id", "why").annotate(n=Count("pk")):
        found[pk].why_not[code] += n
    return found
